/*
 * A lock: one 32-bit word, a futex where it is contended; nothing in a single-threaded build.
 *
 * While a process forks, the forking thread holds every lock and passes through them freely:
 * others' fork handlers run between ours, and may allocate. Locks are taken in this order:
 * reclaiming, heap registry, heap, arena table, an arena's purge turn, arena, the kept mappings' turn, kept mappings,
 * metadata.
 */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include "platform/compiler.h"

#if IS_ENABLED(CONFIG_THREADS)

struct lock {
	uint32_t state; /* 0 free, 1 held, 2 held and waited for */
};

void lock_take(struct lock *lock);

/* Takes it if it is free; returns whether it did. */
bool lock_try(struct lock *lock);
void lock_release(struct lock *lock);

/* In the child of a fork: whoever held it is gone. */
void lock_reset(struct lock *lock);

/*
 * From the first on, the calling thread passes through all locks, until it calls the second. Each
 * call of the one is paired with a call of the other, on the same thread or its copy in a child.
 */
void lock_fork_begin(void);
void lock_fork_end(void);

#else

struct lock {
	char nothing[0]; /* bytes: a structure without a member is not C */
};

static inline void lock_take(struct lock *lock)
{
	(void)lock;
}

static inline bool lock_try(struct lock *lock)
{
	(void)lock;
	return true;
}

static inline void lock_release(struct lock *lock)
{
	(void)lock;
}

#endif

#endif
