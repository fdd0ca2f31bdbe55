# SPDX-License-Identifier: MIT
#
# Makes source for the assembler again out of a disassembly, an instruction a line, in the order of the file.
#
#	objdump -d -w FILE | awk -v name=ISA -v places=OUTPUT -f isa.awk BASELINES - >SOURCE
#
# Line N of OUTPUT is FUNCTION: INSTRUCTION for line N of SOURCE. What a branch names is of no account here and
# becomes ".", and what table BASELINES lets through for this ISA ("also") becomes an empty line. Left out is what is
# no instruction: constants of ARM and AArch64, which the disassembler tells by marks that the assembler set, those of
# the linker's stubs on IBM Z, and the table behind a function of POWER, which begins with a word that is no
# instruction on any. What the disassembler itself does not know becomes an error.

function emit(text) {
	print text
	print where ": " shown >places
}

function is_constant(text) {
	if (name ~ /^(arm|aarch64)/)
		return text ~ /^[.](word|short|byte) /
	if (name == "s390x")
		return where ~ /@plt$/ && text ~ /^[.]long /
	if (name == "ppc64le")
		return is_of_table(text)
	return 0
}

function is_of_table(text) {
	if (text == ".long 0x0" && table_words <= 0)
		table_words = 3
	if (table_words > 0) {
		table_words--
		is_behind_table = 1
		return 1
	}
	# Behind the last function, and the last of those that save registers, the linker keeps where its addresses are,
	# at a multiple of eight.
	is_behind_table = is_behind_table && (text ~ /^[.]long / || text == "nop")
	return is_behind_table || (where ~ /^_(rest|save)gpr/ && text ~ /^[.]long /)
}

function is_let_through(text,    i) {
	for (i = 1; i <= allowed_count; i++)
		if (text ~ "^(" allowed[i] ")$")
			return 1
	return 0
}

# for_assembler TEXT: in the words that it reads.
function for_assembler(text) {
	sub(/(0x)?[0-9a-f]+ <[^>]*>/, text ~ /^cbn?z/ ? ".+4" : ".", text)
	sub(/ *(;|\/\/|# ).*$/, "", text)
	if (name ~ /^arm/) {
		sub(/ *@.*$/, "", text)
		if (text ~ /^m[cr][cr]/)
			gsub(/[{}]/, "", text)
	}
	# Prefixes by which x86 stretches what does nothing, and the register that it names where there is none.
	gsub(/^(data16 )+/, "", text)
	gsub(/,%[er]iz(,[1248])?/, "", text)
	return text
}

BEGIN {
	FS = "\t"
	where = "(nothing)"
	if (name ~ /^arm/)
		emit(".syntax unified")
	if (name ~ /^mips/)
		emit(".set noreorder; .set noat; .set nomacro")
}

FILENAME == ARGV[1] {
	if (split($0, column, /[ \t]*[|][ \t]*/) > 3 && column[1] == "also" && name ~ "^(" column[2] ")$")
		allowed[++allowed_count] = column[3]
	next
}

/^[0-9a-f]+ <.*>:$/ {
	where = $0
	sub(/^[0-9a-f]+ </, "", where)
	sub(/>:$/, "", where)
	table_words = is_behind_table = 0
	next
}

!/^ *[0-9a-f]+:\t/ || NF < 3 { next }

{
	shown = $3
	for (i = 4; i <= NF; i++)
		shown = shown " " $i
	gsub(/ +/, " ", shown)
	sub(/ $/, "", shown)
	if (is_constant(shown))
		next
	instructions++
	# Thumb is shown by halfwords.
	state = name !~ /^arm/ ? "" : $2 ~ /^[0-9a-f][0-9a-f][0-9a-f][0-9a-f]( |$)/ ? ".thumb" : ".arm"
	if (state != last_state)
		emit(state)
	last_state = state
	if (is_let_through(shown))
		emit("")
	else if (shown ~ /^[.]/)
		emit(".error \"no instruction that the disassembler knows\"")
	else
		emit(for_assembler(shown))
}

END { exit !instructions }
