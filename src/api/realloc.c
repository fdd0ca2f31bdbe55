/*
 * realloc and reallocarray: in place where the tier can do that, else a new block and a copy.
 */
#include "api/malloc.h"

#include "api/errors.h"
#include "heap/any_block.h"
#include "platform/libc.h"

#include <string.h>

static void *move(void *block, size_t size)
{
	size_t usable_size = any_block_usable_size(block);
	void *moved = any_block_allocate(size);

	if (!moved) {
		/* Too large for its size is better than none. */
		return size <= usable_size ? block : api_result(NULL);
	}
	memcpy(moved, block, size < usable_size ? size : usable_size);
	any_block_free(block);
	return moved;
}

void *api_realloc(void *block, size_t size)
{
	void *resized;

	if (!block)
		return api_result(any_block_allocate(size ? size : 1));
	if (size == 0 && LIBC_REALLOC_ZERO_FREES) {
		any_block_free(block);
		return NULL;
	}
	if (size == 0)
		size = 1;
	resized = any_block_resize(block, size);
	return resized ? resized : move(block, size);
}

void *api_reallocarray(void *block, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		return api_result(NULL);
	return api_realloc(block, total);
}
