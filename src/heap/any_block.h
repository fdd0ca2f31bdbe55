/*
 * Blocks of any kind: how a pointer is told apart, beginning with what is most likely.
 */
#ifndef HEAP_ANY_BLOCK_H
#define HEAP_ANY_BLOCK_H

#include "heap/heap.h"

/* Frees a block that is not NULL. */
void any_block_free(void *block);

/* The same, where its granule's descriptor and the thread's heap are at hand; not for a multiple of the region's size. */
INTERNAL void any_block_free_at(void *block, struct descriptor *descriptor, struct heap *heap);

/* The same, of a block that is most likely the thread's own. */
static inline void any_block_free_own(void *block, struct descriptor *descriptor)
{
	struct heap *heap = heap_current();

	if (LIKELY(heap_owns(heap, descriptor)))
		heap_free_local(block, descriptor, heap);
	else
		any_block_free_at(block, descriptor, heap);
}

/* The bytes that may be used of a block that is not NULL. */
size_t any_block_usable_size(const void *block);

/* A block of at least `size` bytes, at least 1. NULL when there is no memory. */
void *any_block_allocate(size_t size);

/* The same, zeroed. */
void *any_block_allocate_zeroed(size_t size);

/* The same, aligned to `alignment`, a power of two. */
void *any_block_allocate_aligned(size_t size, size_t alignment);

/*
 * Resizes a block without copying it. Returns where it is now, or NULL when that cannot be, or should not, for
 * the block would keep more than twice what it needs.
 */
void *any_block_resize(void *block, size_t size);

#endif
