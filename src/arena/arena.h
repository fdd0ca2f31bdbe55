/*
 * An arena: a set of regions and who of their granules is free. Threads are spread over
 * CONFIG_ARENA_COUNT of them.
 *
 * The directory of an arena is a list of groups, each with places for as many regions as a word has
 * bits. Groups are metadata: they are never given back, so that a hint that is set late does no
 * harm. A region's place ("slot") holds three bitmaps of its granules, guarded by the arena's lock:
 *
 *	free	nobody's
 *	dirty	free, and has been written since the system last gave it: reused first, purged later
 *	old	was free and dirty at the last tick of the purge clock already
 *
 * and one that any thread changes at any time, the hints: granules at which a retired slab with free
 * blocks stands (or stood). `class_hint` says in which regions such a slab of a class may be.
 */
#ifndef ARENA_ARENA_H
#define ARENA_ARENA_H

#include "arena/purge_turn.h"
#include "arena/region.h"
#include "base/bitmap.h"
#include "base/lock.h"

/*
 * Whether free granules may be dirty at all. Not where each is purged when it is released, and memory comes from
 * nowhere else: neither from kept mappings nor, unasked, with a huge page.
 */
#define ARENA_HAS_DIRTY                                                          \
	(!IS_ENABLED(CONFIG_PURGE_IMMEDIATE) || !IS_ENABLED(CONFIG_THP_NEVER) || \
	 CONFIG_MAPPINGS_KEPT_MAX > 0)

struct region_slot {
	struct region *region; /* NULL: the slot is empty */
	uint16_t free_count;
	uint16_t dirty_count;
	uint16_t run_max; /* no free run is longer; it may be less */
	bool is_huge;	  /* the system may back it with huge pages; read without the lock, too */
	bool was_huge;	  /* until memory of it went back */
	word_t free[GRANULE_WORDS];
	word_t dirty[GRANULE_WORDS];
	word_t old[GRANULE_WORDS];
	word_t hint[GRANULE_WORDS]; /* atomic, without the lock */
};

struct region_group {
	struct arena *arena;
	struct region_group *next;
	word_t occupied;		/* slots with a region */
	word_t full;			/* slots that are known to have no free granule */
	word_t class_hint[CLASS_COUNT]; /* slots; atomic, without the lock */
	struct region_slot slots[WORD_BITS];
};

struct arena {
	struct lock lock; /* guards everything below */
	struct region_group *groups;
	char *reserve_next; /* address space for regions to come */
	char *reserve_end;
	size_t region_count;
	size_t dirty_count;	      /* granules */
	struct region_slot *spare;    /* a region that is free as a whole, kept against thrashing */
	struct purge_turn purge_turn; /* not guarded by the lock */
};

/* The table of arenas. They are made one after the other, when a heap wants the next; the entries behind are NULL. */
INTERNAL extern struct arena *arena_table[CONFIG_ARENA_COUNT];
INTERNAL extern struct lock arena_table_lock;

/* The arena of that number, made if need be, after those before it; NULL when there is no memory for it. */
struct arena *arena_get(unsigned number);

/* The same, but never made: NULL for the first number that there is none of, and whatever is behind it. */
struct arena *arena_peek(unsigned number);

/*
 * Takes a run of `count` granules that begins at a multiple of `align_granules` in its region
 * (a power of two). Returns its first descriptor, with kind KIND_FREE and no owner, or NULL. Whether the
 * memory is known to be all zeroes is stored in `is_zeroed`.
 */
struct descriptor *arena_take_run(struct arena *arena, size_t count, size_t align_granules,
				  bool *is_zeroed);

/* For how long memory has been free: just now, or for a tick of the purge clock already. */
enum age {
	AGE_YOUNG,
	AGE_OLD,
};

/* Gives a run back, of which nobody may know any more but late hints. */
void arena_release_run(struct descriptor *first, size_t count, enum age age);

/*
 * Resizes a run where it stands. Returns whether that was possible; making it smaller always is.
 */
bool arena_resize_run(struct descriptor *first, size_t count, size_t new_count);

/* For a fork: all locks of this floor, in their order; and in the child, all of them free again. */
void arena_lock_all(void);
void arena_unlock_all(void);
void arena_reset_locks(void);

/* Makes a range young again. Only a policy with a clock makes anything old. */
static inline void region_slot_forget_age(struct region_slot *slot, size_t first, size_t count)
{
	if (IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY))
		bitmap_clear(slot->old, first, count);
}

static inline struct region_slot *region_slot(const struct region *region)
{
	return &region->group->slots[region->slot];
}

#endif
