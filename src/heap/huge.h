/*
 * Huge blocks: beyond half a region, or aligned to more than that; each has a mapping of its own.
 */
#ifndef HEAP_HUGE_H
#define HEAP_HUGE_H

#include "arena/region.h"

/*
 * A block of at least `size` bytes, aligned to `alignment`, a power of two; together at most PTRDIFF_MAX. NULL when there
 * is no memory. `is_zeroed` says whether it shall be zeroes, and then whether it is known to be.
 */
void *huge_allocate(size_t size, size_t alignment, bool *is_zeroed);
void huge_free(void *block);
size_t huge_usable_size(const void *block);

/*
 * Resizes a block, moving it if need be, but never copying. Returns where it is now, or NULL, and then it is
 * as it was.
 */
void *huge_resize(void *block, size_t size);

#endif
