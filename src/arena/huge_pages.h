/*
 * Transparent huge pages, by the menu: never, always, or from a heap of some size on (adaptive), for
 * they multiply the memory of small programs.
 */
#ifndef ARENA_HUGE_PAGES_H
#define ARENA_HUGE_PAGES_H

#include "platform/compiler.h"

/* Tells the system what is wanted of fresh memory: a region, or the mapping of a huge block. */
void huge_pages_advise(void *memory, size_t byte_count);

#if IS_ENABLED(CONFIG_THP_ADAPTIVE)

/* Memory went back to the system. */
void huge_pages_forget(size_t byte_count);

#else

static inline void huge_pages_forget(size_t byte_count)
{
	(void)byte_count;
}

#endif

#endif
