/*
 * Blocks of a wanted alignment.
 */
#include "api/malloc.h"

#include "api/errors.h"
#include "heap/any_block.h"
#include "platform/os.h"

static void *allocate_aligned(size_t alignment, size_t size)
{
	if (alignment <= BLOCK_ALIGN)
		return any_block_allocate(size ? size : 1);
	return any_block_allocate_aligned(size ? size : 1, alignment);
}

void *api_aligned_alloc(size_t alignment, size_t size)
{
	if (!is_power_of_two(alignment))
		return api_invalid();
	return api_result(allocate_aligned(alignment, size));
}

int api_posix_memalign(void **result, size_t alignment, size_t size)
{
	void *block;

	if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0)
		return EINVAL;
	block = allocate_aligned(alignment, size);
	if (!block)
		return ENOMEM;
	*result = block;
	return 0;
}

void *api_memalign(size_t alignment, size_t size)
{
	size_t power = 1;

	if (alignment > SIZE_MAX / 2 + 1)
		return api_invalid();
	while (power < alignment)
		power *= 2;
	return api_result(allocate_aligned(power, size));
}

void *api_valloc(size_t size)
{
	return api_result(allocate_aligned(os_page_size(), size));
}

void *api_pvalloc(size_t size)
{
	size_t page_size = os_page_size();

	if (size > SIZE_MAX - page_size)
		return api_result(NULL);
	return api_result(allocate_aligned(page_size, align_up(size ? size : 1, page_size)));
}
