/*
 * Purging: giving the memory of free granules back to the system, by the menu's policy.
 *
 *	never	    nothing is ever given back
 *	immediate   a run, when it is released
 *	delayed	    what has been free for D, at the next tick; all of it after 2 D at the latest
 *	decaying    the same, but half of it a tick, highest addresses first
 *	manual	    everything, when malloc_trim() is called
 *
 * Ticks come from the events of slow paths, and each visits every arena that is due, so that the
 * memory of an arena whose threads all sleep is given back by others.
 */
#ifndef ARENA_PURGE_H
#define ARENA_PURGE_H

#include "arena/arena.h"
#include "arena/mapping_cache.h"
#include "platform/os.h"

#if IS_ENABLED(CONFIG_PURGE_NEVER)

static inline bool purge_all(void)
{
	return false;
}

/* The system has no room for a mapping: what is kept for reuse is given up even so. */
static inline void purge_for_room(void)
{
	(void)mapping_cache_purge(SIZE_MAX);
}

static inline bool purged_is_zero(void)
{
	return true;
}

static inline bool purge_memory(void *memory, size_t byte_count)
{
	(void)memory;
	(void)byte_count;
	return false;
}

#else

/* Purges everything that is free and dirty. Returns whether there was anything. Needs no lock held. */
bool purge_all(void);

static inline void purge_for_room(void)
{
	(void)purge_all();
}

/* Whether memory that was purged reads as zeroes. */
bool purged_is_zero(void);

/*
 * Gives the memory behind whole granules, which are the caller's alone, back to the system. Returns
 * whether it is clean now; where nothing can be dirty (ARENA_HAS_DIRTY) always true, and once the system has
 * refused, no memory reads as zeroes any more.
 */
bool purge_memory(void *memory, size_t byte_count);

/* Which granules a pass takes: those that were free at the last tick, or all. */
enum pass {
	PASS_OLD,
	PASS_ALL,
};

/* Purges at most `most` granules of an arena, whose purge_turn the caller has. */
bool purge_arena(struct arena *arena, enum pass pass, size_t most);

#endif

#if IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY)

/* The time, where there is a policy that asks for it. */
static inline purge_clock_t purge_clock_now(void)
{
	return (purge_clock_t)os_clock_ms();
}

/*
 * What an arena's turn is set to when the arena is made: as if three quarters of the delay had passed. The first tick has
 * next to nothing to purge, for hardly anything is old; it is for what is full by then (collapse.h).
 */
static inline purge_clock_t purge_clock_first(void)
{
	return purge_clock_now() - (CONFIG_PURGE_DELAY_MS - CONFIG_PURGE_DELAY_MS / 4);
}

/* Purges what is due at a time, in every arena. The caller holds no lock. */
void purge_tick(purge_clock_t now);

/* A run was released: purges what the cap on dirty bytes asks for. The caller holds no lock. */
void purge_after_release(struct arena *arena);

#else

static inline purge_clock_t purge_clock_now(void)
{
	return 0;
}

static inline purge_clock_t purge_clock_first(void)
{
	return 0;
}

static inline void purge_tick(purge_clock_t now)
{
	(void)now;
}

static inline void purge_after_release(struct arena *arena)
{
	(void)arena;
}

#endif

#endif
