/*
 * How many bytes are in use decides about huge pages, and about how much is kept. Relaxed: it guards nothing.
 */
#include "arena/mapping.h"

#include "arena/address_space.h"
#include "arena/huge_pages.h"
#include "arena/mapping_cache.h"
#include "arena/purge.h"
#include "diagnostics/statistics.h"

static word_t bytes_in_use;

/* Returns how many were in use before. */
static word_t raise(size_t byte_count)
{
	word_t before = atomic_fetch_add(&bytes_in_use, (word_t)byte_count, RELAXED);

	statistics_raise(GAUGE_IN_USE, byte_count);
	mapping_cache_in_use(byte_count);
	return before;
}

static void lower(size_t byte_count)
{
	atomic_fetch_add(&bytes_in_use, (word_t)0 - byte_count, RELAXED);
	statistics_lower(GAUGE_IN_USE, byte_count);
	mapping_cache_in_use((size_t)0 - byte_count);
}

void *mapping_take(size_t byte_count, size_t alignment, size_t offset, bool *is_zeroed)
{
	void *mapping = mapping_cache_take(byte_count, alignment, offset);

	*is_zeroed = !mapping;
	if (mapping) {
		raise(byte_count);
		return mapping;
	}
	mapping = address_space_map(byte_count, alignment, offset, ACCESS_READ_WRITE);
	if (!mapping && purge_for_room())
		mapping = address_space_map(byte_count, alignment, offset, ACCESS_READ_WRITE);
	if (mapping)
		huge_pages_advise(mapping, byte_count, raise(byte_count));
	return mapping;
}

void mapping_release(void *mapping, size_t byte_count)
{
	mapping_cache_put(mapping, byte_count);
	lower(byte_count);
}

void *mapping_resize(void *mapping, size_t byte_count, size_t new_byte_count, size_t alignment,
		     bool may_move)
{
	void *resized = mapping;

	if (!address_space_resize(mapping, byte_count, new_byte_count))
		resized = may_move ? address_space_move(mapping, byte_count, new_byte_count,
							alignment, 0)
				   : NULL;
	if (!resized)
		return NULL;
	lower(byte_count);
	/* Anew, for all of it: the heap may have grown meanwhile. */
	huge_pages_advise(resized, new_byte_count, raise(new_byte_count));
	return resized;
}
