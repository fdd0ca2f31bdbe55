/*
 * Regions of 32-bit machines: each is a mapping of its own, beside the last one if that can be had.
 */
#include "arena/region_source.h"

#include "arena/address_space.h"
#include "arena/huge_pages.h"

struct region *region_source_take(struct arena *arena)
{
	void *region = address_space_map(REGION_SIZE, REGION_SIZE, 0, ACCESS_READ_WRITE);

	if (region)
		huge_pages_advise(region, REGION_SIZE, arena->region_count * REGION_SIZE);
	return region;
}

void region_source_release(struct region *region)
{
	address_space_unmap(region, REGION_SIZE);
}
