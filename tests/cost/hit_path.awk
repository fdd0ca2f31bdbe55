# SPDX-License-Identifier: MIT
#
# Counts the instructions of a function's hit path in a disassembly, from its entry to its return.
#
#	objdump -d --no-show-raw-insn FILE | awk -v first=ADDRESS -v size=BYTES -f hit_path.awk
#
# ADDRESS and BYTES are hexadecimal, as nm -S prints them. The path is the first one that returns without having
# called or left the function, where at each condition the branch that is not taken is looked at before the
# other one: what is rare stands behind a branch. It is printed to the standard error with TRACE=1, without the
# landing pads that the compiler may be told to add (endbr, bti). For x86, ARM and AArch64.

function hex(text,    i, value) {
	for (i = 1; i <= length(text); i++)
		value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return value
}

BEGIN {
	begin = hex(first)
	end = begin + hex(size)
}

/^ *[0-9a-f]+:\t/ {
	place = $1
	sub(/:/, "", place)
	place = hex(place)
	if (place < begin || place >= end)
		next
	text[place] = $0
	sub(/^ *[0-9a-f]+:[ \t]*/, "", text[place])
	sub(/[ \t]+(;|@|# ).*$/, "", text[place])
	if (previous != "")
		following[previous] = place
	previous = place
}

# kind PLACE: plain, pad, return, maybe-return, jump, branch or call.
function kind(place,    name, rest) {
	name = rest = text[place]
	sub(/[ \t].*/, "", name)
	sub(/^[^ \t]*[ \t]*/, "", rest)
	if (name ~ /^(endbr|bti|paciasp)/)
		return "pad"
	if (name == "bnd")
		return kind_of(rest)
	return kind_of(text[place])
}

function kind_of(line,    name) {
	name = line
	sub(/[ \t].*/, "", name)
	sub(/\.[nw]$/, "", name)
	if (name ~ /^(ret|retq|retl|retaa)$/)
		return "return"
	# ARM: bx lr, pop {..., pc}, ldm sp!, {..., pc}; with a condition they may go on.
	if (line ~ /^bx[a-z.]*[ \t]+lr/ || line ~ /^(pop|ldm)[a-z.]*[ \t].*pc\}/ || line ~ /^mov[a-z.]*[ \t]+pc, lr/)
		return name ~ /^(bx|pop|mov|ldm|ldmia|ldmfd)$/ ? "return" : "maybe-return"
	# The thread pointer of ARM before version 7 is asked of the kernel, through libgcc: that counts as one.
	if (line ~ /__aeabi_read_tp/)
		return "plain"
	# So does asking an i686 for its own address.
	if (line ~ /__x86[.]get_pc_thunk/)
		return "plain"
	if (name ~ /^(call|callq|bl|blx|blr)$/)
		return "call"
	if (name ~ /^(jmp|jmpq|b|br|bx)$/)
		return "jump"
	if (name ~ /^j[a-z]+$/ || name ~ /^(cbn?z|tbn?z)$/ || name ~ /^b\.[a-z]+$/ || \
	    name ~ /^b(eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)$/)
		return "branch"
	return "plain"
}

# target PLACE: where a branch goes to, or -1.
function target(place,    line) {
	line = text[place]
	sub(/ *<.*/, "", line)
	sub(/.*[ \t,]/, "", line)
	sub(/^0x/, "", line)
	return line ~ /^[0-9a-f]+$/ ? hex(line) : -1
}

# walk PLACE COUNT: the number of instructions from the entry to a return, or 0 when there is none this way.
function walk(place, count,    what, found) {
	if (!(place in text) || place in visited)
		return 0
	visited[place] = 1
	what = kind(place)
	if (what != "pad")
		count++
	if (what == "return")
		found = count
	else if (what == "jump")
		found = walk(target(place), count)
	else if (what == "call")
		found = 0
	else {
		found = place in following ? walk(following[place], count) : 0
		if (!found && what == "branch")
			found = walk(target(place), count)
		if (!found && what == "maybe-return")
			found = count
	}
	delete visited[place]
	if (found)
		path[count] = text[place]
	return found
}

END {
	found = walk(begin, 0)
	for (i = 1; i <= found && ENVIRON["TRACE"]; i++)
		print i "\t" path[i] >"/dev/stderr"
	print found
	exit !found
}
