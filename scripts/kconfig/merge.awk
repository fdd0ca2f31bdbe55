# SPDX-License-Identifier: MIT
#
# Reads what was asked for, in one file or several of which later ones win, and
# prints one list of it: ORIGIN TAB SYMBOL TAB VALUE a line, n for "not set".
#
#	awk -f model.awk -f merge.awk -v kconfig=Kconfig \
#		[kind=list LIST] [kind=config shown=NAME FILE]...
#
# Refused, each with file and line: a malformed line, an unknown symbol, a value
# that is not of the symbol's type, a symbol set twice in a file, two members of
# a choice in a file. Whether the values fit together only shows when a tool has
# worked on them: see compare.awk.

BEGIN {
	FS = "\t"
	if (!load_kconfig(kconfig)) {
		failed = 1
		exit 1
	}
	for (i = 1; i <= entry_count; i++)
		choice_of[entry_symbol[i]] = entry_choice[i]
}

FNR == 1 {
	file_number++
}

kind == "list" {
	note($1, $2, $3)
	next
}

/^[ \t]*$/ {
	next
}

/\r$/ {
	refuse("malformed line: it ends in a carriage return")
	next
}

/^# CONFIG_[A-Za-z0-9_]+ is not set[ \t]*$/ {
	split($0, word, " ")
	ask(substr(word[2], 8), "n")
	next
}

/^#/ {
	next
}

/^CONFIG_[A-Za-z0-9_]+=/ {
	equals = index($0, "=")
	ask(substr($0, 8, equals - 8), substr($0, equals + 1))
	next
}

{
	refuse("malformed line: " $0 "; expected CONFIG_NAME=value or # CONFIG_NAME is not set")
}

function refuse(reason) {
	print shown ":" FNR ": " reason > "/dev/stderr"
	failed = 1
}

# What is wrong with VALUE for the type of NAME, or "".
function type_error(name, value) {
	if (type[name] == "bool" && value !~ /^[yn]$/)
		return "the value must be y or n"
	if (type[name] == "int" && value !~ /^(0|-?[1-9][0-9]*)$/)
		return "the value must be a decimal number without leading zeroes"
	if (type[name] == "hex" && value !~ /^0[xX][0-9A-Fa-f]+$/)
		return "the value must be a hexadecimal number with 0x"
	if (type[name] == "string" && value !~ /^"([^"\\]|\\.)*"$/)
		return "the value must be a string in double quotes"
	return ""
}

# Checks one line of a file and notes it.
function ask(name, value,	error, key, choice) {
	key = file_number SUBSEP name
	choice = choice_of[name]
	if (!(name in type))
		error = "unknown symbol: no Kconfig file defines it"
	else if ((error = type_error(name, value)) == "") {
		if (key in line_of_symbol) {
			if (value_in[key] != value)
				error = "it is already set to " value_in[key] " in line " line_of_symbol[key]
		} else if (choice && value == "y" && (file_number, choice) in member)
			error = "two members of a choice: CONFIG_" member[file_number, choice] \
				"=y in line " line_of_symbol[file_number, member[file_number, choice]]
	}
	if (error != "") {
		refuse("CONFIG_" name "=" value ": " error)
		return
	}
	line_of_symbol[key] = FNR
	value_in[key] = value
	if (choice && value == "y")
		member[file_number, choice] = name
	note(shown ":" FNR, name, value)
}

# Adds to the list; what an earlier file said of the symbol is void, and so is
# its decision on the choice when this one makes another.
function note(origin, name, value,	i) {
	for (i = 1; i <= count; i++)
		if (names[i] == name || (value == "y" && values[i] == "y" && choice_of[name] && \
		    choice_of[names[i]] == choice_of[name]))
			names[i] = ""
	origins[++count] = origin
	names[count] = name
	values[count] = value
}

END {
	if (failed)
		exit 1
	for (i = 1; i <= count; i++)
		if (names[i] != "")
			print origins[i] "\t" names[i] "\t" values[i]
}
