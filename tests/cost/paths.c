/*
 * Takes one path through the allocator many times, for its instructions to be counted: paths NAME COUNT.
 *
 * Each path is a function of that name; callgrind is asked what malloc, free and the others cost when called from
 * there (the script callgrind does it). What happens depends on nothing but the arguments: the same calls in the
 * same order, threads one after the other. A path is taken once beforehand, so that what is counted is not the
 * first use of a class.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BATCH = 2000,
	SIZE_COUNT = 1024, /* a power of two */
};

static void *block[BATCH];
static uint32_t size[SIZE_COUNT];

/* Called by its name in the result, so never inlined nor copied. */
#define PATH static __attribute__((noipa)) void

static void *checked(void *result)
{
	if (result == NULL)
		abort();
	*(volatile char *)result = 1;
	return result;
}

/* The same block over and over: nothing but the fast paths. */
PATH hit_16(unsigned count)
{
	while (count-- > 0)
		free(checked(malloc(16)));
}

PATH hit_64(unsigned count)
{
	while (count-- > 0)
		free(checked(malloc(64)));
}

PATH hit_500(unsigned count)
{
	while (count-- > 0)
		free(checked(malloc(500)));
}

/* Where classes double. */
PATH hit_2000(unsigned count)
{
	while (count-- > 0)
		free(checked(malloc(2000)));
}

PATH zeroed_64(unsigned count)
{
	while (count-- > 0)
		free(checked(calloc(4, 16)));
}

/* What a program does for each block if it counts its memory. */
PATH usable_64(unsigned count)
{
	void *asked = checked(malloc(64));
	size_t usable = 0;

	for (unsigned i = 0; i < count; i++)
		usable += malloc_usable_size(asked);
	if (usable != (size_t)count * 64)
		abort();
	free(asked);
}

/* Within the class, up and down. */
PATH resized_in_place(unsigned count)
{
	void *resized = checked(malloc(60));

	for (unsigned i = 0; i < count; i++)
		resized = checked(realloc(resized, 57 + i % 8));
	free(resized);
}

/* To another class and back. */
PATH resized_and_moved(unsigned count)
{
	void *resized = checked(malloc(60));

	for (unsigned i = 0; i < count; i++)
		resized = checked(realloc(resized, i % 2 ? 60 : 300));
	free(resized);
}

/* With refills: as many blocks as do not fit into a slab, in both orders. */
PATH churn_lifo(unsigned count)
{
	for (unsigned done = 0; done < count; done += BATCH) {
		for (unsigned i = 0; i < BATCH; i++)
			block[i] = checked(malloc(64));
		for (unsigned i = BATCH; i-- > 0;)
			free(block[i]);
	}
}

PATH churn_fifo(unsigned count)
{
	for (unsigned i = 0; i < BATCH; i++)
		block[i] = checked(malloc(size[i % SIZE_COUNT]));
	for (unsigned i = 0; i < count; i++) {
		free(block[i % BATCH]);
		block[i % BATCH] = checked(malloc(size[i % SIZE_COUNT]));
	}
	for (unsigned i = 0; i < BATCH; i++)
		free(block[i]);
}

#ifdef COST_THREADS
/* A thread frees all that the first one allocated, before that goes on. */
static __attribute__((noipa)) void *free_remote(void *unused)
{
	for (unsigned i = 0; i < BATCH; i++)
		free(block[i]);
	return unused;
}

PATH allocate_remote(unsigned count)
{
	pthread_t thread;

	for (unsigned done = 0; done < count; done += BATCH) {
		for (unsigned i = 0; i < BATCH; i++)
			block[i] = checked(malloc(64));
		if (pthread_create(&thread, NULL, free_remote, NULL) != 0 ||
		    pthread_join(thread, NULL) != 0)
			abort();
	}
}
#endif

static const struct {
	const char *name;
	void (*path)(unsigned count);
} paths[] = {
	{"hit_16", hit_16},
	{"hit_64", hit_64},
	{"hit_500", hit_500},
	{"hit_2000", hit_2000},
	{"zeroed_64", zeroed_64},
	{"usable_64", usable_64},
	{"resized_in_place", resized_in_place},
	{"resized_and_moved", resized_and_moved},
	{"churn_lifo", churn_lifo},
	{"churn_fifo", churn_fifo},
#ifdef COST_THREADS
	{"allocate_remote", allocate_remote},
#endif
};

int main(int argc, char **argv)
{
	uint64_t state = 1;

	if (argc != 3)
		return 2;
	/* Small sizes, of no order. */
	for (unsigned i = 0; i < SIZE_COUNT; i++) {
		state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
		size[i] = 16 + (uint32_t)(state >> 40) % 240;
	}
	for (unsigned i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (strcmp(argv[1], paths[i].name) == 0) {
			paths[i].path((unsigned)strtoul(argv[2], NULL, 10));
			return 0;
		}
	}
	fprintf(stderr, "no such path: %s\n", argv[1]);
	return 2;
}
