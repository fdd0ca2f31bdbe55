/*
 * Where an arena's regions come from: carved from reservations where addresses are plenty (64 bits,
 * region_source_reserved.c), mapped alone where they are scarce (32 bits, region_source_single.c).
 */
#ifndef ARENA_REGION_SOURCE_H
#define ARENA_REGION_SOURCE_H

#include "arena/arena.h"

/*
 * A new region for an arena, readable, writable and zeroed, or NULL. The caller holds its lock. `is_huge`: whether
 * huge pages were asked for.
 */
struct region *region_source_take(struct arena *arena, bool *is_huge);

#endif
