/*
 * When a heap gives up what it does not use: by the clock where the purge policy has one
 * (tidy_by_clock.c), else by the number of its ticks (tidy_by_ticks.c).
 */
#ifndef HEAP_TIDY_H
#define HEAP_TIDY_H

#include "heap/heap.h"

/* Whether it is time, at a time of the purge clock; then the next time begins. */
bool tidy_is_due(struct heap *heap, purge_clock_t now);

#endif
