/*
 * Every 64 ticks, which is some 8,000 calls: a look at all classes costs as much as some hundred of them.
 */
#include "heap/tidy.h"

enum {
	TICKS_PER_TIDY = 64,
};

bool tidy_is_due(struct heap *heap, purge_clock_t now)
{
	(void)now;
	return ++heap->tidy_clock % TICKS_PER_TIDY == 0;
}
