/*
 * The clock may wrap around: the last turn is read before the clock, and the difference is unsigned, so
 * it is right across a wrap, and a clock that seems to have gone back is not taken for ages.
 *
 * The clock is set twice, both times under the lock: when a turn begins, so that others do not try meanwhile, and when
 * it ends, for work takes its time, and what became free meanwhile has not been so for long. So between two turns
 * there is always the delay, however long they take.
 */
#include "arena/purge_turn.h"

#include "platform/os.h"

/* Relaxed, all three: it is stored under the lock alone. */
static bool is_due(const struct purge_turn *turn, purge_clock_t *now)
{
	purge_clock_t last = atomic_load(&turn->clock, RELAXED);

	*now = (purge_clock_t)os_clock_ms();
	return (purge_clock_t)(*now - last) >= CONFIG_PURGE_DELAY_MS;
}

bool purge_turn_take(struct purge_turn *turn)
{
	purge_clock_t now;

	if (!lock_try(&turn->lock))
		return false;
	/* Only here is it certain: another may have been here since the caller looked. */
	if (!is_due(turn, &now)) {
		lock_release(&turn->lock);
		return false;
	}
	atomic_store(&turn->clock, now, RELAXED);
	return true;
}

void purge_turn_end(struct purge_turn *turn)
{
	atomic_store(&turn->clock, (purge_clock_t)os_clock_ms(), RELAXED);
	lock_release(&turn->lock);
}
