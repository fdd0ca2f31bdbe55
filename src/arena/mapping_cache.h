/*
 * Freed mappings of huge blocks, kept for the next ones, which would cost a page fault for each page again. At
 * most CONFIG_MAPPINGS_KEPT_MAX are kept, and those that nobody wants go back to the system by the purge policy,
 * address space and all. With 0 nothing is kept, and none of this is there.
 */
#ifndef ARENA_MAPPING_CACHE_H
#define ARENA_MAPPING_CACHE_H

#include "arena/address_space.h"
#include "arena/purge_turn.h"

/* Bytes of huge blocks, where nothing is kept: else they are counted with what is. */
INTERNAL extern word_t mapping_bytes_in_use;

#if CONFIG_MAPPINGS_KEPT_MAX > 0

#include "arena/mapping_table.h"

/*
 * Takes `byte_count` bytes, readable and writable but not zeroed, so that the byte `offset` bytes in is aligned to
 * `alignment`, as address_space_map() does. NULL when no kept mapping has room for them. With `fresh` a mapping may be
 * made longer for that, and how many bytes at the end are fresh is stored there, unless it is NULL that is returned.
 */
void *mapping_cache_take(size_t byte_count, size_t alignment, size_t offset, size_t *fresh);

/*
 * Moves kept memory into the last `fresh` bytes of a mapping, where no single range had room for it: page tables change
 * instead of pages. Stores when the mapping is not all zeroes any more. Returns false when the system refused; then the
 * mapping is gone. The caller holds no lock.
 */
bool mapping_cache_fill(void *mapping, size_t byte_count, size_t fresh, bool *is_zeroed);

/* Keeps a mapping that nobody uses. The caller holds no lock. */
void mapping_cache_put(void *address, size_t byte_count);

/*
 * So many bytes more are in use by blocks, or less where it wraps around; returns how many there are then. What is
 * kept beside them is at most a quarter above the most that was in use since the last tick; what is more is given
 * back. The caller holds no lock.
 */
size_t mapping_cache_in_use(size_t change);

/*
 * Gives back so many bytes of what is kept, or all there are; SIZE_MAX: everything. Returns whether there was anything.
 * Needs no lock held.
 */
bool mapping_cache_purge(size_t byte_count);

/*
 * Gives back an entry that was removed from the table. Returns whether the system took it; if not it is in the table
 * again. Needs no lock held.
 */
bool mapping_cache_unmap(struct mapping mapping);

/* What is kept; the lock guards it and is taken after an arena's. */
struct mapping_cache {
	struct purge_turn turn;
	struct lock lock;
	struct mapping_table table;
	size_t bytes_in_use;
	size_t bytes_most; /* that were in use since the last tick */
};

INTERNAL extern struct mapping_cache mapping_cache;

/* How many bytes are in use by blocks. It gives nothing back and takes no lock, so that any may be held. */
static inline size_t mapping_cache_bytes_in_use(void)
{
	/* Relaxed: it only says what is worth its memory. */
	return atomic_load(&mapping_cache.bytes_in_use, RELAXED);
}

/* For a fork: both locks. A forked child, which has one thread, unlocks them instead of making them anew. */
static inline void mapping_cache_lock(void)
{
	lock_take(&mapping_cache.turn.lock);
	lock_take(&mapping_cache.lock);
}

static inline void mapping_cache_unlock(void)
{
	lock_release(&mapping_cache.lock);
	lock_release(&mapping_cache.turn.lock);
}

#else

static inline void *mapping_cache_take(size_t byte_count, size_t alignment, size_t offset,
				       size_t *fresh)
{
	(void)byte_count;
	(void)alignment;
	(void)offset;
	(void)fresh;
	return NULL;
}

static inline bool mapping_cache_fill(void *mapping, size_t byte_count, size_t fresh,
				      bool *is_zeroed)
{
	(void)mapping;
	(void)byte_count;
	(void)fresh;
	(void)is_zeroed;
	return true;
}

static inline void mapping_cache_put(void *address, size_t byte_count)
{
	address_space_unmap(address, byte_count);
}

static inline size_t mapping_cache_in_use(size_t change)
{
	/* Relaxed: it guards nothing. */
	return atomic_fetch_add(&mapping_bytes_in_use, (word_t)change, RELAXED) + change;
}

static inline size_t mapping_cache_bytes_in_use(void)
{
	return atomic_load(&mapping_bytes_in_use, RELAXED);
}

static inline bool mapping_cache_purge(size_t byte_count)
{
	(void)byte_count;
	return false;
}

static inline void mapping_cache_lock(void)
{
}

static inline void mapping_cache_unlock(void)
{
}

#endif

#if CONFIG_MAPPINGS_KEPT_MAX > 0 && \
	(IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY))

/* Gives back what was kept at the last tick already, if it is time. */
void mapping_cache_tick(purge_clock_t now);

/* A mapping was kept: gives back what exceeds the cap on dirty bytes. */
void mapping_cache_after_put(void);

#else

static inline void mapping_cache_tick(purge_clock_t now)
{
	(void)now;
}

static inline void mapping_cache_after_put(void)
{
}

#endif

#endif
