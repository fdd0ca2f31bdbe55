# SPDX-License-Identifier: MIT
#
# Reading ELF files with awk and od(1), 32 and 64 bits, either byte order. Put into tailor-config and
# tailor-run where they are installed, between single quotes of the shell: hence none here.
#
# The file that is read stands in the environment variable `file`, its length in file_size. What should be in
# it and is not ends the program through truncated(), which who includes this defines.

# Fills bytes[0..count-1] with the file from `offset` on.
function load(offset, count,	command, line, part, number, i) {
	if (offset < 0 || offset + count > file_size)
		truncated(offset + count)
	split("", bytes)
	if (count == 0)
		return
	command = "od -A n -v -t u1 -j " sprintf("%.0f", offset) " -N " sprintf("%.0f", count) " \"$file\""
	number = 0
	while ((command | getline line) > 0) {
		part_count = split(line, part, " ")
		for (i = 1; i <= part_count; i++)
			bytes[number++] = part[i]
	}
	close(command)
	if (number < count)
		truncated(offset + count)
}

# The number of `width` bytes at `at` in bytes[].
function number_at(at, width,	i, value) {
	value = 0
	for (i = 0; i < width; i++)
		value = value * 256 + bytes[elf_big_endian ? at + i : at + width - 1 - i]
	return value
}

# A number as wide as an address, at one place with 32 bits and another with 64.
function word_at(at_32, at_64) {
	return elf_64 ? number_at(at_64, 8) : number_at(at_32, 4)
}

# The text at `at`, up to its null or `end`.
function text_at(at, end,	text) {
	text = ""
	for (; at < end && bytes[at] != 0; at++)
		text = text sprintf("%c", bytes[at] + 0)
	return text
}

# Reads the header of the ELF file at `base` in the file; false when there is none.
function elf_open(base) {
	elf_base = base
	if (base + 52 > file_size)
		return 0
	load(base, 16)
	if (bytes[0] != 127 || bytes[1] != 69 || bytes[2] != 76 || bytes[3] != 70)
		return 0
	elf_64 = bytes[4] == 2
	elf_big_endian = bytes[5] == 2
	load(base, elf_64 ? 64 : 52)
	elf_type = number_at(16, 2)
	elf_machine = number_at(18, 2)
	program_headers = word_at(28, 32)
	section_headers = word_at(32, 40)
	elf_flags = number_at(elf_64 ? 48 : 36, 4)
	program_size = number_at(elf_64 ? 54 : 42, 2)
	program_count = number_at(elf_64 ? 56 : 44, 2)
	section_size = number_at(elf_64 ? 58 : 46, 2)
	section_count = number_at(elf_64 ? 60 : 48, 2)
	section_names = number_at(elf_64 ? 62 : 50, 2)
	# What does not fit in 16 bits stands in the first section.
	if (section_headers > 0 && (section_count == 0 || section_names == 65535 || program_count == 65535)) {
		load(base + section_headers, section_size)
		if (section_count == 0)
			section_count = word_at(20, 32)
		if (section_names == 65535)
			section_names = number_at(elf_64 ? 40 : 24, 4)
		if (program_count == 65535)
			program_count = number_at(elf_64 ? 44 : 28, 4)
	}
	return 1
}

# Reads all program headers of a type: segment_count, segment_offset[], segment_size[].
function find_segments(type,	i, at) {
	segment_count = 0
	load(elf_base + program_headers, program_size * program_count)
	for (i = 0; i < program_count; i++) {
		at = i * program_size
		if (number_at(at, 4) != type)
			continue
		segment_offset[++segment_count] = word_at(at + 4, at + 8)
		segment_size[segment_count] = word_at(at + 16, at + 32)
	}
}

# The loader that a program asks for, or "": it names the C library.
function elf_loader() {
	find_segments(3)
	if (segment_count == 0)
		return ""
	load(elf_base + segment_offset[1], segment_size[1])
	return text_at(0, segment_size[1])
}
