/*
 * One loop purges for all policies; a policy is which bits it takes, how many and how often
 * (purge_clock.c).
 *
 * One purger at a time works on an arena (its purge_turn). It claims a range by taking it out of the free
 * bitmap under the arena's lock, gives the memory back without that lock, and then returns the
 * range, clean. So nobody is handed a block while the system takes its memory.
 */
#include "arena/purge.h"

#include "arena/collapse.h"
#include "arena/mapping_cache.h"
#include "arena/regions.h"
#include "diagnostics/statistics.h"
#include "platform/os.h"

/*
 * What is known of the zeroes that the system promises; relaxed, for each finds out the same, before
 * its range is anybody else's. Until then all that is clean is fresh, and zero.
 */
enum zeroes {
	ZEROES_UNKNOWN,
	ZEROES_COME,
	ZEROES_DO_NOT_COME,
};

static uint32_t zeroes;

bool purged_is_zero(void)
{
	return !IS_ENABLED(CONFIG_PURGE_MADV_FREE) &&
	       atomic_load(&zeroes, RELAXED) != ZEROES_DO_NOT_COME;
}

/* Some emulators ignore the promise, so the first purge looks whether it is kept. */
bool purge_memory(void *memory, size_t byte_count)
{
	volatile word_t *probe = memory;
	bool is_probing = !IS_ENABLED(CONFIG_PURGE_MADV_FREE) &&
			  atomic_load(&zeroes, RELAXED) == ZEROES_UNKNOWN;

	if (is_probing)
		*probe = 1;
	if (!os_discard(memory, byte_count)) {
		if (ARENA_HAS_DIRTY)
			return false;
		/* Nobody could note it. From now on no memory counts as zero, and its next release tries again. */
		atomic_store(&zeroes, (uint32_t)ZEROES_DO_NOT_COME, RELAXED);
		return true;
	}
	if (is_probing)
		atomic_store(&zeroes, (uint32_t)(*probe ? ZEROES_DO_NOT_COME : ZEROES_COME),
			     RELAXED);
	statistics_count(COUNTER_PURGES, 1);
	statistics_count(COUNTER_PURGED_KIB, byte_count >> 10);
	return true;
}

static const word_t *pass_bits(const struct region_slot *slot, enum pass pass)
{
	return pass == PASS_OLD ? slot->old : slot->dirty;
}

/* Takes a dirty range out of the arena. The caller holds the arena's lock. */
static void claim(struct arena *arena, struct region_slot *slot, size_t first, size_t count)
{
	bitmap_clear(slot->free, first, count);
	bitmap_clear(slot->dirty, first, count);
	region_slot_forget_age(slot, first, count);
	slot->free_count = (uint16_t)(slot->free_count - count);
	slot->dirty_count = (uint16_t)(slot->dirty_count - count);
	arena->dirty_count -= count;
}

/* The highest run of at most `most` dirty granules that the pass takes; 0 when there is none. */
static size_t find_highest(const struct region_slot *slot, enum pass pass, size_t most,
			   size_t *first)
{
	const word_t *bits = pass_bits(slot, pass);
	size_t end = GRANULES_PER_REGION;
	size_t begin;

	while (end > 0 && !(bitmap_test(bits, end - 1) && bitmap_test(slot->dirty, end - 1)))
		end--;
	for (begin = end; begin > 0 && end - begin < most; begin--) {
		if (!bitmap_test(bits, begin - 1) || !bitmap_test(slot->dirty, begin - 1))
			break;
	}
	*first = begin;
	return end - begin;
}

/*
 * Purges one run of a slot. Returns its length; 0 when there is none, or the system refuses. The lock
 * is held before and after.
 */
static size_t purge_run(struct arena *arena, struct region_slot *slot, enum pass pass, size_t most)
{
	size_t first;
	size_t count = find_highest(slot, pass, most, &first);
	bool is_clean;
	char *memory = (char *)slot->region + (first << GRANULE_SIZE_LOG2);

	if (count == 0)
		return 0;
	if (!IS_ENABLED(CONFIG_THP_NEVER) && slot->is_huge)
		regions_end_huge(slot);
	collapse_forget(slot->region, first, count);
	claim(arena, slot, first, count);
	lock_release(&arena->lock);
	is_clean = purge_memory(memory, count << GRANULE_SIZE_LOG2);
	lock_take(&arena->lock);
	regions_put_free(slot, first, count, is_clean);
	return is_clean ? count : 0;
}

/* A spare region that is clean as a whole goes back as well. */
static void drop_clean_spare(struct arena *arena)
{
	struct region_slot *spare = arena->spare;

	if (spare && spare->dirty_count == 0)
		regions_drop_spare(arena);
}

/*
 * Purges at most `most` granules, from each group's last slot down, the oldest group first. Returns how many. The
 * caller has the turn and holds the lock; the latter is released in between, so that a slot may be gone:
 * it is looked up anew each time.
 */
static size_t purge_granules(struct arena *arena, enum pass pass, size_t most)
{
	size_t purged = 0;

	for (struct region_group *group = ARENA_HAS_DIRTY ? arena->groups : NULL; group;
	     group = group->next) {
		for (size_t i = WORD_BITS; i > 0; i--) {
			struct region_slot *slot = &group->slots[i - 1];

			while (slot->region && slot->dirty_count > 0 && purged < most) {
				size_t count = purge_run(arena, slot, pass, most - purged);

				if (count == 0)
					break;
				purged += count;
			}
		}
	}
	drop_clean_spare(arena);
	return purged;
}

bool purge_arena(struct arena *arena, enum pass pass, size_t most)
{
	size_t purged;

	lock_take(&arena->lock);
	purged = purge_granules(arena, pass, most);
	lock_release(&arena->lock);
	return purged > 0;
}

bool purge_all(void)
{
	bool is_any = mapping_cache_purge(SIZE_MAX);
	struct arena *arena;

	for (unsigned i = 0; (arena = arena_peek(i)); i++) {
		lock_take(&arena->purge_turn.lock);
		is_any = purge_arena(arena, PASS_ALL, SIZE_MAX) || is_any;
		lock_release(&arena->purge_turn.lock);
		purge_after_release(arena);
	}
	return is_any;
}
