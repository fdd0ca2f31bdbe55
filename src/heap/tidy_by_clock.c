/*
 * A quarter of the purge delay after the last time, so that it is the delay that counts. The clock may
 * wrap around.
 */
#include "heap/tidy.h"

#define TIDY_DELAY_MS ((CONFIG_PURGE_DELAY_MS + 3) / 4)

bool tidy_is_due(struct heap *heap, purge_clock_t now)
{
	if ((uint32_t)now - heap->tidy_clock < TIDY_DELAY_MS)
		return false;
	heap->tidy_clock = (uint32_t)now;
	return true;
}
