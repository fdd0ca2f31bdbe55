# SPDX-License-Identifier: MIT
#
# What blocks.awk and mentions.awk share: rows "page | command | instead | why", of which those of `page` are kept in
# instead[] and why[] by the command; and how a fault is told.

function trim(text) {
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

function fault(line, text) {
	print "not ok " page ":" line ": " text
}

function read_exception(row, column) {
	if (row ~ /^#/ || row == "")
		return
	split(row, column, "|")
	if (trim(column[1]) == page) {
		instead[trim(column[2])] = trim(column[3])
		why[trim(column[2])] = trim(column[4])
	}
}

# A row that nothing of its page was found in used[] for.
function tell_unused(text, key) {
	for (key in instead)
		if (!(key in used))
			fault(0, text key)
}
