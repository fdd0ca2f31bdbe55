# SPDX-License-Identifier: MIT
#
# The lines of compute.awk as a table (form=table) or as JSON (form=json).

BEGIN { FS = "\t" }

function quoted(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}

# 1234567 as 1,234,567
function grouped(number, result) {
	if (number ~ /\./)
		return number
	for (result = ""; length(number) > 3; number = substr(number, 1, length(number) - 3))
		result = "," substr(number, length(number) - 2) result
	return number result
}

$1 == "number" {
	if (form == "json")
		numbers = numbers sprintf("%s\n    %s: {\"value\": %s, \"unit\": %s, \"kind\": %s, \"about\": %s}", \
			numbers == "" ? "" : ",", quoted($2), $3 == "-" ? "null" : $3, quoted($4), quoted($5), quoted($6))
	else
		printf "%-18s %15s %-13s %-8s  %s\n", $2, $3 == "-" ? "no bound" : grouped($3), $4, $5, $6
}

$1 == "class" {
	if (form == "json")
		classes = classes sprintf("%s\n    {\"class\": %d, \"size\": %d, \"granules\": %d, \"blocks\": %d, " \
			"\"worst_waste_percent\": %s, \"mean_waste_percent\": %s, \"slab_waste_percent\": %s}", \
			classes == "" ? "" : ",", $2, $3, $4, $5, $6, $7, $8)
	else
		rows[++row_count] = sprintf("%5d %6d %4d %6d %6s %6s %6s", $2, $3, $4, $5, $6, $7, $8)
}

$1 == "variable" && form == "json" {
	variables = variables sprintf("%s\n    {\"name\": %s, \"section\": %s, \"bytes\": %d}", \
		variables == "" ? "" : ",", quoted($2), quoted($3), $4)
}

END {
	if (form == "json") {
		printf "{\n  \"numbers\": {%s\n  },\n  \"classes\": [%s\n  ],\n  \"variables\": [%s\n  ]\n}\n", numbers, classes, \
			variables
		exit
	}
	head = "class  bytes span blocks worst% mean%  slab%"
	print "\nSize classes: granules and blocks of a slab, lost of a block at worst and on average, lost of a slab"
	half = int((row_count + 1) / 2)
	print head "   |  " head
	for (i = 1; i <= half; i++)
		print rows[i] (i + half <= row_count ? "   |  " rows[i + half] : "")
}
