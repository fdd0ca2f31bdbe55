# Applies one mutation to a model: awk -v name=NAME -f mutate.awk mutations MODEL > MUTANT
#
# The edit's lines are compared without their indentation. Each hunk must fit in exactly one place:
# a mutation that no longer fits the model is an error, not a pass.

function trimmed(text)
{
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

function fail(reason)
{
	print "mutate: " name ": " reason > "/dev/stderr"
	failed = 1
	exit 1
}

# Does the hunk's old text stand at this line of the model?
function stands_at(hunk, line,    i)
{
	for (i = 1; i <= old_count[hunk]; i++)
		if (trimmed(model[line + i - 1]) != old[hunk, i])
			return 0
	return 1
}

function apply(hunk,    line, at, places, i)
{
	for (line = 1; line <= model_count; line++)
		if (stands_at(hunk, line)) {
			at = line
			places++
		}
	if (places != 1)
		fail("hunk " hunk " fits in " places + 0 " places")
	for (i = 1; i <= old_count[hunk]; i++)
		is_gone[at + i - 1] = 1
	put_in[at] = new[hunk]
}

FNR == 1 { file++ }

file == 1 && /^[a-z0-9_]+ *\|/ {
	split($0, column, /[ \t]*\|[ \t]*/)
	wanted = column[1] == name
	if (wanted)
		hunks = 1
	next
}
file == 1 && wanted && /^@/ { hunks++ }
file == 1 && wanted && /^[- ]/ { old[hunks, ++old_count[hunks]] = trimmed(substr($0, 2)) }
file == 1 && wanted && /^[+ ]/ { new[hunks] = new[hunks] substr($0, 2) "\n" }
file == 2 { model[++model_count] = $0 }

END {
	if (failed)
		exit 1
	if (!hunks)
		fail("no such mutation")
	for (hunk = 1; hunk <= hunks; hunk++)
		if (old_count[hunk])
			apply(hunk)
	for (line = 1; line <= model_count; line++) {
		printf "%s", put_in[line]
		if (!is_gone[line])
			print model[line]
	}
}
