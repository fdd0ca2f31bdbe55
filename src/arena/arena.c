/*
 * Arenas: the table of them, and runs of granules taken and released.
 *
 * A run is taken from the dirty granules first (they cost no page fault), also from another arena's, then from any
 * of its own; always the lowest slot and the lowest place in it, so that the high end drains. `run_max` of a slot
 * spares a second search that would fail like the first.
 *
 * Invariants, under the arena's lock: dirty and old are within free; the counts are the bitmaps';
 * no bit of a hint stands at a granule that is free, but for one that a late thread sets.
 */
#include "arena/arena.h"

#include "arena/huge_pages.h"
#include "arena/limit.h"
#include "arena/metadata.h"
#include "arena/purge.h"
#include "arena/regions.h"
#include "base/check.h"
#include "diagnostics/statistics.h"
#include "platform/os.h"

struct arena *arena_table[CONFIG_ARENA_COUNT];
struct lock arena_table_lock;

static_assert(GRANULES_PER_REGION <= UINT16_MAX, "counts of granules fit");

/* ---- the table --------------------------------------------------------------------------- */

struct arena *arena_peek(unsigned number)
{
	/* Acquire: partner of the release in arena_get(). */
	return number < CONFIG_ARENA_COUNT ? atomic_load(&arena_table[number], ACQUIRE) : NULL;
}

struct arena *arena_get(unsigned number)
{
	struct arena *arena = arena_peek(number);

	if (LIKELY(arena))
		return arena;
	lock_take(&arena_table_lock);
	arena = arena_table[number];
	if (!arena) {
		arena = metadata_take(sizeof(*arena));
		if (arena)
			/* Relaxed: published with the arena, below. */
			atomic_store(&arena->purge_turn.clock, purge_clock_first(), RELAXED);
		/* Release: partner of the acquire in arena_peek(). */
		atomic_store(&arena_table[number], arena, RELEASE);
	}
	lock_release(&arena_table_lock);
	return arena;
}

/* ---- runs --------------------------------------------------------------------------------- */

struct run {
	struct region_slot *slot;
	size_t first;
};

/* Which free granules will do. */
enum wanted {
	WANTED_DIRTY,
	WANTED_HUGE, /* in a region that has huge pages, or had */
	WANTED_ANY,
};

static bool find_in_slot(struct region_slot *slot, enum wanted wanted, size_t count, size_t align,
			 struct run *run)
{
	const bool is_dirty = wanted == WANTED_DIRTY;
	const word_t *also = is_dirty ? slot->dirty : slot->free;

	if (slot->run_max < count || (is_dirty && slot->dirty_count < count) ||
	    (wanted == WANTED_HUGE && !slot->is_huge && !slot->was_huge))
		return false;
	run->slot = slot;
	run->first = bitmap_find_run(slot->free, also, GRANULES_PER_REGION, count, align);
	if (run->first != BITMAP_NONE)
		return true;
	if (!is_dirty && align == 1) {
		slot->run_max = (uint16_t)(count - 1);
		if (count == 1)
			slot->region->group->full |= (word_t)1 << slot->region->slot;
	}
	return false;
}

static bool find_run(struct arena *arena, enum wanted wanted, size_t count, size_t align,
		     struct run *run)
{
	for (struct region_group *group = arena->groups; group; group = group->next) {
		/* Not those without any, or a large heap would look at all of its regions for each slab. */
		for (word_t left = group->occupied & ~group->full; left != 0; left &= left - 1) {
			if (find_in_slot(&group->slots[lowest_bit(left)], wanted, count, align,
					 run))
				return true;
		}
	}
	return false;
}

/* A run of half a huge page or more has huge pages in a process that has much of huge blocks. */
static enum wanted wanted_for(size_t count)
{
	bool is_huge = IS_ENABLED(CONFIG_THP_ADAPTIVE) &&
		       count << GRANULE_SIZE_LOG2 >= (size_t)1 << (HUGE_PAGE_SIZE_LOG2 - 1) &&
		       huge_pages_for_all() > 0;

	return is_huge ? WANTED_HUGE : WANTED_ANY;
}

static bool find_or_add_run(struct arena *arena, size_t count, size_t align, struct run *run)
{
	struct region_slot *added;
	enum wanted wanted;

	for (wanted = wanted_for(count);; wanted = WANTED_ANY) {
		if (find_run(arena, wanted, count, align, run))
			return true;
		added = regions_add(arena);
		if (added)
			return find_in_slot(added, WANTED_ANY, count, align, run);
		if (wanted == WANTED_ANY)
			return false;
	}
}

/* Marks a free range used. Returns whether it is known to be zero. */
static bool use_range(struct region_slot *slot, size_t first, size_t count)
{
	size_t dirty_count = ARENA_HAS_DIRTY ? bitmap_count(slot->dirty, first, count) : 0;
	struct arena *arena = slot->region->group->arena;

	bitmap_clear(slot->free, first, count);
	slot->free_count = (uint16_t)(slot->free_count - count);
	if (dirty_count > 0) {
		bitmap_clear(slot->dirty, first, count);
		region_slot_forget_age(slot, first, count);
		slot->dirty_count = (uint16_t)(slot->dirty_count - dirty_count);
		arena->dirty_count -= dirty_count;
	}
	if (arena->spare == slot)
		arena->spare = NULL;
	if (!IS_ENABLED(CONFIG_THP_NEVER) && slot->is_huge)
		regions_note_huge(slot, first, count);
	statistics_raise(GAUGE_IN_USE, count << GRANULE_SIZE_LOG2);
	return dirty_count == 0 && purged_is_zero();
}

/*
 * Clears the hints of a range that is about to be free. Relaxed: no slab stands there any more whose hint
 * could be lost, and the next one comes after the lock's release.
 */
static void clear_hints(struct region_slot *slot, size_t first, size_t count)
{
	while (count > 0) {
		size_t room = WORD_BITS - first % WORD_BITS;
		size_t now = count < room ? count : room;

		atomic_fetch_and(&slot->hint[first / WORD_BITS], ~bitmap_mask(first, now), RELAXED);
		first += now;
		count -= now;
	}
}

/* Marks a used range free. */
static void unuse_range(struct region_slot *slot, size_t first, size_t count, bool is_clean,
			enum age age)
{
	if (IS_ENABLED(CONFIG_THREADS))
		clear_hints(slot, first, count);
	if (ARENA_HAS_DIRTY && age == AGE_OLD && !is_clean)
		bitmap_set(slot->old, first, count);
	statistics_lower(GAUGE_IN_USE, count << GRANULE_SIZE_LOG2);
	regions_put_free(slot, first, count, is_clean);
}

/* A dirty run. The caller holds the arena's lock. */
static bool find_dirty_run(struct arena *arena, size_t count, size_t align, struct run *run)
{
	return arena->dirty_count >= count && find_run(arena, WANTED_DIRTY, count, align, run);
}

/*
 * The arena that another one takes a dirty run from, with its lock held, or NULL: memory that is there already goes before
 * more of it. Where somebody is at work it is passed by, so no lock is waited for while the own arena's is held.
 */
static struct arena *lock_another(const struct arena *own, size_t count, size_t align,
				  struct run *run)
{
	struct arena *arena;

	for (unsigned i = 0; CONFIG_ARENA_COUNT > 1 && (arena = arena_peek(i)); i++) {
		if (arena == own || !lock_try(&arena->lock))
			continue;
		if (find_dirty_run(arena, count, align, run))
			return arena;
		lock_release(&arena->lock);
	}
	return NULL;
}

/* The arena that has a run, with its lock held, or NULL: the own one, unless another has a dirty one and it has none. */
static struct arena *lock_for_run(struct arena *own, size_t count, size_t align, struct run *run)
{
	struct arena *another;

	lock_take(&own->lock);
	if (ARENA_HAS_DIRTY && find_dirty_run(own, count, align, run))
		return own;
	another = ARENA_HAS_DIRTY ? lock_another(own, count, align, run) : NULL;
	if (!another && find_or_add_run(own, count, align, run))
		return own;
	lock_release(&own->lock);
	return another;
}

static bool take_run(struct arena *arena, size_t count, size_t align, struct run *run,
		     bool *is_zeroed)
{
	arena = lock_for_run(arena, count, align, run);
	if (!arena)
		return false;
	*is_zeroed = use_range(run->slot, run->first, count);
	lock_release(&arena->lock);
	return true;
}

struct descriptor *arena_take_run(struct arena *arena, size_t count, size_t align_granules,
				  bool *is_zeroed)
{
	struct run run;

	ASSERT(count > 0 && count < GRANULES_PER_REGION);
	if (!limit_take(count << GRANULE_SIZE_LOG2))
		return NULL;
	if (!take_run(arena, count, align_granules, &run, is_zeroed)) {
		limit_give_back(count << GRANULE_SIZE_LOG2);
		return NULL;
	}
	return region_descriptor(run.slot->region, run.first);
}

void arena_release_run(struct descriptor *first, size_t count, enum age age)
{
	struct region *region = region_of(first);
	struct arena *arena = region->group->arena;
	size_t granule = descriptor_granule(first);
	bool is_clean = false;

	/* Relaxed: who still sees a slab there gives back memory that nobody uses (regions_end_huge()). */
	for (size_t i = 0; i < count; i++)
		atomic_store(&descriptor_at(first, (ptrdiff_t)i)->kind, (uint8_t)KIND_FREE,
			     RELAXED);
	if (IS_ENABLED(CONFIG_PURGE_IMMEDIATE))
		is_clean = purge_memory(descriptor_memory(first), count << GRANULE_SIZE_LOG2);
	lock_take(&arena->lock);
	if (IS_ENABLED(CONFIG_PURGE_IMMEDIATE) && !IS_ENABLED(CONFIG_THP_NEVER) &&
	    region_slot(region)->is_huge)
		regions_end_huge(region_slot(region));
	unuse_range(region_slot(region), granule, count, is_clean, age);
	lock_release(&arena->lock);
	limit_give_back(count << GRANULE_SIZE_LOG2);
	purge_after_release(arena);
}

bool arena_resize_run(struct descriptor *first, size_t count, size_t new_count)
{
	struct region *region = region_of(first);
	struct region_slot *slot = region_slot(region);
	struct arena *arena = region->group->arena;
	size_t end = descriptor_granule(first) + count;
	bool is_possible;

	if (new_count <= count) {
		if (new_count < count)
			arena_release_run(descriptor_at(first, (ptrdiff_t)new_count),
					  count - new_count, AGE_YOUNG);
		return true;
	}
	if (end + (new_count - count) > GRANULES_PER_REGION ||
	    !limit_take((new_count - count) << GRANULE_SIZE_LOG2))
		return false;
	lock_take(&arena->lock);
	is_possible = bitmap_count(slot->free, end, new_count - count) == new_count - count;
	if (is_possible)
		use_range(slot, end, new_count - count);
	lock_release(&arena->lock);
	if (!is_possible)
		limit_give_back((new_count - count) << GRANULE_SIZE_LOG2);
	return is_possible;
}
