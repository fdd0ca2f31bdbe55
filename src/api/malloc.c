/*
 * malloc, calloc, free beyond their fast paths.
 */
#include "api/malloc.h"

#include "api/errors.h"
#include "heap/any_block.h"

SLOW_PATH void *api_malloc_refill(size_t size)
{
	return api_result(heap_refill(size ? size_class_of(size) : 1));
}

SLOW_PATH void *api_malloc_refill_class(size_t size_class)
{
	return api_result(heap_refill(size_class ? (unsigned)size_class : 1));
}

SLOW_PATH void *api_malloc_large(size_t size)
{
	return api_result(any_block_allocate(size));
}

void *api_calloc(size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		return api_result(NULL);
	return api_result(any_block_allocate_zeroed(total ? total : 1));
}

SLOW_PATH void api_free_slow(void *block)
{
	if (block)
		any_block_free(block);
}

void api_free_sized(void *block, size_t size)
{
	(void)size;
	/* One copy of the fast path is enough for a build that is to be small. */
	if (IS_ENABLED(CONFIG_OPTIMISE_SIZE))
		api_free_slow(block);
	else
		api_free(block);
}

size_t api_malloc_usable_size(void *block)
{
	/* Programs that count their memory ask for each block that they allocate and free; so as free() does. */
	uintptr_t place = IS_ENABLED(CONFIG_OPTIMISE_SIZE) ? 0 : region_place(block);

	if (LIKELY(place != 0)) {
		const struct descriptor *slab = descriptor_by_place(block, place);

		if (LIKELY(slab->kind == KIND_SLAB))
			return slab_stride(slab);
	}
	return block ? any_block_usable_size(block) : 0;
}
