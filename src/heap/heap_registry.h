/*
 * The registry's lock, the first in the order of all locks.
 */
#ifndef HEAP_HEAP_REGISTRY_H
#define HEAP_HEAP_REGISTRY_H

#include "base/lock.h"

extern struct lock heap_registry_lock;

#endif
