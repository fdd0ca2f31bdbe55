/*
 * Which memory is resident, page by page, as mincore() says: of what is not mapped, and under an emulator of what is only
 * reserved, it says nothing, and that counts as none.
 *
 * Its answer has a byte for each page. An emulator that shows larger pages than the machine has may pass the machine's
 * answer on, with a byte for each of its pages: so how many bytes were written says how large the pages are.
 */
#ifndef TESTS_SUPPORT_INCORE_H
#define TESTS_SUPPORT_INCORE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum {
	INCORE_PIECE = 65536, /* asked for at a time: a multiple of every page size */
	INCORE_PAGE_LEAST = 4096,
	INCORE_NOT_WRITTEN = 0xFF,
};

/* How many bytes are, from a page's start up to `end`. */
static inline size_t incore_bytes(uintptr_t start, uintptr_t end)
{
	unsigned char state[INCORE_PIECE / INCORE_PAGE_LEAST];
	size_t bytes = 0;
	size_t size;

	for (; start < end; start += size) {
		size_t known = 0;
		size_t resident = 0;

		size = end - start < INCORE_PIECE ? end - start : INCORE_PIECE;
		memset(state, INCORE_NOT_WRITTEN, sizeof(state));
		/* The address is one that was mapped. */
		if (mincore((void *)start, size, state) !=
		    0) /* NOLINT(performance-no-int-to-ptr) */
			continue;
		while (known < sizeof(state) && state[known] != INCORE_NOT_WRITTEN)
			resident += state[known++] & 1;
		bytes += known ? resident * (size / known) : 0;
	}
	return bytes;
}

#endif
