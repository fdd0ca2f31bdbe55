/*
 * Where the engine is built with model/steps.h, each atomic access comes by here: now and then another thread
 * goes on, rarely for long.
 */
#include <sched.h>
#include <stdint.h>
#include <time.h>

void model_step(void);

void model_step(void)
{
	static _Thread_local uint32_t state = 1;
	const struct timespec pause = {.tv_nsec = 20000};

	/* Different in each thread, for its variables stand elsewhere. */
	if (state == 1)
		state = (uint32_t)((uintptr_t)&state >> 6);
	state = state * 1664525u + 1013904223u;
	if (state >> 20 == 0)
		nanosleep(&pause, NULL);
	else if (state >> 26 == 0)
		sched_yield();
}
