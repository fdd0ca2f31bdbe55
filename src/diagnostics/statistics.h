/*
 * Statistics: what the engine did, counted on slow paths alone; nothing without CONFIG_STATISTICS.
 *
 * A gauge knows its present value and its peak; a counter only grows.
 */
#ifndef DIAGNOSTICS_STATISTICS_H
#define DIAGNOSTICS_STATISTICS_H

#include "platform/compiler.h"

enum gauge {
	GAUGE_MAPPED,  /* bytes of address space taken from the system */
	GAUGE_IN_USE,  /* bytes of granules and huge blocks in use */
	GAUGE_HEAPS,   /* heaps of threads that live */
	GAUGE_REGIONS, /* regions in use */
	GAUGE_COUNT,
};

enum counter {
	COUNTER_MAPS,	    /* mappings asked for */
	COUNTER_SLABS,	    /* slabs made */
	COUNTER_REFILLS,    /* lists refilled */
	COUNTER_RETIRED,    /* slabs retired */
	COUNTER_CLAIMED,    /* retired slabs claimed again */
	COUNTER_REMOTE,	    /* blocks freed through a slab's word */
	COUNTER_LARGE,	    /* runs of granules handed out */
	COUNTER_HUGE,	    /* mappings of their own handed out */
	COUNTER_PURGES,	    /* ranges given back */
	COUNTER_PURGED_KIB, /* their size */
	COUNTER_COUNT,
};

#if IS_ENABLED(CONFIG_STATISTICS)

void statistics_count(enum counter counter, size_t amount);
void statistics_raise(enum gauge gauge, size_t amount);
void statistics_lower(enum gauge gauge, size_t amount);

#else

static inline void statistics_count(enum counter counter, size_t amount)
{
	(void)counter;
	(void)amount;
}

static inline void statistics_raise(enum gauge gauge, size_t amount)
{
	(void)gauge;
	(void)amount;
}

static inline void statistics_lower(enum gauge gauge, size_t amount)
{
	(void)gauge;
	(void)amount;
}

#endif

#endif
