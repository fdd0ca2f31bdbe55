# SPDX-License-Identifier: MIT
#
# Whether a configuration is one for which a remedy is there: `when` holds words, NAME, !NAME, NAME<NUMBER or NAME>NUMBER,
# that must all be so. The status says it.

/^CONFIG_[A-Za-z0-9_]+=/ { option[substr($0, 8, index($0, "=") - 8)] = substr($0, index($0, "=") + 1) }

function is_so(word, wanted, place) {
	wanted = sub(/^!/, "", word) ? 0 : 1
	if ((place = index(word, ">")) > 0)
		return (option[substr(word, 1, place - 1)] + 0 > substr(word, place + 1) + 0) == wanted
	if ((place = index(word, "<")) > 0)
		return (option[substr(word, 1, place - 1)] + 0 < substr(word, place + 1) + 0) == wanted
	return (option[word] == "y") == wanted
}

END {
	count = split(when, word, " ")
	for (i = 1; i <= count; i++)
		if (word[i] != "*" && !is_so(word[i]))
			exit 1
}
