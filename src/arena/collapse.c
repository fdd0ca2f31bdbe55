/*
 * One place after the other is looked at, and collapsed under the arena's lock, so that its region stays; the lock is given
 * back after each, for the system copies 2 MiB. A few a tick, and those of the first group alone: a heap beyond it has
 * huge pages from the start.
 */
#include "arena/collapse.h"

#include "arena/huge_pages.h"
#include "platform/os.h"

/* Of 4 KiB; of larger ones a huge page has fewer, so there a place is never full. */
#define PAGES_LEAST (OS_PAGES_TOLD - OS_PAGES_TOLD / COLLAPSE_HOLES_PART)

static_assert(PLACES_PER_REGION <= WORD_BITS, "a region has a bit for each");

/* Guarded by any arena's lock: it is changed with all of them held. */
static unsigned per_tick = COLLAPSES_PER_TICK;

void collapse_end(void)
{
	per_tick = 0;
}

/* Whether a place was not asked for yet, and is in use, and as good as resident, as a whole. */
static bool is_full(const struct region_slot *slot, size_t place)
{
	return slot->region && !slot->is_huge && !(slot->region->asked[0] >> place & 1) &&
	       !bitmap_any(slot->free, place * PLACE_GRANULES, PLACE_GRANULES) &&
	       os_count_resident((char *)slot->region + place * PLACE_SIZE, PLACE_SIZE) >=
		       PAGES_LEAST;
}

void collapse_tick(struct arena *arena)
{
	unsigned left = arena->groups ? per_tick : 0;

	for (size_t i = 0; i < WORD_BITS * PLACES_PER_REGION && left > 0; i++) {
		struct region_slot *slot = &arena->groups->slots[i / PLACES_PER_REGION];
		size_t place = i % PLACES_PER_REGION;

		if (!is_full(slot, place))
			continue;
		/* It may be refused: as long as its memory stays, it is not asked for again. */
		slot->region->asked[0] |= (word_t)1 << place;
		os_collapse((char *)slot->region + place * PLACE_SIZE, PLACE_SIZE);
		left--;
		lock_release(&arena->lock);
		lock_take(&arena->lock);
	}
}
