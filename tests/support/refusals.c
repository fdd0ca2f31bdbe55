/*
 * The plan of refusals.h: a countdown to the call that fails, and two counts. Its state is static and guarded by one
 * lock, for calls come from all threads.
 */
#include "support/refusals.h"
#include "support/locked.h"

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

size_t refusals_asked(void)
{
	return locked_read(&lock, &asked);
}

size_t refusals_made(void)
{
	return locked_read(&lock, &made);
}
