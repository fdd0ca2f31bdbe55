/*
 * malloc_trim: the calling thread's heap gives up what it does not use, and what is kept of a thread that ended goes;
 * then all arenas are purged.
 */
#include "api/malloc.h"

#include "arena/purge.h"

int api_malloc_trim(size_t pad)
{
	(void)pad;
	heap_trim();
	return purge_all();
}
