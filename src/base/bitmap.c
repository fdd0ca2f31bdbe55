/*
 * Bitmaps: ranges word by word, searches run by run.
 */
#include "base/bitmap.h"

void bitmap_set(word_t *bitmap, size_t first, size_t count)
{
	while (count > 0) {
		size_t room = WORD_BITS - first % WORD_BITS;
		size_t now = count < room ? count : room;

		bitmap[first / WORD_BITS] |= bitmap_mask(first, now);
		first += now;
		count -= now;
	}
}

void bitmap_clear(word_t *bitmap, size_t first, size_t count)
{
	while (count > 0) {
		size_t room = WORD_BITS - first % WORD_BITS;
		size_t now = count < room ? count : room;

		bitmap[first / WORD_BITS] &= ~bitmap_mask(first, now);
		first += now;
		count -= now;
	}
}

size_t bitmap_count(const word_t *bitmap, size_t first, size_t count)
{
	size_t set = 0;

	while (count > 0) {
		size_t room = WORD_BITS - first % WORD_BITS;
		size_t now = count < room ? count : room;

		set += bit_count(bitmap[first / WORD_BITS] & bitmap_mask(first, now));
		first += now;
		count -= now;
	}
	return set;
}

bool bitmap_any(const word_t *bitmap, size_t first, size_t count)
{
	return bitmap_count(bitmap, first, count) != 0;
}

/* The first place from `from` on whose bit is `wanted` in both, or `size`. */
static size_t find_bit(const word_t *bitmap, const word_t *also, size_t size, size_t from,
		       bool wanted)
{
	while (from < size) {
		word_t word = bitmap[from / WORD_BITS] & also[from / WORD_BITS];

		word = (wanted ? word : ~word) >> (from % WORD_BITS);
		if (word != 0) {
			from += lowest_bit(word);
			return from < size ? from : size;
		}
		from = align_down(from, WORD_BITS) + WORD_BITS;
	}
	return size;
}

size_t bitmap_find_run(const word_t *bitmap, const word_t *also, size_t size, size_t count,
		       size_t align)
{
	size_t end = 0;

	while (end < size) {
		size_t first = align_up(find_bit(bitmap, also, size, end, true), align);

		end = first < size ? find_bit(bitmap, also, size, first, false) : size;
		if (first < size && end - first >= count)
			return first;
		if (end == first)
			end++;
	}
	return BITMAP_NONE;
}
