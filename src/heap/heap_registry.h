/*
 * The registry's lock, the first in the order of all locks, and what a fork does to the registry.
 */
#ifndef HEAP_HEAP_REGISTRY_H
#define HEAP_HEAP_REGISTRY_H

#include "base/lock.h"

extern struct lock heap_registry_lock;

/* In the child: no heap but the calling thread's can be told by an identity. */
void heap_forget_threads(void);

#endif
