/*
 * malloc_trim: the calling thread's heap gives up what it does not use, then all arenas are purged.
 */
#include "api/malloc.h"

#include "arena/purge.h"

int api_malloc_trim(size_t pad)
{
	struct heap *heap = heap_current();

	(void)pad;
	if (!heap_is_empty(heap))
		heap_trim(heap);
	return purge_all();
}
