/*
 * The lock of three states (free, held, held and waited for), after Drepper's "Futexes are tricky".
 *
 * Orders: taking is acquire, releasing is release; each is the other's partner.
 */
#include "base/lock.h"

#include "platform/atomic.h"
#include "platform/os.h"

enum {
	LOCK_FREE,
	LOCK_HELD,
	LOCK_WAITED_FOR,

	SPIN_COUNT = 100,
};

/* The thread that forks, or 0. */
static uintptr_t forking_thread;

/* Relaxed: only the forking thread's own store can equal its identity. */
static bool is_forking(void)
{
	uintptr_t thread = atomic_load(&forking_thread, RELAXED);

	return UNLIKELY(thread != 0) && thread == os_thread();
}

bool lock_try(struct lock *lock)
{
	uint32_t expected = LOCK_FREE;

	if (is_forking())
		return true;
	/* The exchange may fail spuriously, so ask again while it was free. */
	while (!atomic_compare_exchange(&lock->state, &expected, (uint32_t)LOCK_HELD, ACQUIRE)) {
		if (expected != LOCK_FREE)
			return false;
	}
	return true;
}

void lock_take(struct lock *lock)
{
	for (unsigned i = 0; i < SPIN_COUNT; i++) {
		if (lock_try(lock))
			return;
	}
	/* Acquire: partner of the release in lock_release(). */
	while (atomic_exchange(&lock->state, (uint32_t)LOCK_WAITED_FOR, ACQUIRE) != LOCK_FREE)
		os_wait(&lock->state, LOCK_WAITED_FOR);
}

void lock_release(struct lock *lock)
{
	if (is_forking())
		return;
	/* Release: partner of the acquires in lock_try() and lock_take(). */
	if (atomic_exchange(&lock->state, (uint32_t)LOCK_FREE, RELEASE) == LOCK_WAITED_FOR)
		os_wake(&lock->state);
}

void lock_reset(struct lock *lock)
{
	/* Relaxed: the child has one thread. */
	atomic_store(&lock->state, (uint32_t)LOCK_FREE, RELAXED);
}

/* Relaxed, both: no other thread acts on it. */
void lock_fork_begin(void)
{
	atomic_store(&forking_thread, os_thread(), RELAXED);
}

void lock_fork_end(void)
{
	atomic_store(&forking_thread, (uintptr_t)0, RELAXED);
}
