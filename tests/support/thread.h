/*
 * Threads in tests. cmocka leaves a failed test by longjmp, which only its own thread may do, so
 * another thread notes what it finds wrong with THREAD_EXPECT, and the test asserts
 * thread_failures() == 0 after joining.
 */
#ifndef TESTS_SUPPORT_THREAD_H
#define TESTS_SUPPORT_THREAD_H

#include "support/family.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define THREAD_EXPECT(condition) thread_expect((condition), #condition, __FILE__, __LINE__)

/* Notes a failure and prints the first few. Returns the condition, so that the caller can leave. */
bool thread_expect(bool condition, const char *text, const char *file, int line);

/* How many expectations failed since the last call. */
unsigned thread_failures(void);

/* Starts `count` threads on `body`, which gets its number from 0 as a pointer, and joins them. */
void threads_run(size_t count, void *(*body)(void *));

/* Whether that is under way. */
bool threads_are_running(void);

/* Starts one, joins it. */
void thread_run(void *(*body)(void *), void *argument);

/* The same, and its heap is not kept for the next thread: its slabs have no owner. */
static inline void thread_run_and_retire(void *(*body)(void *), void *argument)
{
	thread_run(body, argument);
	fam_malloc_trim(0);
}

#endif
