/*
 * The policies with a clock, delayed and decaying, and the cap on dirty bytes.
 *
 * At each tick that is due, what is free, dirty and old is purged (decaying: half of it), and what is
 * free and dirty then becomes old. So nothing goes before D has passed, and all that is due goes at
 * the first tick after 2 D. A granule is no longer old once it is used.
 *
 * The clock may wrap around: the last tick is read before the clock, and the difference is unsigned, so
 * it is right across a wrap, and a clock that seems to have gone back is not taken for ages.
 */
#include "arena/purge.h"

#include "platform/os.h"

#define DIRTY_MAX ((uint64_t)CONFIG_PURGE_DIRTY_MAX_KIB << 10 >> GRANULE_SIZE_LOG2)

static size_t count_old(const struct arena *arena)
{
	size_t count = 0;

	for (const struct region_group *group = arena->groups; group; group = group->next) {
		for (size_t i = 0; i < WORD_BITS; i++) {
			if (group->slots[i].region && group->slots[i].dirty_count > 0)
				count += bitmap_count(group->slots[i].old, 0, GRANULES_PER_REGION);
		}
	}
	return count;
}

static void make_dirty_old(struct arena *arena)
{
	for (struct region_group *group = arena->groups; group; group = group->next) {
		for (size_t i = 0; i < WORD_BITS; i++) {
			struct region_slot *slot = &group->slots[i];

			for (size_t w = 0; slot->region && w < GRANULE_WORDS; w++)
				slot->old[w] = slot->free[w] & slot->dirty[w];
		}
	}
}

static void tick_arena(struct arena *arena, purge_clock_t tick)
{
	size_t most = SIZE_MAX;

	if (!lock_try(&arena->purge_lock))
		return;
	/* Relaxed, under the lock: another purger was here since, and what is old is so from then on. */
	if (atomic_load(&arena->purge_clock, RELAXED) != tick) {
		lock_release(&arena->purge_lock);
		return;
	}
	if (IS_ENABLED(CONFIG_PURGE_DECAY)) {
		lock_take(&arena->lock);
		most = (count_old(arena) + 1) / 2;
		lock_release(&arena->lock);
	}
	purge_arena(arena, PASS_OLD, most);
	lock_take(&arena->lock);
	make_dirty_old(arena);
	/*
	 * Purging took its time: what was freed meanwhile is old from here on. Relaxed: the exchange in
	 * take_tick() orders the ticks.
	 */
	atomic_store(&arena->purge_clock, (purge_clock_t)os_clock_ms(), RELAXED);
	lock_release(&arena->lock);
	lock_release(&arena->purge_lock);
}

static bool has_passed(purge_clock_t last, purge_clock_t now)
{
	return (purge_clock_t)(now - last) >= CONFIG_PURGE_DELAY_MS;
}

/* Whether a tick is due; if so it is this caller's alone, at the time stored in `tick`. */
static bool take_tick(struct arena *arena, purge_clock_t *tick)
{
	/* Acquire: partner of the release below, of the tick before. */
	purge_clock_t last = atomic_load(&arena->purge_clock, ACQUIRE);
	purge_clock_t now = (purge_clock_t)os_clock_ms();

	if (!has_passed(last, now))
		return false;
	while (!atomic_compare_exchange(&arena->purge_clock, &last, now, ACQ_REL)) {
		/* Another took it, at a time that may be later than ours. */
		if (!has_passed(last, now) || !has_passed(now, last))
			return false;
	}
	*tick = now;
	return true;
}

void purge_tick(void)
{
	for (unsigned i = 0; i < CONFIG_ARENA_COUNT; i++) {
		struct arena *arena = arena_peek(i);
		purge_clock_t tick;

		if (arena && take_tick(arena, &tick))
			tick_arena(arena, tick);
	}
}

/*
 * Above the cap a quarter of it is purged as well, the highest addresses first, so that the next
 * releases do not each cost a system call.
 */
void purge_after_release(struct arena *arena)
{
	size_t excess = 0;

	if (CONFIG_PURGE_DIRTY_MAX_KIB == 0 || !lock_try(&arena->purge_lock))
		return;
	lock_take(&arena->lock);
	if (arena->dirty_count > DIRTY_MAX)
		excess = arena->dirty_count - (size_t)DIRTY_MAX + (size_t)DIRTY_MAX / 4;
	lock_release(&arena->lock);
	if (excess > 0)
		purge_arena(arena, PASS_ALL, excess);
	lock_release(&arena->purge_lock);
}
