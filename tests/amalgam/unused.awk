# SPDX-License-Identifier: MIT
#
# Prints the macros of a single file that nothing in it asks for. A macro whose name is put together from parts
# (X##order) is asked for by its beginning.

{
	line = $0
	gsub(/\/\*[^*]*\*\//, " ", line)
	text[NR] = line
	if (line ~ /^#define [A-Za-z_]/) {
		name = line
		sub(/^#define /, "", name)
		sub(/[^A-Za-z0-9_].*/, "", name)
		if (!(name in defined))
			defined[name] = NR
	}
}

END {
	for (i = 1; i <= NR; i++) {
		rest = text[i]
		sub(/^#define [A-Za-z0-9_]+/, "", rest)
		while (match(rest, /[A-Za-z_][A-Za-z0-9_]*(##)?/)) {
			word = substr(rest, RSTART, RLENGTH)
			rest = substr(rest, RSTART + RLENGTH)
			if (word ~ /##$/)
				prefixes[substr(word, 1, length(word) - 2)] = 1
			used[word] = 1
		}
	}
	for (name in defined) {
		is_asked = name in used || name == "_GNU_SOURCE"
		for (prefix in prefixes)
			if (index(name, prefix) == 1)
				is_asked = 1
		if (!is_asked)
			print FILENAME ":" defined[name] ": " name ": nothing asks for it"
	}
}
