/*
 * Taking, keeping and giving back. A mapping goes back as it is: nothing is left of it, neither memory nor an entry
 * in the system's tables. That is done without the lock, on a range that is no longer in the table.
 */
#include "arena/mapping_cache.h"

#include "arena/huge_pages.h"
#include "base/bits.h"
#include "diagnostics/statistics.h"
#include "platform/os.h"

enum {
	/* Those that a mapping is put together from: each counts as one to the system, which has a limit. */
	PIECES_MAX = 16,
};

struct mapping_cache mapping_cache;

/* What the system does not take, for it would have to cut one of its own in two, stays here without memory. */
static void put_back(struct mapping mapping)
{
	struct mapping_table *table = &mapping_cache.table;

	os_discard((void *)mapping.begin, mapping_size(&mapping));
	lock_take(&mapping_cache.lock);
	if (table->count < CONFIG_MAPPINGS_KEPT_MAX)
		mapping_table_add(table, mapping);
	lock_release(&mapping_cache.lock);
}

bool mapping_cache_unmap(struct mapping mapping)
{
	if (!address_space_unmap((void *)mapping.begin, mapping_size(&mapping))) {
		put_back(mapping);
		return false;
	}
	statistics_count(COUNTER_PURGES, 1);
	statistics_count(COUNTER_PURGED_KIB, mapping_size(&mapping) >> 10);
	return true;
}

/* Releases the lock. When there is one entry too many, the shortest is given back. */
static void release_lock_and_excess(void)
{
	struct mapping_table *table = &mapping_cache.table;
	struct mapping excess = {0};

	if (table->count > CONFIG_MAPPINGS_KEPT_MAX)
		excess = mapping_table_remove(table, mapping_table_extreme(table, false));
	lock_release(&mapping_cache.lock);
	if (excess.end > 0)
		mapping_cache_unmap(excess);
}

/*
 * Makes a kept range so long that it has room, where nothing stands behind it. Returns by how many bytes; 0: there is
 * none that can be. The lock is held.
 */
static size_t extend(size_t byte_count, size_t alignment, size_t offset)
{
	struct mapping_table *table = &mapping_cache.table;

	for (size_t i = 0; i < table->count; i++) {
		struct mapping *entry = &table->entries[i];
		uintptr_t end = align_up(entry->begin + offset, alignment) - offset + byte_count;
		size_t added = end - entry->end;

		if (added > byte_count - byte_count / PIECES_MAX ||
		    !address_space_resize((void *)entry->begin, entry->end - entry->begin,
					  end - entry->begin))
			continue;
		entry->end = end;
		table->byte_count += added;
		return added;
	}
	return 0;
}

void *mapping_cache_take(size_t byte_count, size_t alignment, size_t offset, size_t *fresh)
{
	struct mapping_table *table = &mapping_cache.table;
	uintptr_t taken;
	size_t added = 0;

	lock_take(&mapping_cache.lock);
	taken = mapping_table_take(table, byte_count, alignment, offset);
	if (!taken && fresh) {
		added = extend(byte_count, alignment, offset);
		if (added > 0)
			taken = mapping_table_take(table, byte_count, alignment, offset);
	}
	if (taken && fresh)
		*fresh = added;
	release_lock_and_excess();
	return (void *)taken;
}

static struct mapping take_piece(size_t byte_count, size_t least)
{
	struct mapping piece;

	lock_take(&mapping_cache.lock);
	piece = mapping_table_take_piece(&mapping_cache.table, byte_count, least);
	lock_release(&mapping_cache.lock);
	return piece;
}

static void drop(uintptr_t begin, uintptr_t end)
{
	if (begin < end)
		mapping_cache_unmap((struct mapping){.begin = begin, .end = end});
}

bool mapping_cache_fill(void *mapping, size_t byte_count, size_t fresh, bool *is_zeroed)
{
	const uintptr_t end = (uintptr_t)mapping + byte_count;
	uintptr_t place = end - fresh;

	while (place < end) {
		struct mapping piece = take_piece(end - place, fresh / PIECES_MAX);
		size_t size = mapping_size(&piece);
		size_t lost;
		size_t moved;

		if (size == 0)
			break;
		*is_zeroed = false;
		moved = address_space_replace((void *)place, (void *)piece.begin, size, &lost);
		place += moved;
		if (UNLIKELY(moved < size)) {
			drop(piece.begin + moved, piece.end);
			drop((uintptr_t)mapping, place);
			drop(place + lost, end);
			return false;
		}
	}
	return true;
}

void mapping_cache_put(void *address, size_t byte_count)
{
	struct mapping mapping = {.begin = (uintptr_t)address,
				  .end = (uintptr_t)address + byte_count};

	lock_take(&mapping_cache.lock);
	mapping_table_add(&mapping_cache.table, mapping);
	release_lock_and_excess();
	mapping_cache_after_put();
}

/* How much more is kept than may be, in whole huge pages; the lock is held. */
static size_t excess(void)
{
	size_t most = mapping_cache.bytes_most + mapping_cache.bytes_most / 4;
	size_t all = mapping_cache.bytes_in_use + mapping_cache.table.byte_count;

	return all > most ? align_up(all - most, (size_t)1 << HUGE_PAGE_SIZE_LOG2) : 0;
}

size_t mapping_cache_in_use(size_t change)
{
	struct mapping piece;
	size_t in_use;

	do {
		lock_take(&mapping_cache.lock);
		in_use = mapping_cache.bytes_in_use + change;
		/* Relaxed: partner of mapping_cache_bytes_in_use(), which guards nothing by it. */
		atomic_store(&mapping_cache.bytes_in_use, in_use, RELAXED);
		if (in_use > mapping_cache.bytes_most)
			mapping_cache.bytes_most = in_use;
		piece = mapping_table_take_piece(&mapping_cache.table, excess(), 1);
		lock_release(&mapping_cache.lock);
		change = 0;
	} while (mapping_size(&piece) > 0 && mapping_cache_unmap(piece));
	return in_use;
}

bool mapping_cache_purge(size_t byte_count)
{
	size_t left = byte_count;

	while (left > 0) {
		struct mapping piece = take_piece(left, 1);

		if (mapping_size(&piece) == 0 || !mapping_cache_unmap(piece))
			break;
		left -= mapping_size(&piece);
	}
	return left < byte_count;
}
