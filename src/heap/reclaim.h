/*
 * Reclaiming: slabs of other heaps that are free as a whole, because others freed what their owner did not; and the heap
 * of a thread that ended, if no other has taken it.
 *
 * The owner would release them when it tidies; but it may sleep, for good. So at every tick of the
 * purge clock somebody looks at the partial slabs of all heaps. Where the policy has no clock nobody does.
 */
#ifndef HEAP_RECLAIM_H
#define HEAP_RECLAIM_H

#include "arena/purge_turn.h"
#include "heap/heap.h"

#if IS_ENABLED(CONFIG_THREADS) && \
	(IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY))

/* Whether the heap of a thread that ended is kept: there is a purge clock, at whose ticks it is given up. */
#define HEAPS_ARE_KEPT true

/*
 * Gives up the slabs and blocks of the kept heap, with the registry's lock held, so that no fork comes in between and
 * leaves the child half of it. The caller holds none but the lock of reclaiming.
 */
void reclaim_kept(void);

/* Gives up the kept heap and looks at the others, if it is time. The caller holds no lock. */
void reclaim_tick(const struct heap *own, purge_clock_t now);

/* Around a fork, in the child as well: nobody reclaims meanwhile. */
void reclaim_lock(void);
void reclaim_unlock(void);

#else

#define HEAPS_ARE_KEPT false

static inline void reclaim_kept(void)
{
}

static inline void reclaim_tick(const struct heap *own, purge_clock_t now)
{
	(void)now;
	(void)own;
}

static inline void reclaim_lock(void)
{
}

static inline void reclaim_unlock(void)
{
}

#endif

#endif
