/*
 * Mappings of huge blocks: fresh from the system, or kept from blocks before (mapping_cache.h).
 */
#ifndef ARENA_MAPPING_H
#define ARENA_MAPPING_H

#include "platform/compiler.h"

enum {
	/* So many bytes of zeroes are fresh, or more. glibc maps blocks of more than 32 MiB, so programs know them so. */
	FRESH_ZEROES_MIN = 32 << 20,
};

/*
 * Returns `byte_count` bytes, a multiple of the page size, readable and writable, so that the byte `offset` bytes in is
 * aligned to `alignment`, as address_space_map() does; NULL when there is no memory. `is_zeroed` says whether they shall
 * be zeroes, and then whether they are known to be. The caller holds no lock.
 */
void *mapping_take(size_t byte_count, size_t alignment, size_t offset, bool *is_zeroed);

/* Gives a mapping back. The caller holds no lock. */
void mapping_release(void *mapping, size_t byte_count);

/*
 * Resizes a mapping, moving it to a place aligned to `alignment` if it may. Returns where it is, or NULL, and
 * then it is as it was.
 */
void *mapping_resize(void *mapping, size_t byte_count, size_t new_byte_count, size_t alignment,
		     bool may_move);

#endif
