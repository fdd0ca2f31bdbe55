/*
 * The whole family under Tailor's own names, declared in tailor.h.
 */
#include "api/malloc.h"

#include <tailor.h>

PUBLIC void *tailor_malloc(size_t size)
{
	return api_malloc(size);
}

PUBLIC void *tailor_calloc(size_t count, size_t size)
{
	return api_calloc(count, size);
}

PUBLIC void *tailor_realloc(void *block, size_t size)
{
	return api_realloc(block, size);
}

PUBLIC void *tailor_reallocarray(void *block, size_t count, size_t size)
{
	return api_reallocarray(block, count, size);
}

PUBLIC void tailor_free(void *block)
{
	api_free(block);
}

PUBLIC void *tailor_aligned_alloc(size_t alignment, size_t size)
{
	return api_aligned_alloc(alignment, size);
}

PUBLIC int tailor_posix_memalign(void **result, size_t alignment, size_t size)
{
	return api_posix_memalign(result, alignment, size);
}

PUBLIC void *tailor_memalign(size_t alignment, size_t size)
{
	return api_memalign(alignment, size);
}

PUBLIC void *tailor_valloc(size_t size)
{
	return api_valloc(size);
}

PUBLIC void *tailor_pvalloc(size_t size)
{
	return api_pvalloc(size);
}

PUBLIC size_t tailor_malloc_usable_size(void *block)
{
	return api_malloc_usable_size(block);
}

PUBLIC void tailor_free_sized(void *block, size_t size)
{
	api_free_sized(block, size);
}

PUBLIC void tailor_free_aligned_sized(void *block, size_t alignment, size_t size)
{
	api_free_aligned_sized(block, alignment, size);
}

PUBLIC int tailor_malloc_trim(size_t pad)
{
	return api_malloc_trim(pad);
}
