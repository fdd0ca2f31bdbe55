/*
 * The clock may wrap around: the last turn is read before the clock, and the difference is unsigned, so
 * it is right across a wrap, and a clock that seems to have gone back is not taken for ages.
 *
 * The clock is set twice: when a turn is taken, so that no other thread takes the same one, and when it ends, for
 * work takes its time, and what became free meanwhile has not been so for long.
 */
#include "arena/purge_turn.h"

#include "platform/os.h"

static bool has_passed(purge_clock_t last, purge_clock_t now)
{
	return (purge_clock_t)(now - last) >= CONFIG_PURGE_DELAY_MS;
}

/* Whether a turn is due; if so it is this caller's alone, at the time stored in `time`. */
static bool take_time(struct purge_turn *turn, purge_clock_t *time)
{
	/* Acquire: partner of the release below, of the turn before. */
	purge_clock_t last = atomic_load(&turn->clock, ACQUIRE);
	purge_clock_t now = (purge_clock_t)os_clock_ms();

	if (!has_passed(last, now))
		return false;
	while (!atomic_compare_exchange(&turn->clock, &last, now, ACQ_REL)) {
		/* Another took it, at a time that may be later than ours. */
		if (!has_passed(last, now) || !has_passed(now, last))
			return false;
	}
	*time = now;
	return true;
}

bool purge_turn_take(struct purge_turn *turn)
{
	purge_clock_t time;

	if (!take_time(turn, &time) || !lock_try(&turn->lock))
		return false;
	/* Relaxed, under the lock: another was here since, and what is old is so from then on. */
	if (atomic_load(&turn->clock, RELAXED) == time)
		return true;
	lock_release(&turn->lock);
	return false;
}

void purge_turn_end(struct purge_turn *turn)
{
	/* Relaxed: the exchange in take_time() orders the turns. */
	atomic_store(&turn->clock, (purge_clock_t)os_clock_ms(), RELAXED);
	lock_release(&turn->lock);
}
