/*
 * The registry's own, for those who go through it when the process forks. Its lock comes first in the order of all
 * locks, but for that of reclaiming.
 */
#ifndef HEAP_HEAP_REGISTRY_H
#define HEAP_HEAP_REGISTRY_H

#include "base/lock.h"

struct heap;

INTERNAL extern struct lock heap_registry_lock;

/* Guarded by the lock: all heaps, linked by `next`, and those that no thread has, but the kept one, by `next_pooled`. */
INTERNAL extern struct heap *heap_registry_all;
INTERNAL extern struct heap *heap_registry_pooled;

/* Guarded by the lock: the heap that is kept with its active slabs and the blocks at hand, or NULL. */
INTERNAL extern struct heap *heap_registry_kept;

/* Puts a heap without slabs into the pool. The caller holds the lock. */
void heap_registry_pool(struct heap *heap);

#endif
