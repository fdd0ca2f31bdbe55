/*
 * Huge pages once an arena has grown: its first CONFIG_THP_THRESHOLD_MIB have none.
 */
#include "arena/huge_pages.h"

#include "arena/arena.h"
#include "platform/os.h"

#define MIB_PER_REGION (REGION_SIZE >> 20)

static_assert(MIB_PER_REGION > 0, "a region holds a huge page");

void huge_pages_advise(const struct arena *arena, void *region)
{
	uint64_t region_count = 0;

	for (const struct region_group *group = arena->groups; group; group = group->next)
		region_count += bit_count(group->occupied);
	os_huge_pages(region, REGION_SIZE,
		      region_count * MIB_PER_REGION >= CONFIG_THP_THRESHOLD_MIB);
}
