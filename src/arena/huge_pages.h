/*
 * Transparent huge pages, by the menu: never, always, or from a heap of some size on (adaptive), for
 * they multiply the memory of small programs.
 */
#ifndef ARENA_HUGE_PAGES_H
#define ARENA_HUGE_PAGES_H

#include "platform/compiler.h"

enum {
	HUGE_PAGE_SIZE_LOG2 = 21,   /* where there are larger ones, none fits into a region */
	HUGE_PAGES_FOR_REGIONS = 2, /* times the threshold, in the regions of an arena */
	HUGE_PAGES_FOR_ALL = 4,	    /* times the threshold, in use by huge blocks */
};

/*
 * Whether so much of huge blocks is in use that large runs and the ends of mappings have huge pages as well, memory
 * beside it that a huge page brings in too early not being seen then: how many bytes there are, else 0. Not where
 * memory has a limit, which would be reached before its time. It takes no lock: an arena's may be held. For the
 * adaptive choice alone.
 */
size_t huge_pages_for_all(void);

/*
 * Tells the system what is wanted of fresh memory: a region of an arena, or the mapping of a huge block.
 * `bytes_in_use` is how much memory of that kind is in use. Returns whether huge pages are wanted.
 */
bool huge_pages_advise(void *memory, size_t byte_count, size_t bytes_in_use);

#endif
