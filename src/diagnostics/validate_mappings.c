/*
 * The table of kept mappings: its entries ascend, do not overlap, are whole pages, and their sum is the table's.
 */
#include "diagnostics/validate_mappings.h"

#include "arena/mapping_cache.h"
#include "platform/os.h"

static size_t check_table(const struct mapping_table *table)
{
	size_t contradictions = table->count > CONFIG_MAPPINGS_KEPT_MAX;
	size_t byte_count = 0;
	uintptr_t end = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct mapping *mapping = &table->entries[i];

		contradictions += mapping->begin < end || mapping->begin >= mapping->end;
		contradictions += (mapping->begin | mapping->end) % os_page_size() != 0;
		byte_count += mapping_size(mapping);
		end = mapping->end;
	}
	return contradictions + (byte_count != table->byte_count);
}

size_t validate_mappings(void)
{
	size_t contradictions;

	lock_take(&mapping_cache.lock);
	contradictions = check_table(&mapping_cache.table);
	lock_release(&mapping_cache.lock);
	return contradictions;
}
