/*
 * Taking, keeping and giving back. A mapping goes back as it is: nothing is left of it, neither memory nor an entry
 * in the system's tables. That is done without the lock, on a range that is no longer in the table.
 */
#include "arena/mapping_cache.h"

#include "diagnostics/statistics.h"
#include "platform/os.h"

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
		excess = mapping_table_remove(table, mapping_table_shortest(table));
	lock_release(&mapping_cache.lock);
	if (excess.end > 0)
		mapping_cache_unmap(excess);
}

void *mapping_cache_take(size_t byte_count, size_t alignment, size_t offset)
{
	uintptr_t taken;

	lock_take(&mapping_cache.lock);
	taken = mapping_table_take(&mapping_cache.table, byte_count, alignment, offset);
	release_lock_and_excess();
	return (void *)taken;
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

/* The lock is held. */
static bool is_too_much(void)
{
	size_t most = mapping_cache.bytes_most;

	return mapping_cache.bytes_in_use + mapping_cache.table.byte_count > most + most / 4;
}

void mapping_cache_in_use(size_t change)
{
	struct mapping_table *table = &mapping_cache.table;

	lock_take(&mapping_cache.lock);
	mapping_cache.bytes_in_use += change;
	if (mapping_cache.bytes_in_use > mapping_cache.bytes_most)
		mapping_cache.bytes_most = mapping_cache.bytes_in_use;
	while (table->count > 0 && is_too_much()) {
		struct mapping excess = mapping_table_remove(table, mapping_table_shortest(table));

		lock_release(&mapping_cache.lock);
		if (!mapping_cache_unmap(excess))
			return;
		lock_take(&mapping_cache.lock);
	}
	lock_release(&mapping_cache.lock);
}

bool mapping_cache_purge(void)
{
	struct mapping_table *table = &mapping_cache.table;
	bool is_any = false;

	lock_take(&mapping_cache.lock);
	while (table->count > 0) {
		struct mapping last = mapping_table_remove(table, table->count - 1);

		lock_release(&mapping_cache.lock);
		if (!mapping_cache_unmap(last))
			return is_any;
		is_any = true;
		lock_take(&mapping_cache.lock);
	}
	lock_release(&mapping_cache.lock);
	return is_any;
}
