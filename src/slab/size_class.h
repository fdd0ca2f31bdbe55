/*
 * Size classes: from a size to its class, from a class to its blocks and slabs. The classes stand in
 * generated/constants.h alone.
 *
 * Up to LINEAR_SIZE_MAX the class is the size in units of BLOCK_ALIGN, rounded up: arithmetic that
 * a fast path can afford. Beyond it, up to MEDIUM_SIZE_MAX, a table is asked; and up to DIRECT_SIZE_MAX malloc() asks
 * one in its heap, by the number of units, so that sizes on both sides of LINEAR_SIZE_MAX take the same way.
 */
#ifndef SLAB_SIZE_CLASS_H
#define SLAB_SIZE_CLASS_H

#include "arena/region.h"

/* What never changes of a class. */
struct size_class {
	uint16_t stride; /* bytes from block to block: the usable size */
	uint8_t span;	 /* granules in a slab */
};

INTERNAL extern const struct size_class size_class_table[CLASS_COUNT];
INTERNAL extern const uint8_t size_class_of_step[(MEDIUM_SIZE_MAX >> CLASS_STEP_LOG2) + 1];

/* Units of BLOCK_ALIGN, up: the class of a size from 1 to LINEAR_SIZE_MAX; 0, which is no class, for 0. */
static inline size_t size_class_linear(size_t size)
{
	return (size + BLOCK_ALIGN - 1) >> BLOCK_ALIGN_LOG2;
}

/* The class of a size up to MEDIUM_SIZE_MAX, from the table. */
static inline unsigned size_class_stepped(size_t size)
{
	return size_class_of_step[(size + ((size_t)1 << CLASS_STEP_LOG2) - 1) >> CLASS_STEP_LOG2];
}

/* The class of a size from 1 to MEDIUM_SIZE_MAX: the smallest whose blocks hold it. */
static inline unsigned size_class_of(size_t size)
{
	if (size <= LINEAR_SIZE_MAX)
		return (unsigned)size_class_linear(size);
	return size_class_stepped(size);
}

/*
 * The smallest class for `size` whose blocks are all aligned to `alignment`, a power of two; 0 when
 * there is none.
 */
unsigned size_class_aligned(size_t size, size_t alignment);

static inline size_t size_class_stride(unsigned size_class)
{
	return size_class_table[size_class].stride;
}

/* Blocks in a slab. A division, for it is asked for where slabs change, and a table takes room. */
static inline uint32_t size_class_capacity(unsigned size_class)
{
	const struct size_class *row = &size_class_table[size_class];

	return ((uint32_t)row->span << GRANULE_SIZE_LOG2) / row->stride;
}

#endif
