/*
 * Large blocks: runs of granules, from beyond the classes up to half a region.
 */
#ifndef HEAP_LARGE_H
#define HEAP_LARGE_H

#include "arena/region.h"

#define LARGE_SIZE_MAX	(REGION_SIZE / 2)
#define LARGE_ALIGN_MAX (REGION_SIZE / 2)

/*
 * A block of at least `size` bytes, at most LARGE_SIZE_MAX, aligned to `alignment`, a power of two of at
 * most LARGE_ALIGN_MAX. NULL when there is no memory. `is_zeroed`: whether it is known to be.
 */
void *large_allocate(size_t size, size_t alignment, bool *is_zeroed);
void large_free(const void *block, struct descriptor *large);
size_t large_usable_size(const struct descriptor *large);

/* Resizes where it stands, to at most LARGE_SIZE_MAX. Returns whether that was possible. */
bool large_resize(struct descriptor *large, size_t size);

#endif
