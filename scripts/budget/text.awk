# SPDX-License-Identifier: MIT
#
# An estimate of the text, from the table text_costs: what the smallest engine takes for a processor, and what each
# option adds, by the factor of the processor's code.

function read_cost(row) {
	split(row, column, /[ \t]*[|][ \t]*/)
	sub(/^[ \t]+/, "", column[1])
	costs++
	cost_kind[costs] = column[1]
	cost_when[costs] = column[2]
	cost_value[costs] = column[3] + 0
}

# Whether all of some words are so: OPTION, !OPTION, OPTION>NUMBER, !OPTION>NUMBER.
function holds(when, list, count, i, term, wanted, least) {
	count = split(when, list, " ")
	for (i = 1; i <= count; i++) {
		term = list[i]
		wanted = sub(/^!/, "", term) ? 0 : 1
		if (term == "*")
			continue
		if (term ~ />/) {
			least = substr(term, index(term, ">") + 1) + 0
			sub(/>.*/, "", term)
			if ((option[term] + 0 > least) != wanted)
				return 0
		} else if (is_on(term) != wanted)
			return 0
	}
	return 1
}

function say_text(i, bytes, factor) {
	factor = 1
	for (i = 1; i <= costs; i++) {
		if (!holds(cost_when[i]))
			continue
		if (cost_kind[i] == "bytes")
			bytes += cost_value[i]
		else if (cost_kind[i] == "factor")
			factor *= cost_value[i]
		else
			text_accuracy = cost_value[i]
	}
	# The classes' tables do not depend on the code: four bytes a class, a byte a step.
	bytes = bytes * factor + 4 * constant["CLASS_COUNT"] + \
		int(constant["MEDIUM_SIZE_MAX"] / power_of_two(constant["CLASS_STEP_LOG2"])) + 1
	text_bytes = bytes
	say("text", bytes, "bytes", "estimate", "code and constants, gcc 12; plus or minus " text_accuracy " %")
	say("text_accuracy", text_accuracy, "%", "exact", "of that estimate")
}
