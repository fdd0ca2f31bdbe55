/*
 * A small program, for its memory: it allocates 300 KiB of mixed blocks, gives every fourth back on the way, and
 * prints how many KiB of its mappings are resident then, when most is in use that ever was.
 *
 * The pages are counted one by one with mincore(), in the mappings of /proc/self/maps that it may write: that is
 * what a process has for itself. Under an emulator of user programs both speak of the program, where
 * /proc/self/status, and what the kernel counts for a process that has ended, speak of the emulator.
 */
#include "support/family.h"
#include "support/incore.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BYTES_ALIVE = 300 * 1024,
	SIZE_SMALLEST_LOG2 = 4,
	SIZE_CLASSES = 9, /* 16 bytes up to 8 KiB, each doubling half as often */
	MAPS_MAX = 64 * 1024,
};

static char maps[MAPS_MAX];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static size_t size_at(uint32_t number)
{
	uint32_t hash = number * 2654435761u;
	uint32_t doublings = 0;

	while (doublings < SIZE_CLASSES - 1 && hash >> 31) {
		hash <<= 1;
		doublings++;
	}
	size_t smallest = (size_t)1 << (SIZE_SMALLEST_LOG2 + doublings);

	return smallest + (number * 40503u & 0xffffu) % smallest;
}

static void allocate(void)
{
	size_t total = 0;

	for (uint32_t number = 0; total < BYTES_ALIVE; number++) {
		size_t size = size_at(number);
		void *block = fam_malloc(size);

		if (!block)
			die("malloc");
		memset(block, (int)number, size);
		if (number % 4 == 3)
			fam_free(block);
		else
			total += size;
	}
}

static void read_maps(void)
{
	int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	if (file == -1)
		die("/proc/self/maps");
	while (length < MAPS_MAX - 1 &&
	       (got = read(file, maps + length, MAPS_MAX - 1 - length)) > 0)
		length += (size_t)got;
	maps[length] = '\0';
	close(file);
}

int main(void)
{
	size_t bytes = 0;

	allocate();
	read_maps();
	for (char *line = maps; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		char *next = line;
		uintptr_t start = (uintptr_t)strtoull(next, &next, 16);
		uintptr_t end = *next == '-' ? (uintptr_t)strtoull(next + 1, &next, 16) : start;

		if (*next == ' ' && next[2] == 'w')
			bytes += incore_bytes(start, end);
	}
	printf("%zu\n", bytes / 1024);
	return 0;
}
