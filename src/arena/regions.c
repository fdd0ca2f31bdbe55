/*
 * The directory of an arena's regions: where a new one is entered, and when an empty one goes.
 *
 * A slot is found among the groups, or in a new group, which is metadata and stays for ever. Of the
 * regions that are free as a whole one is kept (the spare), so that a program that takes and releases
 * the same few granules does not map and unmap a region each time; a second one is unmapped, where addresses are
 * scarce at once, elsewhere when its memory was purged.
 */
#include "arena/regions.h"

#include "arena/address_space.h"
#include "arena/huge_pages.h"
#include "arena/mapping_cache.h"
#include "arena/metadata.h"
#include "arena/region_source.h"
#include "diagnostics/statistics.h"
#include "platform/os.h"

#include <string.h>

/* Whether a region goes as long as its memory may be wanted again: where addresses are few, or memory goes at once. */
#define DIRTY_REGIONS_GO (POINTER_SIZE == 4 || IS_ENABLED(CONFIG_PURGE_IMMEDIATE))

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

static void add_dirty(struct region_slot *slot, size_t first, size_t count)
{
	size_t added = 0;

	for (size_t i = first; i < first + count; i++) {
		if (!bitmap_test(slot->free, i) || bitmap_test(slot->dirty, i))
			continue;
		bitmap_set(slot->dirty, i, 1);
		added++;
	}
	slot->dirty_count = (uint16_t)(slot->dirty_count + added);
	slot->region->group->arena->dirty_count += added;
}

void regions_note_huge(struct region_slot *slot, size_t first, size_t count)
{
	const size_t page = HUGE_PAGE_SIZE_LOG2 > GRANULE_SIZE_LOG2
				    ? (size_t)1 << (HUGE_PAGE_SIZE_LOG2 - GRANULE_SIZE_LOG2)
				    : 1;
	size_t begin = align_down(first, page);
	size_t end = align_up(first + count, page);

	add_dirty(slot, begin, (end < GRANULES_PER_REGION ? end : GRANULES_PER_REGION) - begin);
}

/* Gives back what is behind the first bytes of a range. What the system refuses stays. */
static void discard_behind(char *memory, size_t size, size_t used)
{
	used = align_up(used, (size_t)1 << PAGE_SIZE_MAX_LOG2);
	if (used < size)
		os_discard(memory + used, size - used);
}

static void discard_uncarved(const struct descriptor *slab)
{
	size_t size;

	/* Acquire: partner of the release in slab_make(). */
	if (atomic_load(&slab->kind, ACQUIRE) != KIND_SLAB)
		return;
	size = (size_t)slab->span << GRANULE_SIZE_LOG2;
	/*
	 * Not less than what its blocks take, which may leave a rest. Plain: it is counted under the lock (count_carved() in
	 * src/slab/slab.c), or nothing was written into the slab yet.
	 */
	discard_behind(descriptor_memory(slab), size, size * slab->carved / slab->capacity);
}

void regions_end_huge(struct region_slot *slot)
{
	/* Or the system would put the small pages together again, to a huge one with all that went back. */
	os_huge_pages(slot->region, REGION_SIZE, false);
	discard_behind((char *)slot->region, GRANULE_SIZE,
		       (size_t)GRANULES_PER_REGION << DESCRIPTOR_SIZE_LOG2);
	for (size_t i = 1; i < GRANULES_PER_REGION; i++)
		discard_uncarved(region_descriptor(slot->region, i));
	slot->was_huge = true;
	/* Release: partner of the acquire in count_carved(). */
	atomic_store(&slot->is_huge, false, RELEASE);
}

static void fill_slot(struct region_group *group, unsigned number, struct region *region)
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
	group->occupied |= (word_t)1 << number;
	group->full &= ~((word_t)1 << number);
}

/* Memory of a huge block that was freed, if some is kept: it costs no page faults. */
static struct region *take_kept(void)
{
	struct region *region = mapping_cache_take(REGION_SIZE, REGION_SIZE, 0, NULL);

	if (region)
		memset(region, 0, GRANULE_SIZE);
	return region;
}

struct region_slot *regions_add(struct arena *arena)
{
	struct region_group *group = group_with_room(arena);
	struct region *kept = group ? take_kept() : NULL;
	struct region *region = kept;
	struct region_slot *slot;
	bool is_huge = !IS_ENABLED(CONFIG_THP_NEVER);
	unsigned number;

	if (group && !region)
		region = region_source_take(arena, &is_huge);
	if (!region)
		return NULL;
	number = lowest_bit(~group->occupied);
	slot = &group->slots[number];
	fill_slot(group, number, region);
	slot->is_huge = is_huge;
	slot->was_huge = false;
	if (kept)
		add_dirty(slot, 1, GRANULES_PER_REGION - 1);
	else if (!IS_ENABLED(CONFIG_THP_NEVER) && is_huge)
		regions_note_huge(slot, 0, 1);
	arena->region_count++;
	statistics_raise(GAUGE_REGIONS, 1);
	return slot;
}

/* Nothing of the region is in use. The system may refuse to take it, and then it stays. */
static void drop_region(struct region_slot *slot)
{
	struct region *region = slot->region;
	struct region_group *group = region->group;
	unsigned number = region->slot;

	if (!address_space_unmap(region, REGION_SIZE))
		return;
	group->arena->dirty_count -= slot->dirty_count;
	group->arena->region_count--;
	group->occupied &= ~((word_t)1 << number);
	slot->region = NULL;
	slot->free_count = 0;
	slot->dirty_count = 0;
	slot->run_max = 0;
	memset(slot->free, 0, sizeof(slot->free));
	memset(slot->dirty, 0, sizeof(slot->dirty));
	region_slot_forget_age(slot, 0, GRANULES_PER_REGION);
	statistics_lower(GAUGE_REGIONS, 1);
}

void regions_drop_spare(struct arena *arena)
{
	drop_region(arena->spare);
	arena->spare = NULL;
}

/* The region has become free, or clean, as a whole. */
static void note_free(struct region_slot *slot)
{
	struct arena *arena = slot->region->group->arena;

	if (arena->spare == slot || (!DIRTY_REGIONS_GO && slot->dirty_count > 0))
		return;
	if (arena->spare)
		drop_region(slot);
	else
		arena->spare = slot;
}

void regions_put_free(struct region_slot *slot, size_t first, size_t count, bool is_clean)
{
	struct region_group *group = slot->region->group;

	if (ARENA_HAS_DIRTY && !is_clean) {
		bitmap_set(slot->dirty, first, count);
		slot->dirty_count = (uint16_t)(slot->dirty_count + count);
		group->arena->dirty_count += count;
	}
	bitmap_set(slot->free, first, count);
	slot->free_count = (uint16_t)(slot->free_count + count);
	slot->run_max = slot->free_count;
	group->full &= ~((word_t)1 << slot->region->slot);
	if (slot->free_count == GRANULES_PER_REGION - 1)
		note_free(slot);
}
