/*
 * A heap that comes and goes, watched: three times the program takes a burst of memory and frees it, and between
 * these it works a little, as a server that waits for requests. Prints a line every 10 ms, as text for a plot: the
 * time in seconds, the resident memory and the bytes in blocks, both in MiB. With the
 * argument `trim` it calls malloc_trim() in the middle of each pause.
 *
 * What the program keeps for itself does not come from malloc, and neither does the watching.
 */
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
	BURSTS = 3,
	BURST_MIB = 64,
	BURST_MS = 200,	 /* that a burst stays */
	PAUSE_MS = 2800, /* between bursts */
	TICK_US = 1000,
	TICKS_A_LINE = 10,
	SMALLEST = 32,
	DOUBLINGS = 9,
	BLOCK_COUNT_MAX = 2 * 1024 * 1024,
	MIB = 1024 * 1024,
};

static void **blocks;
static size_t block_count;
static size_t byte_count;
static struct timespec start;
static int statm;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) * 1e-9;
}

static double resident_mib(void)
{
	char text[128] = "";
	unsigned long pages = 0;

	if (pread(statm, text, sizeof(text) - 1, 0) > 0)
		sscanf(text, "%*u %lu", &pages);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / MIB;
}

static void line(void)
{
	char text[128];
	int length = snprintf(text, sizeof(text), "%.3f %.2f %.2f\n", seconds(), resident_mib(),
			      (double)byte_count / MIB);

	if (write(STDOUT_FILENO, text, (size_t)length) != length)
		exit(1);
}

/* Sizes by a fixed sequence; each doubling is as likely as the one before. */
static size_t next_size(void)
{
	static uint32_t state = 4711;
	uint32_t doubling;

	state = state * 1664525u + 1013904223u;
	doubling = (state >> 8) % DOUBLINGS;
	return ((size_t)SMALLEST << doubling) + (state >> 16) % ((size_t)SMALLEST << doubling);
}

static void take_burst(void)
{
	while (byte_count < (size_t)BURST_MIB * MIB && block_count < BLOCK_COUNT_MAX) {
		size_t size = next_size();
		void *block = malloc(size);

		if (!block)
			exit(1);
		memset(block, 1, size);
		blocks[block_count++] = block;
		byte_count += size;
	}
}

static void free_burst(void)
{
	while (block_count > 0)
		free(blocks[--block_count]);
	byte_count = 0;
}

/* A little work each millisecond, which gives the allocator its occasions. */
static void pass(unsigned milliseconds)
{
	const struct timespec tick = {0, TICK_US * 1000L};

	for (unsigned i = 0; i < milliseconds; i++) {
		void *at_hand[64];

		for (size_t j = 0; j < 64; j++)
			at_hand[j] = malloc(SMALLEST + 16 * j);
		for (size_t j = 0; j < 64; j++)
			free(at_hand[j]);
		if (i % TICKS_A_LINE == 0)
			line();
		nanosleep(&tick, NULL);
	}
}

int main(int argc, char **argv)
{
	bool trims = argc > 1 && strcmp(argv[1], "trim") == 0;

	blocks = mmap(NULL, BLOCK_COUNT_MAX * sizeof(*blocks), PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (blocks == MAP_FAILED || statm < 0)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &start);
	pass(PAUSE_MS / 10);
	for (int i = 0; i < BURSTS; i++) {
		take_burst();
		pass(BURST_MS);
		free_burst();
		pass(PAUSE_MS / 2);
		if (trims)
			malloc_trim(0);
		pass(PAUSE_MS / 2);
	}
	line();
	return 0;
}
