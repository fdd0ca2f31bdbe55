/*
 * Regions coming to an arena and going from it. Its lock is held by the caller of everything here.
 */
#ifndef ARENA_REGIONS_H
#define ARENA_REGIONS_H

#include "arena/arena.h"

/* A region more: its slot, with all granules but the first free; NULL when there is none. */
struct region_slot *regions_add(struct arena *arena);

/*
 * Granules of a region with huge pages come into use: the memory of free ones beside them comes along, and is dirty.
 */
void regions_note_huge(struct region_slot *slot, size_t first, size_t count);

/*
 * Memory of a region with huge pages is about to go back: from now on it has small ones. What they brought along goes at
 * once, uncarved parts of slabs and the rest of the first granule.
 */
void regions_end_huge(struct region_slot *slot);

/*
 * Marks granules free that are not, clean ones or dirty. A region that has become free as a whole is kept, or
 * unmapped, and then its slot is empty.
 */
void regions_put_free(struct region_slot *slot, size_t first, size_t count, bool is_clean);

/* Unmaps the spare region. */
void regions_drop_spare(struct arena *arena);

#endif
