# SPDX-License-Identifier: MIT
#
# Finds the commands of a document that blocks.awk does not run, so that none escapes:
#
#	awk -v page=README.md -v folder=F -f exceptions.awk -f mentions.awk COMMANDS MENTIONED README.md
#
# COMMANDS holds what stands in the blocks of all documents, as blocks.awk lists it: "PAGE:LINE", a tab, the command. A
# line inside a fence, or indented by four spaces and more, that looks like a command and is not among them is an error.
# A command in running text, between backquotes, must be one of them, or begin one of them; or be in MENTIONED, which has
# rows like `instead`: what runs in its place (it becomes a script, folder/mN), or a dash. A row that nothing of its
# page matches is an error.

# Does it begin, behind a prompt and assignments, with the name of a program, and go on for at least `words` words?
function is_command(text, words, word, count, i) {
	sub(/^\$ /, "", text)
	while (sub(/^[A-Z][A-Z0-9_]*=("[^"]*"|'[^']*'|[^ "']*) /, "", text))
		;
	count = split(text, word, " ")
	if (count < words)
		return 0
	if (word[1] ~ /^(\.|scripts|tests|bench|build)\/[A-Za-z0-9_.\/*-]*[A-Za-z]$/)
		return 1
	if (word[1] ~ /^(make|cc|gcc|g\+\+|clang|rustc|cargo|cmake|pkg-config|sh|bash|python3|awk|patch|git|apt|apt-get|dpkg)$/)
		return 1
	if (word[1] ~ /^(gdb|perf|valgrind|strace|readelf|objdump|nm|ulimit|export|cd|cp|mv|rm|sudo|env|printf|echo)$/)
		return 1
	return word[1] ~ /^(tailor-(run|config)|qemu-[a-z0-9_]+|rpmbuild|dpkg-[a-z]+|\.ci\/run|([a-z]+-)?strip|[a-z0-9_]+-.*-gcc)$/
}

FILENAME == ARGV[1] {
	split($0, column, "\t")
	in_block[column[1]] = 1
	commands[++command_count] = column[2]
	next
}

FILENAME == ARGV[2] {
	read_exception($0)
	next
}

# Equal to a command of a block, or to its first words.
function is_in_a_block(key, i) {
	for (i = 1; i <= command_count; i++)
		if (index(commands[i] " ", key " ") == 1)
			return 1
	return 0
}

function mention(line, key, script) {
	if (key in instead) {
		used[key] = 1
		if (instead[key] == "-") {
			print "skip " page ":" line ": " key ": " why[key]
			return
		}
		script = sprintf("%s/m%03d", folder, ++script_count)
		printf "# %s:%d\n%s\n", page, line, instead[key] >script
		close(script)
	} else if (!is_in_a_block(key))
		fault(line, "a command in the text that is neither run nor in tests/docs/mentioned: " key)
}

# A paragraph is over: every second piece of it stands between backquotes. Pieces may go over the end of a line.
function end_paragraph(piece, count, i, line, key) {
	count = split(paragraph, piece, "`")
	line = paragraph_line
	for (i = 1; i <= count; i++) {
		key = piece[i]
		gsub(/[ \t]*\n[ \t]*/, " ", key)
		if (i % 2 == 0 && is_command(key, 2))
			mention(line, trim(key))
		line += gsub(/\n/, "", piece[i])
	}
	paragraph = ""
}

function escaped() {
	if (!((page ":" FNR) in in_block) && is_command(trim($0), 1))
		fault(FNR, "a command that is not in a block called sh: " trim($0))
}

/^ *```/ {
	end_paragraph()
	in_fence = !in_fence
	next
}

in_fence || /^(    |\t)/ {
	escaped()
}

in_fence { next }

/^$/ || /^(    [^ ]|\|)/ {
	end_paragraph()
}

{
	if ((page ":" FNR) in in_block)
		next
	if (paragraph == "")
		paragraph_line = FNR
	paragraph = paragraph $0 "\n"
}

END {
	end_paragraph()
	tell_unused("tests/docs/mentioned has a command that is not there: ")
}
