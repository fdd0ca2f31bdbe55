# SPDX-License-Identifier: MIT
#
# Prints the preprocessor conditions that stand where they should not. They may stand
#	- around a header, against a second inclusion, and there they must;
#	- on the platform floor, where the compiler's and the C library's macros are asked;
#	- in the header of a feature that is not always built, about that feature: src/FLOOR/x.h may ask
#	  for CONFIG_X and CONFIG_X_..., and for CONFIG_Y when src/FLOOR/objects.mk builds FLOOR/x.o by it;
#	- in the public header, about C++ and about what the configuration exports.
# The objects.mk files are read first.

# ---- features: objects.mk ---------------------------------------------------

FILENAME ~ /objects\.mk$/ {
	for (objects = $0; match(objects, /[a-z0-9_]+\/[a-z0-9_]+\.o/); objects = substr(objects, at)) {
		header = "src/" substr(objects, RSTART, RLENGTH - 1) "h"
		at = RSTART + RLENGTH
		for (rest = $0; match(rest, /CONFIG_[A-Z0-9_]+/); rest = substr(rest, RSTART + RLENGTH))
			feature[header, substr(rest, RSTART, RLENGTH)] = 1
	}
	next
}

# ---- conditions -------------------------------------------------------------

FNR == 1 {
	close_file()
	file = FILENAME
	directives = 0
	guarded = file !~ /\.h$/
	stem = file
	sub(/^.*\//, "", stem)
	stem = "CONFIG_" toupper(substr(stem, 1, length(stem) - 2))
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
		if (!((file, name) in feature) && (file !~ /\.h$/ || index(name "_", stem "_") != 1))
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
