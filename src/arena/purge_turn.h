/*
 * Whose turn it is to purge something, and when: a lock, held by one purger at a time, and the clock of
 * the last turn. Only policies with a clock look at it; whoever purges for another reason takes the lock.
 */
#ifndef ARENA_PURGE_TURN_H
#define ARENA_PURGE_TURN_H

#include "base/lock.h"
#include "platform/atomic.h"

#include <generated/constants.h>

/*
 * The clock of purging, milliseconds that may wrap around: as wide as the configuration's widest
 * atomic, and aligned to its size, which i386 does not do by itself.
 */
typedef PURGE_CLOCK_TYPE purge_clock_t __attribute__((aligned(sizeof(PURGE_CLOCK_TYPE))));

struct purge_turn {
	struct lock lock;    /* one purger at a time; taken before an arena's lock */
	purge_clock_t clock; /* of the last turn; atomic */
};

#if IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY)

/*
 * Begins a turn if CONFIG_PURGE_DELAY_MS have passed since the last one ended. Returns whether it is the caller's; then
 * the lock is held, and purge_turn_end() gives it back. `now` is a time that was read before, for a cheap look:
 * only if a turn seems due is the clock read again, behind the turn's own.
 */
bool purge_turn_take(struct purge_turn *turn);

static inline bool purge_turn_begin(struct purge_turn *turn, purge_clock_t now)
{
	/* Relaxed: purge_turn_take() looks again. A turn that was taken since `now` seems due as well. */
	purge_clock_t last = atomic_load(&turn->clock, RELAXED);

	return UNLIKELY((purge_clock_t)(now - last) >= CONFIG_PURGE_DELAY_MS) &&
	       purge_turn_take(turn);
}

/* Ends it: from now on the delay counts. */
void purge_turn_end(struct purge_turn *turn);

#endif

#endif
