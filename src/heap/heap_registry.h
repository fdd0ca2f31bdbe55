/*
 * The registry around a fork: its lock, which comes first but for that of reclaiming, and those of all heaps.
 */
#ifndef HEAP_HEAP_REGISTRY_H
#define HEAP_HEAP_REGISTRY_H

#include "base/lock.h"

INTERNAL extern struct lock heap_registry_lock;

/* The locks of all heaps; the caller holds the registry's. */
void heap_registry_lock_heaps(void);
void heap_registry_unlock_heaps(void);

/*
 * In the child: unlocks all heaps, and marks those whose threads were left behind as lost, for they may be half
 * changed.
 */
void heap_registry_leave_behind(void);

#endif
