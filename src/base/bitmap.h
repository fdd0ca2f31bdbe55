/*
 * Bitmaps of words. Bit i is bit i % WORD_BITS of word i / WORD_BITS. A range is `count` bits from
 * `first`; it may cross words. The caller holds the lock that guards the bitmap.
 */
#ifndef BASE_BITMAP_H
#define BASE_BITMAP_H

#include "base/bits.h"

#include <generated/constants.h>

/* What a search returns when there is nothing. */
#define BITMAP_NONE (~(size_t)0)

static inline bool bitmap_test(const word_t *bitmap, size_t bit)
{
	return (bitmap[bit / WORD_BITS] >> (bit % WORD_BITS)) & 1;
}

/* The bits of the word that `first` lies in, from there on, at most `count`. */
static inline word_t bitmap_mask(size_t first, size_t count)
{
	word_t mask = count < WORD_BITS ? ((word_t)1 << count) - 1 : ~(word_t)0;

	return mask << (first % WORD_BITS);
}

void bitmap_set(word_t *bitmap, size_t first, size_t count);
void bitmap_clear(word_t *bitmap, size_t first, size_t count);
bool bitmap_any(const word_t *bitmap, size_t first, size_t count);
size_t bitmap_count(const word_t *bitmap, size_t first, size_t count);

/*
 * The lowest place, a multiple of `align` (a power of two), at which `count` bits are set, in a
 * bitmap of `size` bits that is the intersection of two; BITMAP_NONE when there is none.
 */
size_t bitmap_find_run(const word_t *bitmap, const word_t *also, size_t size, size_t count,
		       size_t align);

#endif
