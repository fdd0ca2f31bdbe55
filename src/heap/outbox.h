/*
 * The outbox of a heap: blocks that its thread freed and that belong to slabs of others, gathered by slab, so that
 * one atomic operation frees many of them.
 *
 * What is in it counts as used. It holds back at most CONFIG_OUTBOX_SLOTS chains of OUTBOX_CHAIN_MAX blocks, until
 * the heap tidies itself or the thread ends. What goes out is an event of the heap, so a thread that only frees ticks
 * as well.
 */
#ifndef HEAP_OUTBOX_H
#define HEAP_OUTBOX_H

#include "heap/heap.h"

/* Frees blocks of a slab of others. */
static inline void outbox_push(struct descriptor *slab, const struct chain *chain)
{
	if (slab_push(slab, chain) == PUSH_EMPTIED)
		slab_release(slab, AGE_YOUNG);
}

#if CONFIG_OUTBOX_SLOTS > 0

enum {
	OUTBOX_CHAIN_MAX = 32, /* blocks */
	/* Bytes: of larger ones a slab has few, and a chain would keep all of it. */
	OUTBOX_BLOCK_MAX = 256,
};

static inline struct outgoing *outbox_slot(struct heap *heap, const struct descriptor *slab)
{
	return &heap->outbox[((uintptr_t)slab >> DESCRIPTOR_SIZE_LOG2) % CONFIG_OUTBOX_SLOTS];
}

/* The chain of a slot is long enough. */
void outbox_send_full(struct heap *heap, struct outgoing *outgoing);

/* Adds a block to the chain of its slab, if there is one. */
static inline bool outbox_join(struct heap *heap, const struct descriptor *slab,
			       struct block *block)
{
	struct outgoing *outgoing = outbox_slot(heap, slab);

	if (outgoing->slab != slab)
		return false;
	block->next = outgoing->chain.first;
	outgoing->chain.first = block;
	if (UNLIKELY(++outgoing->chain.count == OUTBOX_CHAIN_MAX))
		outbox_send_full(heap, outgoing);
	return true;
}

/* Begins the chain of a slab that has none; another slab's goes out for it. A large block goes out by itself. */
void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block);

/* Frees all that is in it. */
void outbox_flush(struct heap *heap);

#else

static inline bool outbox_join(struct heap *heap, const struct descriptor *slab,
			       struct block *block)
{
	(void)heap;
	(void)slab;
	(void)block;
	return false;
}

static inline void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block)
{
	outbox_push(slab, &(struct chain){.first = block, .last = block, .count = 1});
	heap_event(heap, 1);
}

static inline void outbox_flush(struct heap *heap)
{
	(void)heap;
}

#endif

#endif
