/*
 * The plan of refusals.h: a countdown to the call that fails, and two counts. Its state is static and guarded by one
 * lock, for calls come from all threads.
 */
#include "support/refusals.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t asked;
static size_t made;
static size_t calls_until_failure; /* 0: none will fail */
static bool fails_for_good;

void refusals_plan(size_t nth, bool for_good)
{
	pthread_mutex_lock(&lock);
	calls_until_failure = nth;
	fails_for_good = for_good;
	pthread_mutex_unlock(&lock);
}

bool refusals_due(void)
{
	bool is_due;

	pthread_mutex_lock(&lock);
	asked++;
	is_due = calls_until_failure == 1;
	if (calls_until_failure > 1 || (is_due && !fails_for_good))
		calls_until_failure--;
	made += is_due;
	pthread_mutex_unlock(&lock);
	return is_due;
}

/* A number that other threads change meanwhile. */
static size_t read_locked(const size_t *number)
{
	size_t value;

	pthread_mutex_lock(&lock);
	value = *number;
	pthread_mutex_unlock(&lock);
	return value;
}

size_t refusals_asked(void)
{
	return read_locked(&asked);
}

size_t refusals_made(void)
{
	return read_locked(&made);
}
