/*
 * The outbox of a heap: blocks that its thread freed and that belong to slabs of others, gathered by slab, so that
 * one atomic operation frees many of them.
 *
 * What is in it counts as used. It holds back at most CONFIG_OUTBOX_SLOTS chains of OUTBOX_CHAIN_MAX blocks, until
 * the next tick or the thread's end. What goes out is an event of the heap, so a thread that only frees ticks as well.
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

/* Adds a block to the chain of its slab. */
void outbox_add(struct heap *heap, struct descriptor *slab, struct block *block);

/* Frees all that is in it. */
void outbox_flush(struct heap *heap);

#else

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
