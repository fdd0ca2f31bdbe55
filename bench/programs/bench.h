/*
 * What the benchmark programs share. Each of them does a fixed amount of work, always the same for the same
 * arguments, so that the time it takes is the result.
 *
 * Arguments are NAME=NUMBER, with K, M or G behind the number for powers of 1024. Every program takes
 *
 *	operations=N	the amount of work
 *	scale=X		multiplies it: 0.01 to see whether the program runs at all
 *	seed=N		another sequence of sizes and places
 *
 * and prints one line of names and numbers: `ops N seconds S check C`, where an operation is what malloc is
 * called for once, and the checksum depends on what was read from the blocks.
 *
 * A program that includes this calls bench_start(), number() for each argument, bench_begin() when it begins
 * what is measured, and bench_end() after it. Nothing here allocates between the two.
 */
#ifndef BENCH_H
#define BENCH_H

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static __attribute__((noreturn)) void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	exit(1);
}

/* ---- arguments ---- */

static struct {
	char **first;
	int count;
	uint64_t used; /* a bit for each argument that was asked for */
	struct timespec begin;
} bench;

static inline void bench_start(int argc, char **argv)
{
	bench.first = argv + 1;
	bench.count = argc - 1;
	if (bench.count > 64)
		fail("too many arguments");
}

/* The text behind `name=`, or NULL. */
static inline const char *argument(const char *name)
{
	size_t length = strlen(name);

	for (int i = 0; i < bench.count; i++) {
		if (strncmp(bench.first[i], name, length) == 0 && bench.first[i][length] == '=') {
			bench.used |= UINT64_C(1) << i;
			return bench.first[i] + length + 1;
		}
	}
	return NULL;
}

static inline size_t number(const char *name, size_t otherwise)
{
	const char *text = argument(name);
	char *end;
	size_t value;

	if (text == NULL)
		return otherwise;
	value = (size_t)strtoull(text, &end, 10);
	switch (*end) {
	case 'G':
		value *= 1024;
		/* fall through */
	case 'M':
		value *= 1024;
		/* fall through */
	case 'K':
		value *= 1024;
		end++;
	}
	if (end == text || *end != '\0')
		fail("an argument is not a number");
	return value;
}

/* The amount of work, by name; at least 1. */
static inline uint64_t scaled(const char *name, uint64_t otherwise)
{
	const char *text = argument("scale");
	double value = (double)number(name, (size_t)otherwise) * (text ? atof(text) : 1);

	return value < 1 ? 1 : (uint64_t)value;
}

/* ---- time ---- */

static inline double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) * 1e-9;
}

/* Begins what is measured. Refuses arguments that nothing asked for. */
static inline void bench_begin(void)
{
	for (int i = 0; i < bench.count; i++) {
		if (!(bench.used >> i & 1))
			fail("an argument has a name that this program does not know");
	}
	clock_gettime(CLOCK_MONOTONIC, &bench.begin);
}

/* Prints the result, less a time in which the program meant to do nothing. The caller ends the line. */
static inline void bench_end(uint64_t operations, uint32_t check, double idle_seconds)
{
	printf("ops %llu seconds %.6f check %u", (unsigned long long)operations,
	       seconds_since(&bench.begin) - idle_seconds, (unsigned)check);
}

/* ---- random numbers ---- */

/* A linear congruential generator of 64 bits, of which the upper half is used. */
struct random {
	uint64_t state;
};

static inline struct random random_seeded(uint64_t stream)
{
	struct random random = {number("seed", 1) * UINT64_C(0x9E3779B97F4A7C15) ^ stream << 32};

	return random;
}

/* From 0 to limit - 1. */
static inline uint32_t random_below(struct random *random, uint32_t limit)
{
	random->state = random->state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)((random->state >> 32) * limit >> 32);
}

/* ---- sizes ---- */

enum {
	SIZE_COUNT = 4096, /* a power of two */
};

/* Sizes drawn beforehand, so that drawing them is not what is measured. */
struct sizes {
	uint32_t size[SIZE_COUNT];
	uint32_t mean;
};

/* All sizes from the smallest to the largest alike. */
static inline void sizes_even(struct sizes *sizes, uint32_t smallest, uint32_t largest)
{
	struct random random = random_seeded(1000);
	uint64_t sum = 0;

	for (unsigned i = 0; i < SIZE_COUNT; i++) {
		sizes->size[i] = smallest + random_below(&random, largest - smallest + 1);
		sum += sizes->size[i];
	}
	sizes->mean = (uint32_t)(sum / SIZE_COUNT);
}

/* As programs use them: each doubling of the size half as often as the one before. */
static inline void sizes_skewed(struct sizes *sizes, uint32_t smallest, uint32_t largest)
{
	struct random random = random_seeded(1001);
	uint64_t sum = 0;

	for (unsigned i = 0; i < SIZE_COUNT; i++) {
		uint32_t base = smallest;

		while (base * 2 < largest && random_below(&random, 2))
			base *= 2;
		sizes->size[i] = base + random_below(&random, base);
		if (sizes->size[i] > largest)
			sizes->size[i] = largest;
		sum += sizes->size[i];
	}
	sizes->mean = (uint32_t)(sum / SIZE_COUNT);
}

static inline uint32_t sizes_at(const struct sizes *sizes, uint64_t place)
{
	return sizes->size[place % SIZE_COUNT];
}

/* ---- blocks ---- */

/* A block of at least four bytes with a value in it. */
static inline void *block_new(size_t size, uint32_t value)
{
	uint32_t *block = (uint32_t *)malloc(size);

	if (block == NULL)
		fail("malloc returned NULL");
	*block = value;
	return block;
}

/* Frees a block and returns the value that is in it. */
static inline uint32_t block_end(void *block)
{
	uint32_t value = *(uint32_t *)block;

	free(block);
	return value;
}

/* Writes to every page of a part of a block, and to its end. Four KiB are the smallest page there is. */
static inline void block_touch(void *block, size_t from, size_t to, uint32_t value)
{
	enum {
		PAGE_SMALLEST = 4096,
	};
	volatile unsigned char *bytes = (volatile unsigned char *)block;

	for (size_t i = from; i < to; i += PAGE_SMALLEST)
		bytes[i] = (unsigned char)value;
	bytes[to - 1] = (unsigned char)value;
}

/* Memory of the program's own, in which it keeps its blocks; zeroed. */
static inline void *table_new(size_t count, size_t size)
{
	void *table = calloc(count, size);

	if (table == NULL)
		fail("calloc returned NULL");
	return table;
}

/* ---- threads ---- */

/*
 * For the type of what a thread writes to again and again: no two of them share a cache line, or two that a processor
 * fetches together. Else it is chance, and the place that the allocator chose for them, whether threads wait for each other.
 */
#define OF_ONE_THREAD __attribute__((aligned(THREAD_ALIGN)))

enum {
	THREAD_ALIGN = 128, /* bytes */
};

/* A table of these; zeroed. */
static inline void *table_for_threads(size_t count, size_t size)
{
	void *table;

	if (posix_memalign(&table, THREAD_ALIGN, count * size) != 0)
		fail("posix_memalign failed");
	return memset(table, 0, count * size);
}

static inline pthread_t thread_start(void *(*body)(void *), void *argument)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, body, argument) != 0)
		fail("pthread_create failed");
	return thread;
}

static inline void *thread_end(pthread_t thread)
{
	void *result;

	if (pthread_join(thread, &result) != 0)
		fail("pthread_join failed");
	return result;
}

#endif
