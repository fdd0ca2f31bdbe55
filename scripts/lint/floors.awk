# SPDX-License-Identifier: MIT
#
# Walks the includes of src/ and prints those that point upwards, to no floor or in a circle.
#
# The floors, lowest first. Beside them stands diagnostics: from the arena floor up everyone may
# include its headers, so these rest on the two lowest floors alone; its sources look into the whole
# engine, up to the heap.

BEGIN {
	floor_count = split("platform base arena slab heap api libc", floors, " ")
	for (i = 1; i <= floor_count; i++)
		rank[floors[i]] = i
	seam = "diagnostics"
}

FNR == 1 {
	split(FILENAME, part, "/")
	floor = part[2]
	is_header = FILENAME ~ /\.h$/
	own = substr(FILENAME, 5)
	sub(/\.c$/, ".h", own)
	includes = 0
	exists[substr(FILENAME, 5)] = 1
	if (!(floor in rank) && floor != seam)
		complain("src/" floor " is none of the floors: " order())
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	note_include(part[2])
}

function order(	i, text) {
	for (i = 1; i <= floor_count; i++)
		text = text (i > 1 ? " < " : "") floors[i]
	return text
}

function complain(reason) {
	print FILENAME ":" FNR ": " reason
}

# The highest floor that the current file may include.
function ceiling() {
	if (floor != seam)
		return rank[floor]
	return is_header ? rank["base"] : rank["heap"]
}

function note_include(target,	at, below) {
	at = index(target, "/")
	below = substr(target, 1, at - 1)
	if (target == "tailor.h")
		return
	if (at == 0 || (!(below in rank) && below != seam)) {
		complain("\"" target "\" names no floor: write \"floor/file.h\"")
		return
	}
	line_of[++edge_count] = FILENAME ":" FNR
	from[edge_count] = substr(FILENAME, 5)
	to[edge_count] = target
	if (++includes > 1 && target == own)
		complain("a source includes its own header first, which shows that the header is complete")
	if (below == seam ? floor != seam && rank[floor] < rank["arena"] : rank[below] > ceiling())
		complain("the floor " floor " must not include \"" target "\", which is above it: " order())
}

# Depth first over the headers; a header that is met again on its own path closes a circle.
function visit(header, path,	i) {
	state[header] = "open"
	for (i = 1; i <= edge_count; i++) {
		if (from[i] != header)
			continue
		if (state[to[i]] == "open")
			print line_of[i] ": headers include each other in a circle: " path " " to[i]
		else if (state[to[i]] == "")
			visit(to[i], path " " to[i])
	}
	state[header] = "done"
}

END {
	for (i = 1; i <= edge_count; i++)
		if (!(to[i] in exists))
			print line_of[i] ": there is no \"" to[i] "\""
	for (i = 1; i <= edge_count; i++)
		if (state[from[i]] == "")
			visit(from[i], from[i])
}
