// SPDX-License-Identifier: MIT
/*
 * A burst of 80 MB, all of it freed; then three times the delay of 200 ms without a call, the same with a call a
 * millisecond, and malloc_trim() with the argument "trim". Prints what is resident then, in KiB, for each.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	BLOCKS = 200000,
	BLOCK_SIZE = 400,
	IDLE_MS = 700
};

static long resident_kib(void)
{
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file || fscanf(file, "%*d %ld", &pages) != 1)
		exit(2);
	fclose(file);
	return pages * 4;
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

int main(int argument_count, char **arguments)
{
	static void *blocks[BLOCKS];
	void *volatile block;

	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = memset(malloc(BLOCK_SIZE), 1, BLOCK_SIZE);
	for (int i = 0; i < BLOCKS; i++)
		free(blocks[i]);
	sleep_ms(IDLE_MS);
	printf("%ld", resident_kib());
	if (argument_count > 1 && strcmp(arguments[1], "trim") == 0)
		malloc_trim(0);
	else
		for (int i = 0; i < IDLE_MS; i++) {
			block = malloc(64);
			free(block);
			sleep_ms(1);
		}
	printf(" %ld\n", resident_kib());
	return 0;
}
