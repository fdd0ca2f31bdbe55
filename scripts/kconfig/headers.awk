# SPDX-License-Identifier: MIT
#
# Turns a .config into a C header or a make fragment.
#
#	awk -v form=c -f headers.awk .config	> autoconf.h
#	awk -v form=make -f headers.awk .config	> config.mk
#
# The Kconfig tools write headers of their own, each in its own order and
# dialect; this script alone makes what the build reads, so that the result
# does not depend on the tool. Symbols are sorted, what is off is absent.

BEGIN {
	if (form != "c" && form != "make") {
		print "headers.awk: form must be c or make" > "/dev/stderr"
		exit failed = 2
	}
}

/^CONFIG_[A-Za-z0-9_]+=/ {
	equals = index($0, "=")
	name = substr($0, 1, equals - 1)
	value = substr($0, equals + 1)
	if (value == "n")
		next
	names[++count] = name
	values[name] = value
}

# Insertion sort: a .config is short and nearly ordered by menu.
function sort_names(	i, j, name) {
	for (i = 2; i <= count; i++) {
		name = names[i]
		for (j = i - 1; j >= 1 && names[j] > name; j--)
			names[j + 1] = names[j]
		names[j + 1] = name
	}
}

# A .config quotes strings as C does, so C takes them as they are.
function c_line(name, value) {
	return "#define " name " " (value == "y" ? "1" : value)
}

# Make wants a string bare, without escapes, and its own two specials escaped.
function make_line(name, value) {
	if (value ~ /^"/) {
		value = substr(value, 2, length(value) - 2)
		gsub(/\\\\/, "\001", value)
		gsub(/\\/, "", value)
		gsub(/\001/, "\\", value)
		gsub(/\$/, "$$", value)
		gsub(/#/, "\\#", value)
	}
	return name " := " value
}

END {
	if (failed)
		exit failed
	sort_names()
	if (form == "c")
		print "/* The configuration, made from .config: do not edit. */"
	else
		print "# The configuration, made from .config: do not edit."
	for (i = 1; i <= count; i++)
		print form == "c" ? c_line(names[i], values[names[i]]) : \
			make_line(names[i], values[names[i]])
}
