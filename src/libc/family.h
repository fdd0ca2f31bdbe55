/*
 * The exported family, written once for both interfaces: FAMILY(name) is the name that a function of it
 * gets. Included by the one file of an interface, which thereby holds all of the family.
 *
 * The prototypes are ours. A libc's own headers are not used, for none declares all of it, and they say
 * more of it (attributes) than holds for a definition.
 */
#ifndef LIBC_FAMILY_H
#define LIBC_FAMILY_H

#include "api/malloc.h"

void *FAMILY(malloc)(size_t size);
void *FAMILY(calloc)(size_t count, size_t size);
void *FAMILY(realloc)(void *block, size_t size);
void *FAMILY(reallocarray)(void *block, size_t count, size_t size);
void FAMILY(free)(void *block);
void *FAMILY(aligned_alloc)(size_t alignment, size_t size);
int FAMILY(posix_memalign)(void **result, size_t alignment, size_t size);
void *FAMILY(memalign)(size_t alignment, size_t size);
void *FAMILY(valloc)(size_t size);
void *FAMILY(pvalloc)(size_t size);
size_t FAMILY(malloc_usable_size)(void *block);
void FAMILY(free_sized)(void *block, size_t size);
void FAMILY(free_aligned_sized)(void *block, size_t alignment, size_t size);
int FAMILY(malloc_trim)(size_t pad);

PUBLIC void *FAMILY(malloc)(size_t size)
{
	return api_malloc(size);
}

PUBLIC void *FAMILY(calloc)(size_t count, size_t size)
{
	return api_calloc(count, size);
}

PUBLIC void *FAMILY(realloc)(void *block, size_t size)
{
	return api_realloc(block, size);
}

PUBLIC void *FAMILY(reallocarray)(void *block, size_t count, size_t size)
{
	return api_reallocarray(block, count, size);
}

PUBLIC void FAMILY(free)(void *block)
{
	api_free(block);
}

PUBLIC void *FAMILY(aligned_alloc)(size_t alignment, size_t size)
{
	return api_aligned_alloc(alignment, size);
}

PUBLIC int FAMILY(posix_memalign)(void **result, size_t alignment, size_t size)
{
	return api_posix_memalign(result, alignment, size);
}

PUBLIC void *FAMILY(memalign)(size_t alignment, size_t size)
{
	return api_memalign(alignment, size);
}

PUBLIC void *FAMILY(valloc)(size_t size)
{
	return api_valloc(size);
}

PUBLIC void *FAMILY(pvalloc)(size_t size)
{
	return api_pvalloc(size);
}

PUBLIC size_t FAMILY(malloc_usable_size)(void *block)
{
	return api_malloc_usable_size(block);
}

PUBLIC void FAMILY(free_sized)(void *block, size_t size)
{
	api_free_sized(block, size);
}

PUBLIC void FAMILY(free_aligned_sized)(void *block, size_t alignment, size_t size)
{
	(void)alignment;
	api_free_sized(block, size);
}

PUBLIC int FAMILY(malloc_trim)(size_t pad)
{
	return api_malloc_trim(pad);
}

#endif
