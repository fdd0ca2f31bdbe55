/*
 * The policies with a clock, for kept mappings as for granules (purge_clock.c): what was kept at the last tick already
 * goes, under the decaying policy half of it, the highest addresses first; what is above the cap on
 * dirty bytes goes at once, and a quarter of the cap with it.
 */
#include "arena/mapping_cache.h"

#define BYTES_MAX ((uint64_t)CONFIG_PURGE_DIRTY_MAX_KIB << 10)

static size_t count_bytes(bool only_old)
{
	const struct mapping_table *table = &mapping_cache.table;
	size_t byte_count = 0;

	lock_take(&mapping_cache.lock);
	for (size_t i = 0; i < table->count; i++) {
		if (!only_old || table->entries[i].is_old)
			byte_count += mapping_size(&table->entries[i]);
	}
	lock_release(&mapping_cache.lock);
	return byte_count;
}

static bool remove_highest(bool only_old, struct mapping *removed)
{
	struct mapping_table *table = &mapping_cache.table;
	size_t place;

	lock_take(&mapping_cache.lock);
	place = table->count;
	while (place > 0 && only_old && !table->entries[place - 1].is_old)
		place--;
	if (place > 0)
		*removed = mapping_table_remove(table, place - 1);
	lock_release(&mapping_cache.lock);
	return place > 0;
}

/* Gives back whole mappings until `byte_count` bytes are gone. */
static void give_back(bool only_old, size_t byte_count)
{
	struct mapping removed;

	for (size_t given = 0; given < byte_count; given += mapping_size(&removed)) {
		if (!remove_highest(only_old, &removed))
			return;
		if (!mapping_cache_unmap(removed))
			return;
	}
}

static void make_old(void)
{
	struct mapping_table *table = &mapping_cache.table;

	lock_take(&mapping_cache.lock);
	for (size_t i = 0; i < table->count; i++)
		table->entries[i].is_old = true;
	/* What was kept through this tick may stay until the next. */
	mapping_cache.bytes_most = mapping_cache.bytes_in_use + table->byte_count;
	lock_release(&mapping_cache.lock);
}

void mapping_cache_tick(purge_clock_t now)
{
	if (!purge_turn_begin(&mapping_cache.turn, now))
		return;
	give_back(true, IS_ENABLED(CONFIG_PURGE_DECAY) ? (count_bytes(true) + 1) / 2 : SIZE_MAX);
	make_old();
	purge_turn_end(&mapping_cache.turn);
}

void mapping_cache_after_put(void)
{
	size_t byte_count;

	if (CONFIG_PURGE_DIRTY_MAX_KIB == 0)
		return;
	byte_count = count_bytes(false);
	if (byte_count > BYTES_MAX)
		give_back(false, byte_count - (size_t)BYTES_MAX + (size_t)BYTES_MAX / 4);
}
