/*
 * Arithmetic on powers of two.
 */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include "platform/compiler.h"

static inline bool is_power_of_two(size_t number)
{
	return number != 0 && (number & (number - 1)) == 0;
}

/* `alignment` is a power of two; align_up() wraps around to a small number beyond SIZE_MAX. */
static inline size_t align_down(size_t number, size_t alignment)
{
	return number & ~(alignment - 1);
}

static inline size_t align_up(size_t number, size_t alignment)
{
	return align_down(number + (alignment - 1), alignment);
}

static inline bool is_aligned(const void *address, size_t alignment)
{
	return ((uintptr_t)address & (alignment - 1)) == 0;
}

/* The place of the lowest bit that is set; `word` is not 0. */
static inline unsigned lowest_bit(word_t word)
{
	return (unsigned)__builtin_ctzl(word);
}

static_assert(sizeof(word_t) == sizeof(unsigned long), "the builtin above takes a word");

/* Bit by bit: where processors do not count them, the compiler's library does, and is larger than what it saves. */
static inline unsigned bit_count(word_t word)
{
	unsigned count = 0;

	for (; word != 0; word &= word - 1)
		count++;
	return count;
}

#endif
