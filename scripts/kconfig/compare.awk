# SPDX-License-Identifier: MIT
#
# Compares what was asked for with the .config that a tool made of it, and says
# of each value that was dropped, clamped or changed where it was asked and why.
# The tools themselves are silent about it, and end as if all were well.
#
#	awk -f model.awk -f compare.awk -v kconfig=Kconfig LIST .config [PREVIOUS]
#
# "Dropped" is said of a changed value too: one tool clamps where another takes
# the default, and neither is what was asked. LIST is merge.awk's. A symbol without a prompt that has the value
# of PREVIOUS, the configuration before, was not asked for. Exit status 1 when a value was not taken.

BEGIN {
	if (!load_kconfig(kconfig)) {
		failed = 1
		exit 1
	}
	for (i = 1; i <= entry_count; i++) {
		entry_of[entry_symbol[i]] = i
		if (entry_prompt[i])
			has_prompt[entry_symbol[i]] = 1
	}
}

FILENAME == ARGV[1] {
	split($0, field, "\t")
	origins[++count] = field[1]
	names[count] = field[2]
	asked[count] = field[3]
	next
}

/^CONFIG_/ {
	equals = index($0, "=")
	name = substr($0, 8, equals - 8)
	if (FILENAME == ARGV[2])
		value[name] = unquoted(substr($0, equals + 1))
	else
		previous[name] = unquoted(substr($0, equals + 1))
}

# A string without its quotes and escapes; anything else as it is.
function unquoted(text) {
	if (text !~ /^"/)
		return text
	text = substr(text, 2, length(text) - 2)
	gsub(/\\\\/, "\001", text)
	gsub(/\\/, "", text)
	gsub(/\001/, "\\", text)
	return text
}

# The terms that keep the user from setting NAME, or "" when nothing does. A
# symbol with several entries can be set where any of them can.
function unmet_terms(name,	i, j, count, term, unmet) {
	for (i = 1; i <= entry_count; i++) {
		if (entry_symbol[i] != name || !entry_prompt[i])
			continue
		unmet = ""
		count = split(entry_terms[i], term, "\001")
		for (j = 1; j < count; j++)
			if (!holds(term[j]) && index(unmet " and ", term[j] " and ") == 0)
				unmet = unmet (unmet == "" ? "" : " and ") term[j]
		if (unmet == "")
			return ""
	}
	return unmet
}

# The member of NAME's choice that the tool took.
function chosen_member(name,	i) {
	for (i = 1; i <= entry_count; i++)
		if (entry_choice[i] == entry_choice[entry_of[name]] && value[entry_symbol[i]] == "y")
			return entry_symbol[i]
	return ""
}

# What range NAME must keep to and NUMBER does not, or "".
function broken_range(name, number,	i, low, high) {
	for (i = 1; i <= range_count[name]; i++) {
		if (!holds(range_condition[name, i]))
			continue
		low = token_value(range_low[name, i])
		high = token_value(range_high[name, i])
		if (number + 0 >= low + 0 && number + 0 <= high + 0)
			return ""
		return "out of range " low ".." high \
			(range_condition[name, i] == "" ? "" : ", which holds for " range_condition[name, i])
	}
	return ""
}

function selecting_symbol(name,	i) {
	for (i = 1; i <= select_count; i++)
		if (select_target[i] == name && value[select_by[i]] == "y" && holds(select_condition[i]))
			return select_by[i]
	return ""
}

# Of a symbol without a prompt: what has to be set for WANTED, if that is known.
function derived_from(name, wanted,	i) {
	for (i = 1; i <= default_count[name]; i++)
		if (default_value[name, i] == wanted && default_condition[name, i] != "")
			return ": it is " wanted " with " default_condition[name, i]
	return ""
}

# Why NAME did not get the value WANTED.
function reason(name, wanted,	text) {
	if (!(name in has_prompt))
		return "it has no prompt, its value follows from other options" derived_from(name, wanted)
	if (selecting_symbol(name) != "")
		return "it is selected by CONFIG_" selecting_symbol(name)
	if ((text = unmet_terms(name)) != "")
		return "its dependencies are not met: it needs " text
	if ((text = broken_range(name, wanted)) != "")
		return text
	if (entry_choice[entry_of[name]] && wanted == "n")
		return "one member of a choice is always set; set another one"
	if (entry_choice[entry_of[name]])
		return "CONFIG_" chosen_member(name) "=y was taken of the same choice"
	return "the tool gives no reason"
}

END {
	if (failed)
		exit 1
	for (i = 1; i <= count; i++) {
		name = names[i]
		got = name in value ? value[name] : (type[name] == "bool" ? "n" : "")
		if (got == unquoted(asked[i]) && (name in value || asked[i] == "n"))
			continue
		if (!(name in has_prompt) && name in previous && previous[name] == unquoted(asked[i]))
			continue
		print origins[i] ": CONFIG_" name "=" asked[i] " was dropped: " \
			reason(name, unquoted(asked[i])) > "/dev/stderr"
		failed = 1
	}
	exit failed
}
