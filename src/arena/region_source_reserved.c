/*
 * Regions of 64-bit machines: carved from reservations, address space without access. Each is as large as the regions
 * that there are, from CONFIG_RESERVE_MIN_MIB to CONFIG_RESERVE_MAX_MIB: so they double as the heap does, and regions
 * that come and go need no larger ones. What the system refuses is asked for at half the size. A region is committed
 * when it is carved. Under a limit on address space (RLIMIT_AS) one region is taken at a time, or thread stacks and
 * dlopen() would starve.
 */
#include "arena/region_source.h"

#include "arena/address_space.h"
#include "arena/huge_pages.h"
#include "arena/mapping_cache.h"
#include "platform/os.h"

#define MIB ((size_t)1 << 20)

static_assert(CONFIG_RESERVE_MIN_MIB * MIB >= REGION_SIZE, "a reservation holds a region");

static size_t next_reservation_size(const struct arena *arena)
{
	size_t size = arena->region_count * REGION_SIZE;

	if (os_address_space_is_limited())
		return REGION_SIZE;
	if (size < CONFIG_RESERVE_MIN_MIB * MIB)
		size = CONFIG_RESERVE_MIN_MIB * MIB;
	if (size > CONFIG_RESERVE_MAX_MIB * MIB)
		size = CONFIG_RESERVE_MAX_MIB * MIB;
	return align_down(size, REGION_SIZE);
}

static bool reserve(struct arena *arena)
{
	size_t size = next_reservation_size(arena);
	char *address = address_space_map(size, REGION_SIZE, 0, ACCESS_NONE);

	while (!address && size > REGION_SIZE) {
		size = align_up(size / 2, REGION_SIZE);
		address = address_space_map(size, REGION_SIZE, 0, ACCESS_NONE);
	}
	if (!address)
		return false;
	arena->reserve_next = address;
	arena->reserve_end = address + size;
	return true;
}

struct region *region_source_take(struct arena *arena, bool *is_huge)
{
	char *region;

	if (arena->reserve_next == arena->reserve_end && !reserve(arena))
		return NULL;
	region = arena->reserve_next;
	if (!os_commit(region, REGION_SIZE))
		return NULL;
	arena->reserve_next += REGION_SIZE;
	*is_huge = huge_pages_advise(region, REGION_SIZE,
				     arena->region_count * REGION_SIZE / HUGE_PAGES_FOR_REGIONS +
					     mapping_cache_bytes_in_use() / HUGE_PAGES_FOR_ALL);
	return (struct region *)(void *)region;
}
