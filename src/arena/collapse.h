/*
 * Collapsing: memory that is in use as a whole gets huge pages although its heap is small.
 *
 * A huge page is resident from its first byte, so a small heap is given small ones. Once a place for a huge page has no free
 * granule and hardly a page that is not resident, a huge page takes hardly more memory than they do, and the system is
 * asked to make one of them (MADV_COLLAPSE, Linux 6.1), at a tick of the purge clock. When memory of the place goes back the
 * system maps small pages again, of which those that are gone count no more (it may take them only when it is short of memory);
 * when the place is full once more it is asked for again.
 */
#ifndef ARENA_COLLAPSE_H
#define ARENA_COLLAPSE_H

#include "arena/arena.h"
#include "arena/huge_pages.h"

/* A place: where a huge page may stand. */
#define PLACE_SIZE	  ((size_t)1 << HUGE_PAGE_SIZE_LOG2)
#define PLACE_GRANULES	  ((size_t)1 << (HUGE_PAGE_SIZE_LOG2 - GRANULE_SIZE_LOG2))
#define PLACES_PER_REGION (REGION_SIZE / PLACE_SIZE)

enum {
	COLLAPSE_HOLES_PART = 8, /* of a huge page: so much may be missing before */
	COLLAPSES_PER_TICK = 8,	 /* each takes some half a millisecond */
};

/* As REGIONS_COLLAPSE says. */
#if IS_ENABLED(CONFIG_THP_ADAPTIVE) && IS_ENABLED(CONFIG_THREADS) && \
	(IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY))

/* Looks through an arena. The caller has its purge_turn, and holds its lock, which is given back in between. */
void collapse_tick(struct arena *arena);

/* Granules of a region go back. The caller holds the arena's lock. */
static inline void collapse_forget(struct region *region, size_t first, size_t count)
{
	size_t last = (first + count - 1) / PLACE_GRANULES;

	region->asked[0] &= ~(((word_t)2 << last) - ((word_t)1 << first / PLACE_GRANULES));
}

/* The process forks: from now on pages may be shared, and a copy of them would be more memory. */
void collapse_end(void);

#else

static inline void collapse_tick(struct arena *arena)
{
	(void)arena;
}

static inline void collapse_forget(struct region *region, size_t first, size_t count)
{
	(void)region;
	(void)first;
	(void)count;
}

static inline void collapse_end(void)
{
}

#endif

#endif
