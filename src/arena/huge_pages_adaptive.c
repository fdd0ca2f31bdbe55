/*
 * Huge pages once the heap has grown: the first CONFIG_THP_THRESHOLD_MIB of an arena, and of huge blocks, have none, the
 * arena's until they are full (collapse.h).
 */
#include "arena/huge_pages.h"

#include "arena/mapping_cache.h"
#include "platform/os.h"

#define THRESHOLD ((uint64_t)CONFIG_THP_THRESHOLD_MIB << 20)

bool huge_pages_advise(void *memory, size_t byte_count, size_t bytes_in_use)
{
	bool is_wanted = bytes_in_use >= THRESHOLD;

	os_huge_pages(memory, byte_count, is_wanted);
	return is_wanted;
}

size_t huge_pages_for_all(void)
{
	size_t in_use = mapping_cache_bytes_in_use();

	if (!IS_ENABLED(CONFIG_HEAP_LIMIT) && in_use / HUGE_PAGES_FOR_ALL >= THRESHOLD &&
	    !os_address_space_is_limited() && !os_data_is_limited())
		return in_use;
	return 0;
}
