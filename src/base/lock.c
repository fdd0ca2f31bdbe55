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

/* Relaxed, both: only the forking thread's own store can equal its identity. */
static inline bool somebody_forks(void)
{
	return UNLIKELY(atomic_load(&forking_thread, RELAXED) != 0);
}

static bool is_forking(void)
{
	return somebody_forks() && atomic_load(&forking_thread, RELAXED) == os_thread();
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

SLOW_PATH static void take_slowly(struct lock *lock)
{
	for (unsigned i = 0; i < SPIN_COUNT; i++) {
		if (lock_try(lock))
			return;
	}
	/* Acquire: partner of the release in release(). */
	while (atomic_exchange(&lock->state, (uint32_t)LOCK_WAITED_FOR, ACQUIRE) != LOCK_FREE)
		os_wait(&lock->state, LOCK_WAITED_FOR);
}

void lock_take(struct lock *lock)
{
	uint32_t expected = LOCK_FREE;

	/* Acquire: partner of the release in release(). */
	if (somebody_forks() || UNLIKELY(!atomic_compare_exchange(&lock->state, &expected,
								  (uint32_t)LOCK_HELD, ACQUIRE)))
		take_slowly(lock);
}

static inline void release(struct lock *lock)
{
	/* Release: partner of the acquires in lock_try(), lock_take() and take_slowly(). */
	if (UNLIKELY(atomic_exchange(&lock->state, (uint32_t)LOCK_FREE, RELEASE) ==
		     LOCK_WAITED_FOR))
		os_wake(&lock->state);
}

SLOW_PATH static void release_unless_forking(struct lock *lock)
{
	if (!is_forking())
		release(lock);
}

void lock_release(struct lock *lock)
{
	if (somebody_forks())
		release_unless_forking(lock);
	else
		release(lock);
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
