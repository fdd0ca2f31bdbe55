# SPDX-License-Identifier: MIT
#
# Prints the preprocessor conditions that stand where they should not. They may stand
#	- around a header, against a second inclusion, and there they must;
#	- on the platform floor, where the compiler's and the C library's macros are asked;
#	- in the header of a feature that is not always built, about that feature: src/FLOOR/x.h may ask
#	  for CONFIG_Y when src/FLOOR/objects.mk asks it whether to build FLOOR/x.o;
#	- in the public header, about C++ and about what the configuration exports.
# The objects.mk files are read first.

# ---- features: objects.mk ---------------------------------------------------

FILENAME ~ /objects\.mk$/ {
	at = index($0, "+=")
	head = substr($0, 1, at - 1)
	object_count = split(substr($0, at + 2), object, " ")
	while (at && match(head, /CONFIG_[A-Z0-9_]+/)) {
		for (i = 1; i <= object_count; i++) {
			header = object[i]
			sub(/\.o$/, ".h", header)
			feature["src/" header, substr(head, RSTART, RLENGTH)] = 1
		}
		head = substr(head, RSTART + RLENGTH)
	}
	next
}

# ---- conditions -------------------------------------------------------------

FNR == 1 {
	close_file()
	file = FILENAME
	directives = 0
	guarded = file !~ /\.h$/
	free = file ~ /^src\/platform\// || file ~ /\/compiler\.h$/
}

{ code = code_of($0) }

code !~ /^[ \t]*#/ { next }

{
	directives++
	sub(/^[ \t]*#[ \t]*/, "", code)
	sub(/[ \t]+$/, "", code)
}

directives == 1 && code == "pragma once" { guarded = 1 }

directives == 1 && code ~ /^ifndef [A-Z0-9_]+_H$/ {
	guard = substr(code, 8)
	next
}

directives == 2 && guard != "" && code == "define " guard { guarded = 1 }

!free && code ~ /^(if|ifdef|ifndef|elif)([^a-z]|$)/ && !is_allowed(code) {
	print FILENAME ":" FNR ": #" code ": use IS_ENABLED() in a body, a file of its own, or the feature's header"
}

# True when every name that the condition asks for is this header's own feature.
function is_allowed(condition,	rest, name, names) {
	if (file ~ /^include\/.*\.h$/ && condition == "ifdef __cplusplus")
		return 1
	rest = condition
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
		name = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		if (name ~ /^(if|ifdef|ifndef|elif|defined|IS_ENABLED)$/)
			continue
		names++
		if (!((file, name) in feature))
			return 0
	}
	return names > 0
}

function close_file() {
	if (file != "" && !guarded)
		print file ":1: a header without a guard"
	guard = ""
}

END { close_file() }
