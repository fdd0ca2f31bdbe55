/*
 * Blocks of any kind: how a pointer is told apart, for everything that is not a fast path.
 */
#ifndef HEAP_ANY_BLOCK_H
#define HEAP_ANY_BLOCK_H

#include "heap/heap.h"

/* Frees a block that is not NULL. */
void any_block_free(void *block);

/* The same, where its granule's descriptor and the thread's heap are at hand; not for a multiple of the region's size. */
INTERNAL void any_block_free_at(void *block, struct descriptor *descriptor, struct heap *heap);

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
