/*
 * Memory for the engine's own structures. It is never given back: who comes late with a pointer into
 * it (a hint, a heap's address) finds it as it was.
 */
#ifndef ARENA_METADATA_H
#define ARENA_METADATA_H

#include "platform/compiler.h"

/*
 * Returns `byte_count` zeroed bytes, aligned to META_OBJECT_ALIGN, or NULL when the system has none
 * left. The static area is used first, then chunks from the system.
 */
void *metadata_take(size_t byte_count);

/* Guards the above; in the order of all locks it is the last. */
INTERNAL extern struct lock metadata_lock;

#endif
