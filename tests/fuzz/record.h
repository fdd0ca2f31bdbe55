/*
 * The shadow heap of the fuzzer: a record says of a block that the allocator under test gave out where
 * it is, what was asked for, and with which pattern it is filled, to the end of its usable size.
 *
 * Records stand in static memory and are handed from lane to lane by address. Nothing here allocates,
 * and whatever does not hold ends the process, for that is how a fuzzer learns of it.
 */
#ifndef FUZZ_RECORD_H
#define FUZZ_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record {
	unsigned char *address; /* NULL: no block */
	size_t size;		/* that was asked for, */
	size_t alignment;	/* and this; 0: of malloc, calloc or realloc */
	size_t filled;		/* bytes that hold the pattern */
	uint32_t tag;		/* of the pattern */
};

/* Ends the process with a sentence unless the condition holds. */
#define REQUIRE(condition, sentence) require((condition), (sentence), __FILE__, __LINE__)

void require(bool condition, const char *sentence, const char *file, int line);

/* Fills a block that the record knows, to its `filled` bytes. */
void record_fill(struct record *record, uint32_t tag);

/* The pattern is what was written, as far as `prefix`. */
void record_check_prefix(const struct record *record, const unsigned char *at, size_t prefix);
void record_check(const struct record *record);

/* Two blocks share no byte, and no two have the same address. */
void record_check_apart(const struct record *record, const struct record *other);

/* All bytes are zero. */
void check_zeroes(const unsigned char *at, size_t size);

#endif
