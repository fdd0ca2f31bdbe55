# SPDX-License-Identifier: MIT
#
# Prints what a single file holds of what its configuration has not.
#
#	awk -v built="FLOOR/NAME.o ..." -v tree=SRC -f residue.awk .config SRC/*/*.c tailor.c
#
# Looked for in the code, not in its comments and sentences: names of options that are off; IS_ENABLED; functions
# of sources that are not built, unless a header has them do something even so. An empty stand-in does nothing.

BEGIN {
	count = split(built, objects, " ")
	for (i = 1; i <= count; i++) {
		sub(/\.o$/, ".c", objects[i])
		is_built[tree "/" objects[i]] = 1
	}
	last = ARGV[ARGC - 1]
}

# Without comments and what stands in quotes.
function code_of(line, place) {
	gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
	if (in_comment) {
		place = index(line, "*/")
		if (place == 0)
			return ""
		line = substr(line, place + 2)
		in_comment = 0
	}
	while ((place = index(line, "/*")) > 0) {
		if (!match(substr(line, place), /\*\//)) {
			in_comment = 1
			return substr(line, 1, place - 1)
		}
		line = substr(line, 1, place - 1) " " substr(line, place + RSTART + 1)
	}
	return line
}

FILENAME == ARGV[1] {
	if (/^# CONFIG_[A-Za-z0-9_]+ is not set$/)
		off[$2] = 1
	next
}

# A function is defined where a line in the first column has its name and no semicolon.
FILENAME != last {
	if (/^[A-Za-z].*\(/ && !/;[ \t]*$/ && !/^(#|static_assert)/) {
		name = $0
		sub(/\(.*/, "", name)
		sub(/.*[^A-Za-z0-9_]/, "", name)
		if (FILENAME in is_built)
			there[name] = 1
		else
			absent[name] = FILENAME
	}
	next
}

function is_stand_in(line) {
	return line ~ /^[ \t]*(\(void\)[a-z_]+;|return( (true|false|NULL|0))?;)?[ \t]*$/
}

function report(name, why) {
	print FILENAME ":" FNR ": " name ": " why
}

{
	line = code_of($0)
	rest = line
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
		word = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		if (word in off)
			report(word, "an option that is off")
		else if (word == "IS_ENABLED")
			report(word, "a question that has been answered")
	}
	if (line ~ /^[a-zA-Z].*\(/ && line !~ /;[ \t]*$/ && line !~ /^static_assert/) {
		name = line
		sub(/\(.*/, "", name)
		sub(/.*[^A-Za-z0-9_]/, "", name)
	}
	if (line ~ /^\{/)
		does_something = 0
	else if (line ~ /^\}/ && name != "") {
		if (name in absent && !(name in there) && !does_something)
			report(name, "an empty stand-in for what " absent[name] " does")
		name = ""
	} else if (!is_stand_in(line))
		does_something = 1
}
