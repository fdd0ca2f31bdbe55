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

/* Whether there are fewer of a class than CONFIG_PARTIAL_SLABS_MAX, where that is a limit. */
bool partial_is_below_most(struct heap *heap, unsigned size_class);

/* Whether the heap may have one more of a class. */
static inline bool partial_has_room(struct heap *heap, unsigned size_class)
{
	return CONFIG_PARTIAL_SLABS_MAX == 0 || partial_is_below_most(heap, size_class);
}

void partial_add(struct heap *heap, unsigned size_class, struct descriptor *slab);

/*
 * A partial slab is worth to become active when so large a part of it is free; else a new one is made. In a large
 * heap whose blocks come and go at random each slab has a free block or two, and a refill would find no more.
 */
enum {
	WORTHWHILE_PART = 7,
};

enum worth {
	ANY_WORTH,
	WORTHWHILE,
};

/*
 * The one that was added first, for it has had the longest time to fill with free blocks, of those that are worth it;
 * NULL when a few looks find none.
 */
struct descriptor *partial_take(struct heap *heap, unsigned size_class, enum worth worth);

/* Takes out a certain one. */
void partial_remove(struct heap *heap, unsigned size_class, struct descriptor *slab);

/* Releases those that are free as a whole, with what others freed into them. */
void partial_release_free(struct heap *heap, unsigned size_class);

/* Takes one out. The caller holds the heap's lock. */
void partial_unlink(struct heap *heap, unsigned size_class, struct descriptor *slab);

#endif
