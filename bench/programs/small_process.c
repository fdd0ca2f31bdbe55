/*
 * A small process: it allocates a few hundred KiB of mixed blocks, frees some on the way, and ends. What counts
 * is its memory, and how much more that is than when it allocates nothing (bytes=0). The line tells
 * `exact_rss_kib` and `private_kib`, as the kernel counts page by page when all is alive: the peak that it
 * reports for a process that has ended is off by some hundred KiB.
 *
 *	bytes=N		how much is alive at the end
 *	smallest=N largest=N	sizes, each doubling half as often
 */
#include <fcntl.h>
#include <unistd.h>

#include "bench.h"

/* The number behind a name in /proc/self/smaps_rollup, or 0. */
static unsigned long kib_of(const char *text, const char *name)
{
	const char *line = strstr(text, name);

	return line ? strtoul(line + strlen(name), NULL, 10) : 0;
}

static void tell_memory(void)
{
	static char text[4096];
	int file = open("/proc/self/smaps_rollup", O_RDONLY);
	ssize_t length = file == -1 ? 0 : read(file, text, sizeof(text) - 1);

	text[length > 0 ? length : 0] = '\0';
	if (file != -1)
		close(file);
	printf(" exact_rss_kib %lu private_kib %lu", kib_of(text, "\nRss:"),
	       kib_of(text, "\nPrivate_Dirty:"));
}

/* Every fourth block is freed again at once. Blocks are written in full. */
static uint32_t allocate(size_t bytes, const struct sizes *sizes)
{
	uint32_t check = 0;
	size_t total = 0;

	for (uint64_t i = 0; total < bytes; i++) {
		uint32_t size = sizes_at(sizes, i);
		void *block = block_new(size, (uint32_t)i);

		memset(block, (int)i, size);
		if (i % 4 == 3) {
			check += block_end(block);
		} else {
			check += *(uint32_t *)block;
			total += size;
		}
	}
	return check;
}

int main(int argc, char **argv)
{
	struct sizes sizes;
	size_t bytes;
	uint32_t check;

	bench_start(argc, argv);
	bytes = number("bytes", 300 * 1024);
	argument("scale"); /* this is not about time */
	sizes_skewed(&sizes, (uint32_t)number("smallest", 16), (uint32_t)number("largest", 8192));

	bench_begin();
	check = allocate(bytes, &sizes);
	bench_end(1, check, 0);
	tell_memory();
	printf("\n");
	return 0;
}
