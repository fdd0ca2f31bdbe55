/*
 * The partial slabs of a heap: its own, with free blocks, and not the active one of their class. For each class
 * a ring, the oldest first.
 *
 * Only the owner adds and takes; but a thread that reclaims (reclaim.h) may release one that is free as a whole,
 * so the heap's lock guards the rings. The owner frees into these slabs without it.
 */
#ifndef HEAP_PARTIAL_H
#define HEAP_PARTIAL_H

#include "heap/heap.h"

/* Whether the heap may have one more of a class (CONFIG_PARTIAL_SLABS_MAX). */
bool partial_has_room(struct heap *heap, unsigned size_class);

void partial_add(struct heap *heap, unsigned size_class, struct descriptor *slab);

/*
 * The one that was added first, for it has had the longest time to fill with free blocks, of those with at least
 * so many; NULL when a few looks find none.
 */
struct descriptor *partial_take(struct heap *heap, unsigned size_class, uint32_t least);

/* Takes out a certain one. */
void partial_remove(struct heap *heap, unsigned size_class, struct descriptor *slab);

/* Takes home what others freed into them, and releases what is free as a whole. */
void partial_collect(struct heap *heap, unsigned size_class);

/* Takes one out. The caller holds the heap's lock. */
void partial_unlink(struct heap *heap, unsigned size_class, struct descriptor *slab);

#endif
