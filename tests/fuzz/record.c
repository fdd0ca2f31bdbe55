/*
 * Records and patterns: see record.h. A block of up to DENSE bytes is written whole; of a larger one both
 * ends are, and some places between, so that a block costs few page faults whatever its size.
 */
#include "fuzz/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DENSE = 2048,
	EDGE = 512,
	PLACES = 12,
	ZEROES_DENSE = 1 << 18,
	ZEROES_PLACES = 200,
};

void require(bool condition, const char *sentence, const char *file, int line)
{
	if (condition)
		return;
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, sentence);
	abort();
}

static unsigned char pattern_byte(size_t offset, uint32_t tag)
{
	return (unsigned char)(tag + offset * 7 + (offset >> 8) * 13 + (tag >> 8) * 31 + 1);
}

/* The next place of the pattern. */
static size_t next_place(size_t offset, size_t size)
{
	if (size <= DENSE || offset < EDGE || offset >= size - EDGE)
		return offset + 1;
	offset += (size - 2 * EDGE) / PLACES + 1;
	return offset < size - EDGE ? offset : size - EDGE;
}

void record_fill(struct record *record, uint32_t tag)
{
	record->tag = tag;
	for (size_t i = 0; i < record->filled; i = next_place(i, record->filled))
		record->address[i] = pattern_byte(i, tag);
}

void record_check_prefix(const struct record *record, const unsigned char *at, size_t prefix)
{
	bool holds = true;

	for (size_t i = 0; i < record->filled && i < prefix; i = next_place(i, record->filled))
		holds &= at[i] == pattern_byte(i, record->tag);
	REQUIRE(holds, "a block keeps what was written to it");
}

void record_check(const struct record *record)
{
	record_check_prefix(record, record->address, record->filled);
}

void record_check_apart(const struct record *record, const struct record *other)
{
	uintptr_t one = (uintptr_t)record->address;
	uintptr_t two = (uintptr_t)other->address;

	REQUIRE(one != two &&
			(one < two ? one + record->filled <= two : two + other->filled <= one),
		"blocks do not overlap");
}

void check_zeroes(const unsigned char *at, size_t size)
{
	size_t dense = size < ZEROES_DENSE ? size : ZEROES_DENSE;
	bool holds = dense == 0 || (at[0] == 0 && memcmp(at, at + 1, dense - 1) == 0);

	for (size_t i = dense; i < size; i += (size - dense) / ZEROES_PLACES + 1)
		holds &= at[i] == 0;
	REQUIRE(holds && (size == 0 || at[size - 1] == 0), "calloc gives zeroes");
}
