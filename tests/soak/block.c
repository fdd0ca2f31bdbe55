/*
 * The blocks of the soak: see block.h.
 */
#include "soak/block.h"

static uint32_t sign(uintptr_t place, size_t size, uint32_t tag)
{
	return (uint32_t)((place >> 4) * 2654435761u + size * 40503u + tag) ^ 0x5A1E7A11u;
}

static unsigned char *body_of(struct soak_block *block)
{
	return (unsigned char *)(block + 1);
}

void soak_block_make(struct soak_block *block, size_t size, uint32_t tag)
{
	block->size = size;
	block->tag = tag;
	block->check = sign((uintptr_t)block, size, tag);
	pattern_fill(body_of(block), size - sizeof(*block), tag);
}

const char *soak_block_moved_fault(const struct soak_block *block, uintptr_t old, size_t size,
				   size_t prefix)
{
	if (block->size != size || block->check != sign(old, size, block->tag))
		return "a block's head was overwritten";
	if (!pattern_prefix_holds(block + 1, size - sizeof(*block), block->tag,
				  prefix - sizeof(*block)))
		return "a block's content was overwritten";
	return NULL;
}

const char *soak_block_fault(const struct soak_block *block)
{
	return soak_block_moved_fault(block, (uintptr_t)block, block->size, block->size);
}
