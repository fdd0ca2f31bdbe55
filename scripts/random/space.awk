# SPDX-License-Identifier: MIT
#
# The space of all configurations: what can be set, in which order, and which values the menu permits once what
# comes before is set. To be loaded behind scripts/kconfig/model.awk, before random.awk or pairwise.awk.
#
# A unit is what is decided at once: a choice (by its number), or a symbol that is in none. Units are put in an
# order in which each one's conditions and ranges only name symbols of units before it; Kconfig forbids circles,
# so there is one. A configuration is made by going through them and taking for each a value that unit_values()
# permits: it satisfies every dependency and range by construction, and nothing has to be tried.
#
# What the target's toolchain fixes (fixed_units) is taken from the target's defconfig instead.
#
#	unit_count, unit[i]	the units, in that order
#	before[i, j]		unit i depends on unit j, directly or by way of others
#	value[s]		what has been decided so far, absent for what has no value
# Values of a choice are the names of its members; "" is the value of what there is not.

# ---- what is there ------------------------------------------------------------------------------

# A member of each choice, and each symbol, that a compiler and a C library decide and not a person.
function is_fixed_name(name) {
	return name ~ /^(LIBC_GLIBC|ARCH_X86_64|ARM_FLOAT_HARD|CROSS_COMPILE)$/
}

function unit_of(name) {
	return choice_of[name] ? choice_of[name] : name
}

# Notes in needs[UNIT, ...] the units that EXPRESSION speaks of.
function note_needs(name, expression,	token, count, i, other) {
	count = tokenise(expression, token)
	for (i = 1; i <= count; i++) {
		if (!(token[i] in type))
			continue
		other = unit_of(token[i])
		if (other != name && !((name, other) in needed)) {
			needed[name, other] = 1
			needs[name, ++needs_count[name]] = other
		}
	}
}

function note_entry(e,	name, i) {
	name = unit_of(entry_symbol[e])
	note_needs(name, joined(entry_terms[e]))
	for (i = 1; i <= default_count[name]; i++)
		note_needs(name, default_condition[name, i])
	for (i = 1; i <= range_count[name]; i++)
		note_needs(name, range_low[name, i] " && " range_high[name, i] \
			(range_condition[name, i] == "" ? "" : " && (" range_condition[name, i] ")"))
}

# Terms as one expression.
function joined(terms,	term, count, i, text) {
	count = split(terms, term, "\001")
	for (i = 1; i < count; i++)
		text = text (i > 1 ? " && " : "") "(" term[i] ")"
	return text
}

# Puts NAME behind all that it needs.
function place(name,	i, j) {
	if (name in placed)
		return
	placed[name] = 1
	for (i = 1; i <= needs_count[name]; i++)
		place(needs[name, i])
	unit[++unit_count] = name
	number_of[name] = unit_count
	for (i = 1; i <= needs_count[name]; i++) {
		j = number_of[needs[name, i]]
		before[unit_count, j] = 1
		note_all_before(unit_count, j)
	}
}

function note_all_before(number, other,	i) {
	for (i = 1; i < other; i++)
		if ((other, i) in before)
			before[number, i] = 1
}

# Reads the menu; false when it is broken or beyond what is known here.
function load_space(kconfig,	e, name) {
	if (!load_kconfig(kconfig))
		return 0
	if (select_count > 0) {
		print "random configurations: select is not known here (" select_by[1] ")" > "/dev/stderr"
		return 0
	}
	for (e = 1; e <= entry_count; e++) {
		name = entry_symbol[e]
		choice_of[name] = entry_choice[e]
		entries[name] = entries[name] " " e
		if (entry_choice[e])
			members[entry_choice[e]] = members[entry_choice[e]] " " name
		if (is_fixed_name(name))
			fixed[unit_of(name)] = 1
	}
	for (e = 1; e <= entry_count; e++)
		note_entry(e)
	for (e = 1; e <= entry_count; e++)
		place(unit_of(entry_symbol[e]))
	return 1
}

# ---- targets ------------------------------------------------------------------------------------

# Reads configs/TARGET_defconfig, and notes which values the fixed units have there, by its lines or by default;
# false when there is none.
function load_target(target,	file, line, status, equals, asked, i) {
	if (target in target_known)
		return 1
	split("", asked)
	file = "configs/" target "_defconfig"
	while ((status = (getline line < file)) > 0) {
		equals = index(line, "=")
		if (line ~ /^CONFIG_/)
			asked[substr(line, 8, equals - 8)] = substr(line, equals + 1)
		else if (line ~ /^# CONFIG_.* is not set$/)
			asked[substr(line, 10, length(line) - 20)] = "n"
	}
	close(file)
	if (status < 0) {
		print "random configurations: there is no " file > "/dev/stderr"
		return 0
	}
	target_known[target] = 1
	split("", value)
	for (i = 1; i <= unit_count; i++) {
		set_unit(unit[i], asked_value(unit[i], asked))
		if (unit[i] in fixed)
			of_target[target, unit[i]] = unit_value(unit[i])
	}
	return 1
}

# What ASKED, values by symbol, says of the unit; else its default.
function asked_value(name, asked,	list, count, i) {
	if (name in type)
		return name in asked ? asked[name] : is_possible(name) ? default_of(name) : ""
	count = split(members[name], list, " ")
	for (i = 1; i <= count; i++)
		if (asked[list[i]] == "y")
			return list[i]
	return default_of(name)
}

# ---- values -------------------------------------------------------------------------------------

# The first of TERMS that does not hold, or "".
function unmet_term(terms,	term, count, i) {
	count = split(terms, term, "\001")
	for (i = 1; i < count; i++)
		if (!holds(term[i]))
			return term[i]
	return ""
}

# Whether a person may ever set the symbol.
function has_prompt(name,	list, count, i) {
	count = split(entries[name], list, " ")
	for (i = 1; i <= count; i++)
		if (entry_prompt[list[i]])
			return 1
	return 0
}

# Whether a person may set the symbol now; and whether it can have a value at all.
function is_visible(name,	list, count, i) {
	count = split(entries[name], list, " ")
	for (i = 1; i <= count; i++)
		if (entry_prompt[list[i]] && unmet_term(entry_terms[list[i]]) == "")
			return 1
	return 0
}

function is_possible(name,	list, count, i) {
	count = split(entries[name], list, " ")
	for (i = 1; i <= count; i++)
		if (unmet_term(entry_depends[list[i]]) == "")
			return 1
	return 0
}

# The default that counts of a symbol or a choice: the first whose condition holds, of a choice also
# the first that can be chosen.
function default_of(name,	i, is_choice) {
	is_choice = !(name in type)
	for (i = 1; i <= default_count[name]; i++)
		if (holds(default_condition[name, i]) && (!is_choice || is_visible(default_value[name, i])))
			return default_value[name, i]
	return first_visible(name)
}

# Of a choice the first that can be chosen.
function first_visible(name,	list, count, i) {
	if (name in type)
		return type[name] == "bool" ? "n" : ""
	count = split(members[name], list, " ")
	for (i = 1; i <= count; i++)
		if (is_visible(list[i]))
			return list[i]
	return ""
}

# Sets low_bound and high_bound to the range that holds for NAME now.
function find_bounds(name,	i) {
	for (i = 1; i <= range_count[name] && !holds(range_condition[name, i]); i++)
		;
	low_bound = i <= range_count[name] ? token_value(range_low[name, i]) + 0 : 0
	high_bound = i <= range_count[name] ? token_value(range_high[name, i]) + 0 : 2147483647
	return i
}

# Fills VALUES[1..] with what the unit may be, as far as that can be listed, and returns how many there
# are. The number is 0 for a number that may be anything between low_bound and high_bound.
function unit_values(name, values,	list, count, i, found) {
	split("", values)
	if (name in fixed) {
		values[1] = of_target[target_now, name]
		return 1
	}
	if (!(name in type)) {
		count = split(members[name], list, " ")
		for (i = 1; i <= count; i++)
			if (is_visible(list[i]))
				values[++found] = list[i]
		if (found == 0)
			values[1] = ""
		return found ? found : 1
	}
	if (!is_visible(name) || type[name] == "string") {
		values[1] = is_possible(name) ? default_of(name) : type[name] == "bool" ? "n" : ""
		return 1
	}
	if (type[name] == "bool") {
		values[1] = "n"
		values[2] = "y"
		return 2
	}
	find_bounds(name)
	return 0
}

# Decides the unit.
function set_unit(name, chosen,	list, count, i) {
	if (name in type) {
		if (chosen == "")
			delete value[name]
		else
			value[name] = chosen
		return
	}
	count = split(members[name], list, " ")
	for (i = 1; i <= count; i++)
		value[list[i]] = list[i] == chosen ? "y" : "n"
}

# What has been decided on the unit.
function unit_value(name,	list, count, i) {
	if (name in type)
		return name in value ? value[name] : ""
	count = split(members[name], list, " ")
	for (i = 1; i <= count; i++)
		if (value[list[i]] == "y")
			return list[i]
	return ""
}

function unset_unit(name,	list, count, i) {
	if (name in type) {
		delete value[name]
		return
	}
	count = split(members[name], list, " ")
	for (i = 1; i <= count; i++)
		delete value[list[i]]
}

# ---- as a .config ---------------------------------------------------------------------------------

# Writes all that can be set as lines of a .config; what follows from it the Kconfig tool adds.
function print_config(file,	e, name, done) {
	for (e = 1; e <= entry_count; e++) {
		name = entry_symbol[e]
		if (done[name]++ || !has_prompt(name) || !(name in value))
			continue
		if (type[name] == "bool" && value[name] == "n") {
			if (!choice_of[name] && is_visible(name))
				print "# CONFIG_" name " is not set" > file
		} else
			print "CONFIG_" name "=" value[name] > file
	}
}
