/*
 * Every 1,024 events: a look at all classes costs as much as some of them.
 */
#include "heap/tidy.h"

enum {
	EVENTS_PER_TIDY = 1024,
};

bool tidy_is_due(struct heap *heap)
{
	return heap->event_count % EVENTS_PER_TIDY == 0;
}
