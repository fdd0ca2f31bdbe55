/*
 * When a heap gives up what it does not use: by the clock where the purge policy has one, else by the
 * number of its events.
 */
#ifndef HEAP_TIDY_H
#define HEAP_TIDY_H

#include "platform/compiler.h"

#if IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY)

#include "platform/os.h"

/* A quarter of the delay, so that the delay itself is what counts. */
#define TIDY_DELAY_MS (CONFIG_PURGE_DELAY_MS / 4)

static inline bool tidy_is_due(uint32_t *last, uint32_t event_count)
{
	uint32_t now = (uint32_t)os_clock_ms();

	(void)event_count;
	if (now - *last < TIDY_DELAY_MS)
		return false;
	*last = now;
	return true;
}

#else

static inline bool tidy_is_due(uint32_t *last, uint32_t event_count)
{
	enum {
		EVENTS_PER_TIDY = 1024,
	};

	(void)last;
	return event_count % EVENTS_PER_TIDY == 0;
}

#endif

#endif
