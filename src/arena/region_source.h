/*
 * Where an arena's regions come from: carved from reservations where addresses are plenty (64 bits,
 * region_source_reserved.c), mapped alone and unmapped when free where they are scarce (32 bits,
 * region_source_single.c).
 */
#ifndef ARENA_REGION_SOURCE_H
#define ARENA_REGION_SOURCE_H

#include "arena/arena.h"

/* Whether fully free regions go back to the system; else they are kept, purged. */
#define REGIONS_ARE_UNMAPPED (POINTER_SIZE == 4)

/* A new region for an arena, readable, writable and zeroed, or NULL. The caller holds its lock. */
struct region *region_source_take(struct arena *arena);

/* Gives it back to the system. Only called where REGIONS_ARE_UNMAPPED. */
void region_source_release(struct region *region);

#endif
