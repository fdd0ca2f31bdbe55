/*
 * Bursts and idleness: much is allocated and freed at once, then the program idles, with a little work now and
 * then as a server has. The time is that of the bursts, with the page faults that giving memory back makes
 * necessary; idleness is not in it. Beside it the line tells `idle_rss_kib`, the memory that the process still
 * holds at the end of an idle time (the median of all).
 *
 *	operations=N	bursts
 *	burst=BYTES	how much is allocated in each
 *	idle_ms=N	how long each idle time is
 *	smallest=N largest=N	sizes, each doubling half as often
 */
#include <unistd.h>

#include "bench.h"

static struct sizes sizes;

static uint32_t burst(void **block, size_t count, uint64_t number)
{
	uint32_t check = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t size = sizes_at(&sizes, i + number);

		block[i] = block_new(size, (uint32_t)i);
		block_touch(block[i], sizeof(uint32_t), size, (uint32_t)i);
	}
	for (size_t i = 0; i < count; i++)
		check += block_end(block[i]);
	return check;
}

static void idle(size_t milliseconds)
{
	const struct timespec pause = {0, 10 * 1000 * 1000};
	void *block[64];

	for (size_t passed = 0; passed < milliseconds; passed += 10) {
		nanosleep(&pause, NULL);
		for (unsigned i = 0; i < 64; i++)
			block[i] = block_new(sizes_at(&sizes, i), i);
		for (unsigned i = 0; i < 64; i++)
			free(block[i]);
	}
}

/* Resident memory in KiB as the system tells, or 0. */
static unsigned long resident_kib(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file == NULL || fscanf(file, "%*u %lu", &pages) != 1)
		pages = 0;
	if (file != NULL)
		fclose(file);
	return pages * ((unsigned long)sysconf(_SC_PAGESIZE) / 1024);
}

static int by_value(const void *a, const void *b)
{
	unsigned long first = *(const unsigned long *)a, second = *(const unsigned long *)b;

	return (first > second) - (first < second);
}

int main(int argc, char **argv)
{
	uint64_t operations;
	size_t count, idle_ms;
	unsigned long *kib;
	double idle_seconds = 0;
	uint32_t check = 0;
	void **block;

	bench_start(argc, argv);
	operations = scaled("operations", 10);
	idle_ms = number("idle_ms", 200);
	sizes_skewed(&sizes, (uint32_t)number("smallest", 32), (uint32_t)number("largest", 32768));
	count = number("burst", 64 * 1024 * 1024) / sizes.mean;
	block = table_new(count, sizeof(*block));
	kib = table_new((size_t)operations, sizeof(*kib));

	bench_begin();
	for (uint64_t i = 0; i < operations; i++) {
		struct timespec pause;

		check += burst(block, count, i);
		clock_gettime(CLOCK_MONOTONIC, &pause);
		idle(idle_ms);
		kib[i] = resident_kib();
		idle_seconds += seconds_since(&pause);
	}
	bench_end(operations * count, check, idle_seconds);
	qsort(kib, (size_t)operations, sizeof(*kib), by_value);
	printf(" idle_rss_kib %lu\n", kib[operations / 2]);
	free(kib);
	free(block);
	return 0;
}
