/*
 * What the arenas have handed out, counted in granules: the measure of memory that is held, by
 * blocks or by heaps that keep slabs. Nobody may be at work in the allocator.
 *
 * With -DTEST_PUBLIC none: where the library alone can be linked nobody can count them, and what the process maps
 * is the measure that is left.
 */
#ifndef TESTS_SUPPORT_GRANULES_H
#define TESTS_SUPPORT_GRANULES_H

#include "arena/arena.h"

#ifdef TEST_PUBLIC
static inline size_t granules_in_use(void)
{
	return 0;
}
#else
static inline size_t granules_in_use(void)
{
	size_t granules = 0;
	struct arena *arena;

	for (unsigned i = 0; (arena = arena_peek(i)); i++) {
		for (struct region_group *group = arena->groups; group; group = group->next) {
			for (unsigned n = 0; n < WORD_BITS; n++) {
				if (group->slots[n].region)
					granules += GRANULES_PER_REGION - 1u -
						    group->slots[n].free_count;
			}
		}
	}
	return granules;
}
#endif

#endif
