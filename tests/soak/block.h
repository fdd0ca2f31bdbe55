/*
 * A block of the soak says itself how large it is and with what it is filled, so that any thread can look
 * at it and free it. A block that was handed out twice, cut or moved badly does not hold together any more.
 */
#ifndef SOAK_BLOCK_H
#define SOAK_BLOCK_H

#include "support/test.h"

struct soak_block {
	size_t size; /* asked for */
	uint32_t tag;
	uint32_t check; /* of both and of the place; a block that moved is signed anew */
};

enum {
	SOAK_BLOCK_MIN = sizeof(struct soak_block),
};

/* Signs and fills `size` bytes, at least SOAK_BLOCK_MIN. */
void soak_block_make(struct soak_block *block, size_t size, uint32_t tag);

/* What is wrong with a block, or NULL. */
const char *soak_block_fault(const struct soak_block *block);

/*
 * A block that realloc moved or cut: what is wrong with its first `prefix` bytes, when it held `size` at
 * the place `old`; or NULL.
 */
const char *soak_block_moved_fault(const struct soak_block *block, uintptr_t old, size_t size,
				   size_t prefix);

#endif
