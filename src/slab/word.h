/*
 * The ownership word of a slab: 32 bits that alone decide who owns it.
 *
 *	UNOWNED:1 | NOTIFY:1 | count:14 | index:16
 *
 * Owned (UNOWNED clear): count blocks wait in the remote chain, freed by threads that do not own the
 * slab; the owner takes them all with one exchange. Unowned: count is the number of all free
 * blocks, which began at capacity - used when the slab was retired; NOTIFY says that it was full
 * then and nobody has freed since, so that no hint of it is set.
 *
 * `index` is the head of the remote chain, the place of its block in units of BLOCK_ALIGN plus one; 0 is
 * the empty chain. Blocks are linked by address. Pushing is one compare-and-swap, taking all is one
 * exchange, nothing is ever taken singly: so there is no ABA.
 */
#ifndef SLAB_WORD_H
#define SLAB_WORD_H

#include "arena/region.h"

enum {
	WORD_INDEX_BITS = 16,
	WORD_COUNT_BITS = 14,
	WORD_INDEX_MASK = (1 << WORD_INDEX_BITS) - 1,
	WORD_COUNT_MASK = (1 << WORD_COUNT_BITS) - 1,
};

#define WORD_OWNED   ((uint32_t)0)
#define WORD_UNOWNED ((uint32_t)1 << 31)
#define WORD_NOTIFY  ((uint32_t)1 << 30)

static_assert(WORD_INDEX_BITS + WORD_COUNT_BITS == 30, "two bits are left for the flags");
static_assert(SLAB_SPAN_MAX * GRANULE_SIZE / BLOCK_ALIGN < WORD_INDEX_MASK,
	      "every place of a slab has an index");

static inline uint32_t word_make(uint32_t flags, uint32_t count, uint32_t index)
{
	return flags | count << WORD_INDEX_BITS | index;
}

static inline bool word_is_unowned(uint32_t word)
{
	return (word & WORD_UNOWNED) != 0;
}

static inline bool word_wants_notice(uint32_t word)
{
	return (word & WORD_NOTIFY) != 0;
}

static inline uint32_t word_count(uint32_t word)
{
	return (word >> WORD_INDEX_BITS) & WORD_COUNT_MASK;
}

static inline uint32_t word_index(uint32_t word)
{
	return word & WORD_INDEX_MASK;
}

/* The index of a block of a slab whose memory begins at `memory`, and back; NULL for no index. */
static inline uint32_t word_index_of(const char *memory, const struct block *block)
{
	return (uint32_t)(((uintptr_t)block - (uintptr_t)memory) >> BLOCK_ALIGN_LOG2) + 1;
}

static inline struct block *word_block_at(char *memory, uint32_t index)
{
	if (index == 0)
		return NULL;
	return (struct block *)(void *)(memory + ((size_t)(index - 1) << BLOCK_ALIGN_LOG2));
}

#endif
