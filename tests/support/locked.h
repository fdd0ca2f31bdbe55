/*
 * A number that other threads change under a lock, read under it.
 */
#ifndef TESTS_SUPPORT_LOCKED_H
#define TESTS_SUPPORT_LOCKED_H

#include <pthread.h>
#include <stddef.h>

static inline size_t locked_read(pthread_mutex_t *lock, const size_t *number)
{
	size_t value;

	pthread_mutex_lock(lock);
	value = *number;
	pthread_mutex_unlock(lock);
	return value;
}

#endif
