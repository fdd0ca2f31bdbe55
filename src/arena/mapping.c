/*
 * How many bytes are in use decides about huge pages, and about how much is kept.
 *
 * Memory that was in use before is zeroed by writing to all of it, and then all of it is resident, however little of it
 * the program ever looks at, as in a sparse table. So from FRESH_ZEROES_MIN on it comes from the system, and as much of
 * what is kept goes instead.
 */
#include "arena/mapping.h"

#include "arena/address_space.h"
#include "arena/huge_pages.h"
#include "arena/mapping_cache.h"
#include "diagnostics/statistics.h"

word_t mapping_bytes_in_use;

/* Returns how many are in use then. */
static size_t raise(size_t byte_count)
{
	statistics_raise(GAUGE_IN_USE, byte_count);
	return mapping_cache_in_use(byte_count);
}

static void lower(size_t byte_count)
{
	statistics_lower(GAUGE_IN_USE, byte_count);
	mapping_cache_in_use((size_t)0 - byte_count);
}

void *mapping_take(size_t byte_count, size_t alignment, size_t offset, bool *is_zeroed)
{
	const bool is_to_be_fresh = *is_zeroed && byte_count >= FRESH_ZEROES_MIN;
	size_t fresh = byte_count;
	char *mapping = NULL;
	size_t in_use;

	if (is_to_be_fresh)
		(void)mapping_cache_purge(byte_count);
	else
		mapping = mapping_cache_take(byte_count, alignment, offset, &fresh);
	if (!mapping)
		mapping = address_space_map(byte_count, alignment, offset, ACCESS_READ_WRITE);
	*is_zeroed = fresh == byte_count;
	if (mapping && !is_to_be_fresh &&
	    !mapping_cache_fill(mapping, byte_count, fresh, is_zeroed)) {
		mapping = address_space_map(byte_count, alignment, offset, ACCESS_READ_WRITE);
		fresh = byte_count;
		*is_zeroed = true;
	}
	if (!mapping)
		return NULL;
	in_use = raise(byte_count);
	if (fresh > 0)
		huge_pages_advise(mapping, byte_count, in_use);
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
