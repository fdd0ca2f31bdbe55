/*
 * Regions of 32-bit machines: each is a mapping of its own, beside the last one if that can be had.
 */
#include "arena/region_source.h"

#include "arena/address_space.h"
#include "arena/huge_pages.h"

struct region *region_source_take(struct arena *arena, bool *is_huge)
{
	void *region = address_space_map(REGION_SIZE, REGION_SIZE, 0, ACCESS_READ_WRITE);

	if (region)
		*is_huge =
			huge_pages_advise(region, REGION_SIZE, arena->region_count * REGION_SIZE);
	return region;
}
