/*
 * What libFuzzer calls with each input. It is built with FUZZ_RUN, one of run_single and run_threads.
 */
#include "fuzz/lane.h"

#include <sched.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void model_step(void);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FUZZ_RUN(data, size);
	return 0;
}

#if __has_feature(thread_sanitizer)
/* Atomic accesses that were reached, by their place in the program: libFuzzer looks for new ones. */
static uint8_t reached[4096] __attribute__((section("__libfuzzer_extra_counters")));

static void note_reached(const void *place)
{
	__atomic_fetch_add(&reached[(uintptr_t)place / 4 % sizeof(reached)], 1, __ATOMIC_RELAXED);
}
#else
static void note_reached(const void *place)
{
	(void)place;
}
#endif

/* Each atomic access of the engine comes by here (model/steps.h): now and then another thread goes on. */
void model_step(void)
{
	static _Thread_local uint32_t state = 1;

	note_reached(__builtin_return_address(0));
	state = state * 1664525u + 1013904223u;
	if (FUZZ_RUN == run_threads && state >> 27 == 0)
		sched_yield();
}
