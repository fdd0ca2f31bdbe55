/*
 * Helpers of tests with threads: see thread.h. Nothing here calls the family under test, except
 * through pthread_create.
 */
#include "support/test.h"
#include "support/thread.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum {
	THREADS_MAX = 64,
	FAILURES_PRINTED = 5,
};

static atomic_uint failure_count;

static atomic_bool are_running;

bool thread_expect(bool condition, const char *text, const char *file, int line)
{
	if (condition)
		return true;
	if (atomic_fetch_add(&failure_count, 1) < FAILURES_PRINTED)
		dprintf(STDERR_FILENO, "%s:%d: not so in a thread: %s\n", file, line, text);
	return false;
}

unsigned thread_failures(void)
{
	return atomic_exchange(&failure_count, 0);
}

bool threads_are_running(void)
{
	return atomic_load(&are_running);
}

void threads_run(size_t count, void *(*body)(void *))
{
	pthread_t threads[THREADS_MAX];

	assert_true(count <= THREADS_MAX);
	atomic_store(&are_running, true);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, body, (void *)(uintptr_t)i), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	atomic_store(&are_running, false);
	assert_int_equal(thread_failures(), 0);
}

void thread_run(void *(*body)(void *), void *argument)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, body, argument), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(thread_failures(), 0);
}
