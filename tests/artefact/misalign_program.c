/*
 * The program that tests/artefact/misalign links at every misalignment of the static metadata. It
 * touches what stands there with atomics: the first heap, the arenas' bitmaps, locks and purge
 * clocks, from one thread and from several, and across a purge. Plain, without cmocka, so that a
 * fault is the program's own exit status.
 */
#include "support/family.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum {
	FAILED = 1,
	THREADS = 3,
	BLOCKS = 200,
};

static int allocate_and_free(size_t salt)
{
	unsigned char *blocks[BLOCKS];

	for (size_t i = 0; i < BLOCKS; i++) {
		size_t size = i % 40 ? 1 + (i * 53 + salt) % 3000 : 40000 + i * 100;

		blocks[i] = fam_malloc(size);
		if (!blocks[i])
			return FAILED;
		memset(blocks[i], (int)i, size);
	}
	for (size_t i = 0; i < BLOCKS; i++) {
		if (blocks[i][0] != (unsigned char)i)
			return FAILED;
		fam_free(blocks[i]);
	}
	return 0;
}

#ifdef CONFIG_THREADS
static void *work_in_thread(void *argument)
{
	return allocate_and_free((size_t)argument) ? argument : NULL;
}

static int run_threads(void)
{
	pthread_t threads[THREADS];
	int status = 0;

	for (size_t i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, work_in_thread, (void *)(i + 1)))
			return FAILED;
	}
	for (size_t i = 0; i < THREADS; i++) {
		void *result;

		pthread_join(threads[i], &result);
		if (result)
			status = FAILED;
	}
	return status;
}
#else
static int run_threads(void)
{
	return 0;
}
#endif

int main(void)
{
	const struct timespec pause = {.tv_nsec = 2000000};

	for (size_t round = 0; round < 4; round++) {
		if (allocate_and_free(round) || run_threads())
			return FAILED;
		fam_malloc_trim(0);
		nanosleep(&pause, NULL);
	}
	return 0;
}
