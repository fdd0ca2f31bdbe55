/*
 * The policies with a clock, delayed and decaying, and the cap on dirty bytes.
 *
 * At each tick that is due, what is free, dirty and old is purged (decaying: half of it), and what is
 * free and dirty then becomes old. So nothing goes before D has passed, and all that is due goes at
 * the first tick after 2 D. A granule is no longer old once it is used.
 */
#include "arena/purge.h"

#include "arena/collapse.h"
#include "arena/mapping_cache.h"

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

/* The caller has its turn. */
static void tick_arena(struct arena *arena)
{
	size_t most = SIZE_MAX;

	if (IS_ENABLED(CONFIG_PURGE_DECAY)) {
		lock_take(&arena->lock);
		most = (count_old(arena) + 1) / 2;
		lock_release(&arena->lock);
	}
	purge_arena(arena, PASS_OLD, most);
	lock_take(&arena->lock);
	make_dirty_old(arena);
	collapse_tick(arena);
	lock_release(&arena->lock);
}

void purge_tick(purge_clock_t now)
{
	struct arena *arena;

	for (unsigned i = 0; (arena = arena_peek(i)); i++) {
		if (purge_turn_begin(&arena->purge_turn, now)) {
			tick_arena(arena);
			purge_turn_end(&arena->purge_turn);
			purge_after_release(arena);
		}
	}
	mapping_cache_tick(now);
}

/* How many granules are to go: what is above the cap, and a quarter of it. 0: none. */
static size_t count_excess(struct arena *arena)
{
	size_t excess = 0;

	lock_take(&arena->lock);
	if (arena->dirty_count > DIRTY_MAX)
		excess = arena->dirty_count - (size_t)DIRTY_MAX + (size_t)DIRTY_MAX / 4;
	lock_release(&arena->lock);
	return excess;
}

/*
 * Above the cap a quarter of it is purged as well, the highest addresses first, so that the next
 * releases do not each cost a system call.
 *
 * Who finds the turn taken leaves its dirt to who has it; so that one looks again once it has given the turn back. It
 * ends when nothing goes: the system may refuse.
 */
void purge_after_release(struct arena *arena)
{
	bool is_any = CONFIG_PURGE_DIRTY_MAX_KIB > 0;

	while (is_any) {
		size_t excess = count_excess(arena);

		if (excess == 0 || !lock_try(&arena->purge_turn.lock))
			return;
		is_any = purge_arena(arena, PASS_ALL, excess);
		lock_release(&arena->purge_turn.lock);
	}
}
