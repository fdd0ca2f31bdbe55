# SPDX-License-Identifier: MIT
#
# Cuts the commands out of a document: each block of them becomes a script, folder/NNN, that begins with the
# line "# PAGE:LINE".
#
#	awk -v page=README.md -v folder=F -f exceptions.awk -f blocks.awk INSTEAD README.md
#
# A block of commands is indented by four spaces, or fenced and called sh; other fences hold no commands, and
# one that seems to is an error. INSTEAD says which commands are replaced: "page | command | instead | why", a
# dash for a command that is not run at all. What was replaced is printed as "skip PAGE:LINE: COMMAND: WHY" where it
# is a dash; a row that nothing of its page matches is an error. With -v listing=FILE each command is also written
# there as it stands, for mentions.awk: "PAGE:LINE", a tab, the command.

# The command without the comment behind it, as INSTEAD has it.
function bare(line) {
	sub(/[ \t]+#[ \t].*$/, "", line)
	return trim(line)
}

function begin() {
	script = sprintf("%s/%03d", folder, ++count)
	text = "# " page ":" FNR "\n"
	is_empty = 1
	in_block = 1
}

function end() {
	if (in_block && !is_empty) {
		printf "%s", text >script
		close(script)
	}
	in_block = 0
}

function command(line, key) {
	if (!in_block)
		begin()
	key = bare(line)
	if (listing != "")
		print page ":" FNR "\t" key >listing
	if (key in instead) {
		used[key] = 1
		if (instead[key] == "-") {
			print "skip " page ":" FNR ": " key ": " why[key]
			return
		}
		line = instead[key]
	}
	text = text line "\n"
	is_empty = 0
}

FILENAME == ARGV[1] {
	read_exception($0)
	next
}

/^ *```/ {
	if (fence == "") {
		fence = $0
		sub(/^ *```/, "", fence)
		fence = fence == "" ? "text" : fence
	} else {
		fence = ""
		end()
	}
	was_blank = 0
	next
}

fence == "sh" {
	command($0)
	next
}

fence != "" {
	if (/^(\$ )?(make|scripts\/[a-z]+|\.ci\/run)( |$)/ && fence != "make")
		fault(FNR, "a command in a block that is not called sh")
	next
}

/^    [^ ]/ && (was_blank || in_block) {
	command(substr($0, 5))
	was_blank = 0
	next
}

/^$/ {
	was_blank = 1
	next
}

{
	was_blank = 0
	end()
}

END {
	end()
	tell_unused("tests/docs/instead replaces a command that is not there: ")
}
