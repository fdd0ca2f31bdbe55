# SPDX-License-Identifier: MIT
#
# Reads a budget, "NAME=NUMBER[UNIT],...", against the numbers that there are: a line "NAME LIMIT" for each item. What is
# not understood is an error, with the item and what may stand there.

BEGIN { FS = "\t" }

$1 == "number" {
	unit[$2] = $4
	names = names (names == "" ? "" : " ") $2
}

function refuse(item, why) {
	printf "budget: BUDGET: \"%s\": %s\n", item, why | "cat >&2"
	failed = 1
}

function units_of(name) {
	if (unit[name] == "%")
		return "a number, with % or without"
	if (unit[name] == "ms")
		return "a number of milliseconds, with ms or without"
	return "a number of bytes, or with K, M or G (2^10, 2^20, 2^30)"
}

function item(text, place, name, value, factor) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	place = index(text, "=")
	name = substr(text, 1, place - 1)
	value = substr(text, place + 1)
	if (place == 0)
		return refuse(text, "an item is NAME=NUMBER; the names are " names)
	if (!(name in unit))
		return refuse(text, "no such name; the names are " names)
	if (name in seen)
		return refuse(text, "named twice")
	seen[name] = 1
	factor = 1
	if (unit[name] == "%")
		sub(/%$/, "", value)
	else if (unit[name] == "ms")
		sub(/ms$/, "", value)
	else if (value ~ /^[0-9.]+[KMG]$/) {
		factor = value ~ /K$/ ? 1024 : value ~ /M$/ ? 1048576 : 1073741824
		sub(/.$/, "", value)
	}
	if (value !~ /^[0-9]+(\.[0-9]+)?$/)
		return refuse(text, "not " units_of(name))
	printf "%s %.0f\n", name, int(value * factor)
}

END {
	count = split(budget, items, ",")
	for (i = 1; i <= count; i++)
		item(items[i])
	if (failed) {
		close("cat >&2")
		exit 1
	}
}
