/*
 * The whole family under the libc's names. All of them stand in one member of libtailor.a, so that a
 * static link takes every one or none: musl's aligned_alloc refuses to work when malloc alone is replaced.
 *
 * The prototypes are ours: no libc declares all of them.
 */
#include "api/malloc.h"

#include "libc/family.h"

PUBLIC void *malloc(size_t size)
{
	return api_malloc(size);
}

PUBLIC void *calloc(size_t count, size_t size)
{
	return api_calloc(count, size);
}

PUBLIC void *realloc(void *block, size_t size)
{
	return api_realloc(block, size);
}

PUBLIC void *reallocarray(void *block, size_t count, size_t size)
{
	return api_reallocarray(block, count, size);
}

PUBLIC void free(void *block)
{
	api_free(block);
}

PUBLIC void *aligned_alloc(size_t alignment, size_t size)
{
	return api_aligned_alloc(alignment, size);
}

PUBLIC int posix_memalign(void **result, size_t alignment, size_t size)
{
	return api_posix_memalign(result, alignment, size);
}

PUBLIC void *memalign(size_t alignment, size_t size)
{
	return api_memalign(alignment, size);
}

PUBLIC void *valloc(size_t size)
{
	return api_valloc(size);
}

PUBLIC void *pvalloc(size_t size)
{
	return api_pvalloc(size);
}

PUBLIC size_t malloc_usable_size(void *block)
{
	return api_malloc_usable_size(block);
}

PUBLIC void free_sized(void *block, size_t size)
{
	api_free_sized(block, size);
}

PUBLIC void free_aligned_sized(void *block, size_t alignment, size_t size)
{
	api_free_aligned_sized(block, alignment, size);
}

PUBLIC int malloc_trim(size_t pad)
{
	return api_malloc_trim(pad);
}
