/*
 * The heap's own limit (CONFIG_HEAP_LIMIT): how many bytes of granules and huge blocks may be in
 * use. Without one, nothing is counted.
 */
#ifndef ARENA_LIMIT_H
#define ARENA_LIMIT_H

#include "platform/compiler.h"

#ifdef CONFIG_HEAP_LIMIT

/* Takes bytes out of what the limit leaves. Returns false, and takes nothing, when it is too much. */
bool limit_take(size_t byte_count);
void limit_give_back(size_t byte_count);

#else

static inline bool limit_take(size_t byte_count)
{
	(void)byte_count;
	return true;
}

static inline void limit_give_back(size_t byte_count)
{
	(void)byte_count;
}

#endif

#endif
