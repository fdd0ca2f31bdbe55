/*
 * Regions coming to an arena and going from it. Its lock is held by the caller of everything here.
 */
#ifndef ARENA_REGIONS_H
#define ARENA_REGIONS_H

#include "arena/arena.h"

/* A region more: its slot, with all granules but the first free; NULL when there is none. */
struct region_slot *regions_add(struct arena *arena);

/*
 * A region has become free as a whole: it is kept as the spare one, or unmapped, and then its slot is
 * empty.
 */
void regions_note_free(struct region_slot *slot);

/* Unmaps the spare region. Only where regions are unmapped. */
void regions_drop_spare(struct arena *arena);

#endif
