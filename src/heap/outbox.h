/*
 * The outbox of a heap: blocks that its thread freed and that belong to slabs of others, gathered by slab, so that
 * one atomic operation frees many of them.
 *
 * What is in it counts as used. It holds back at most CONFIG_OUTBOX_SLOTS chains of fewer than OUTBOX_CHAIN_MAX blocks,
 * until the heap tidies itself or the thread ends. What goes out is an event of the heap, so a thread that only frees
 * ticks as well.
 *
 * A chain is given by its first block, which is the one freed last, and stands at the place of its slab. There are more
 * places than there may be chains, so that slabs whose blocks are freed in turn seldom need the same one.
 */
#ifndef HEAP_OUTBOX_H
#define HEAP_OUTBOX_H

#include "heap/heap.h"

/* Frees blocks of a slab of others. */
static inline void outbox_push(struct descriptor *slab, struct block *first, struct block *last,
			       uint32_t count)
{
	if (slab_push(slab, first, last, count) == PUSH_EMPTIED)
		slab_release(slab, AGE_YOUNG);
}

enum {
	OUTBOX_CHAIN_MAX = 32, /* blocks */
	/* Of blocks of more than 256 bytes a slab has few, and a chain would keep all of it: they go out singly. */
	OUTBOX_CAPACITY_MIN = GRANULE_SIZE / 256,
};

static_assert(OUTBOX_CHAIN_MAX < UINT32_MAX / GRANULE_SIZE,
	      "a note has room for a count and a place in a granule");

/* scripts/constants.awk: a slab of several granules has fewer than sixteen blocks. */
static_assert(OUTBOX_CAPACITY_MIN >= 16, "a slab whose blocks are gathered is one granule");

/* What the first block of a chain notes: how many there are, and below, in the bits of a granule, where the last is. */
static inline uint32_t outbox_count(const struct block *first)
{
	return (uint32_t)(first->note >> GRANULE_SIZE_LOG2);
}

static inline struct block *outbox_last(const struct block *first)
{
	uintptr_t offset = first->note & (GRANULE_SIZE - 1);

	return (struct block *)(((uintptr_t)first & ~(GRANULE_SIZE - 1)) + offset);
}

#if CONFIG_OUTBOX_SLOTS > 0

/* Where the chain of a block's slab stands. */
static inline size_t outbox_place(const struct block *block)
{
	return ((uintptr_t)block >> GRANULE_SIZE_LOG2) % OUTBOX_PLACES;
}

/* Whether a block is of the slab of a chain, which may be NULL: they differ within a granule. */
static inline bool outbox_is_chain_of(const struct block *first, const struct block *block)
{
	return ((uintptr_t)first ^ (uintptr_t)block) < GRANULE_SIZE;
}

/* The chain of a block's slab, or NULL. */
static inline struct block *outbox_chain(const struct heap *heap, const struct block *block)
{
	struct block *first = heap->outbox[outbox_place(block)];

	return outbox_is_chain_of(first, block) ? first : NULL;
}

static inline size_t outbox_chain_count(const struct heap *heap)
{
	return heap->outgoing[0];
}

/* Sends the chain of a place home: an event that is worth so many calls, or none, where the heap is tidied. */
void outbox_send(struct heap *heap, size_t place, uint32_t calls);

/* Adds a block to the chain of its slab, if there is one. */
static inline bool outbox_join(struct heap *heap, struct block *block)
{
	size_t place = outbox_place(block);
	struct block *first = heap->outbox[place];
	uintptr_t note;

	if (!outbox_is_chain_of(first, block))
		return false;
	note = first->note + GRANULE_SIZE;
	block->next = first;
	block->note = note;
	heap->outbox[place] = block;
	if (UNLIKELY(note >= OUTBOX_CHAIN_MAX * GRANULE_SIZE))
		outbox_send(heap, place, OUTBOX_CHAIN_MAX);
	return true;
}

/*
 * Adds a block, which may begin a chain. Another goes out for that, where its place is taken or there are too many. A
 * large block goes out by itself.
 */
void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block);

/* Frees all that is in it. */
void outbox_flush(struct heap *heap);

#else

static inline size_t outbox_place(const struct block *block)
{
	(void)block;
	return 0;
}

static inline struct block *outbox_chain(const struct heap *heap, const struct block *block)
{
	(void)heap;
	(void)block;
	return NULL;
}

static inline size_t outbox_chain_count(const struct heap *heap)
{
	(void)heap;
	return 0;
}

static inline bool outbox_join(struct heap *heap, struct block *block)
{
	(void)heap;
	(void)block;
	return false;
}

static inline void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block)
{
	outbox_push(slab, block, block, 1);
	heap_event(heap, 1);
}

static inline void outbox_flush(struct heap *heap)
{
	(void)heap;
}

#endif

#endif
