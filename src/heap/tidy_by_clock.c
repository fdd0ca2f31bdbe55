/*
 * A quarter of the purge delay after the last time, so that it is the delay that counts. The clock may
 * wrap around.
 */
#include "heap/tidy.h"

#include "platform/os.h"

#define TIDY_DELAY_MS ((CONFIG_PURGE_DELAY_MS + 3) / 4)

bool tidy_is_due(struct heap *heap)
{
	uint32_t now = (uint32_t)os_clock_ms();

	if (now - heap->tidy_clock < TIDY_DELAY_MS)
		return false;
	heap->tidy_clock = now;
	return true;
}
