# SPDX-License-Identifier: MIT
#
# What of a line of C is code: to be loaded before a script that looks at it.

FNR == 1 { in_comment = 0 }

# LINE without comments and without what stands in string literals. It must see every line of a file,
# for it remembers whether a comment is open.
function code_of(line,	code) {
	gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
	while (line != "") {
		if (in_comment) {
			if (!match(line, /\*\//))
				return code
			in_comment = 0
			line = substr(line, RSTART + 2)
		} else if (match(line, /\/[\/*]/)) {
			code = code substr(line, 1, RSTART - 1)
			if (substr(line, RSTART, 2) == "//")
				return code
			in_comment = 1
			line = substr(line, RSTART + 2)
		} else
			return code line
	}
	return code
}
