/*
 * No huge pages, also where the system gives them to everybody.
 */
#include "arena/huge_pages.h"

#include "arena/region.h"
#include "platform/os.h"

void huge_pages_advise(const struct arena *arena, void *region)
{
	(void)arena;
	os_huge_pages(region, REGION_SIZE, false);
}
