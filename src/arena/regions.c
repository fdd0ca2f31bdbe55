/*
 * The directory of an arena's regions: where a new one is entered, and when an empty one goes.
 *
 * A slot is found among the groups, or in a new group, which is metadata and stays for ever. Of the
 * regions that are free as a whole one is kept (the spare), so that a program that takes and releases
 * the same few granules does not map and unmap a region each time; a second one is unmapped.
 */
#include "arena/regions.h"

#include "arena/mapping_cache.h"
#include "arena/metadata.h"
#include "arena/region_source.h"
#include "diagnostics/statistics.h"

#include <string.h>

static struct region_group *group_with_room(struct arena *arena)
{
	struct region_group **link = &arena->groups;
	struct region_group *group;

	for (; *link; link = &(*link)->next) {
		if ((*link)->occupied != ~(word_t)0)
			return *link;
	}
	group = metadata_take(sizeof(*group));
	if (!group)
		return NULL;
	group->arena = arena;
	/* Release: partner of the acquires in hint_may_be(). */
	atomic_store(link, group, RELEASE);
	return group;
}

static void fill_slot(struct region_group *group, unsigned number, struct region *region,
		      bool is_dirty)
{
	struct region_slot *slot = &group->slots[number];

	region->group = group;
	region->slot = number;
	region->kind = KIND_FREE;
	slot->region = region;
	/* All but the first granule, which holds the descriptors. */
	bitmap_set(slot->free, 1, GRANULES_PER_REGION - 1);
	slot->free_count = GRANULES_PER_REGION - 1;
	slot->run_max = GRANULES_PER_REGION - 1;
	slot->dirty_count = 0;
	if (is_dirty) {
		bitmap_set(slot->dirty, 1, GRANULES_PER_REGION - 1);
		slot->dirty_count = GRANULES_PER_REGION - 1;
		group->arena->dirty_count += GRANULES_PER_REGION - 1;
	}
	group->occupied |= (word_t)1 << number;
}

/* Memory of a huge block that was freed, if some is kept: it costs no page faults. */
static struct region *take_kept(void)
{
	struct region *region = mapping_cache_take(REGION_SIZE, REGION_SIZE, 0);

	if (region)
		memset(region, 0, GRANULE_SIZE);
	return region;
}

struct region_slot *regions_add(struct arena *arena)
{
	struct region_group *group = group_with_room(arena);
	struct region *kept;
	struct region *region;
	unsigned number;

	if (!group)
		return NULL;
	kept = take_kept();
	region = kept ? kept : region_source_take(arena);
	if (!region)
		return NULL;
	number = lowest_bit(~group->occupied);
	fill_slot(group, number, region, kept != NULL);
	arena->region_count++;
	statistics_raise(GAUGE_REGIONS, 1);
	return &group->slots[number];
}

static void drop_region(struct region_slot *slot)
{
	struct region *region = slot->region;
	struct arena *arena = region->group->arena;

	arena->dirty_count -= slot->dirty_count;
	arena->region_count--;
	region->group->occupied &= ~((word_t)1 << region->slot);
	slot->region = NULL;
	slot->free_count = 0;
	slot->dirty_count = 0;
	slot->run_max = 0;
	memset(slot->free, 0, sizeof(slot->free));
	memset(slot->dirty, 0, sizeof(slot->dirty));
	memset(slot->old, 0, sizeof(slot->old));
	statistics_lower(GAUGE_REGIONS, 1);
	region_source_release(region);
}

void regions_drop_spare(struct arena *arena)
{
	drop_region(arena->spare);
	arena->spare = NULL;
}

void regions_note_free(struct region_slot *slot)
{
	struct arena *arena = slot->region->group->arena;

	if (!REGIONS_ARE_UNMAPPED || arena->spare == slot)
		return;
	if (arena->spare)
		drop_region(slot);
	else
		arena->spare = slot;
}
