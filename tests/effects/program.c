/*
 * What tests/effects/run runs on an allocator, to see an option at work: allocates in the way that its argument names,
 * and prints what the allocator asked of the system meanwhile, a word and a number a line. The calls are interposed by
 * the linker (--wrap).
 */
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

enum {
	KIB = 1024,
	MIB = KIB * KIB,
	BLOCK_SIZE = KIB,
	BURST_BLOCKS = 32 * KIB,
	CALLS_AFTERWARDS = 2000, /* a heap looks at the clock every few hundred */
	LIMIT_BLOCKS = 512,
};

static size_t map_count, map_max, unmap_count, dontneed_bytes, free_bytes, huge_count,
	no_huge_count;

void *__real_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
int __real_munmap(void *address, size_t size);
long __real_syscall(long number, ...);

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
	map_count++;
	map_max = size > map_max ? size : map_max;
	return __real_mmap(address, size, protection, flags, file, offset);
}

int __wrap_munmap(void *address, size_t size);
int __wrap_munmap(void *address, size_t size)
{
	unmap_count++;
	return __real_munmap(address, size);
}

static void note_advice(size_t size, long advice)
{
	dontneed_bytes += advice == MADV_DONTNEED ? size : 0;
	free_bytes += advice == MADV_FREE ? size : 0;
	huge_count += advice == MADV_HUGEPAGE;
	no_huge_count += advice == MADV_NOHUGEPAGE;
}

/* Advice is given by number. No call has more than six arguments, and each is a register's worth. */
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	long argument[6];
	va_list list;

	va_start(list, number);
	for (size_t i = 0; i < sizeof(argument) / sizeof(*argument); i++)
		argument[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_madvise)
		note_advice((size_t)argument[1], argument[2]);
	return __real_syscall(number, argument[0], argument[1], argument[2], argument[3],
			      argument[4], argument[5]);
}

/* Takes 32 MiB in small blocks and frees them. */
static void burst(void)
{
	static void *blocks[BURST_BLOCKS];

	for (size_t i = 0; i < BURST_BLOCKS; i++) {
		blocks[i] = malloc(BLOCK_SIZE);
		memset(blocks[i], 1, BLOCK_SIZE);
	}
	for (size_t i = 0; i < BURST_BLOCKS; i++)
		free(blocks[i]);
}

/* A program that goes on for a while, so that what is due by the clock is done. */
static void go_on(void)
{
	const struct timespec pause = {.tv_nsec = 40000000};

	for (size_t round = 0; round < 4; round++) {
		nanosleep(&pause, NULL);
		for (size_t i = 0; i < CALLS_AFTERWARDS; i++)
			free(malloc(i % 4096));
	}
}

static void *volatile block;

/* Two huge blocks at once. */
static void huge(size_t size)
{
	void *first = malloc(size);
	void *second = malloc(size);

	memset(first, 1, size);
	memset(second, 1, size);
	free(first);
	free(second);
}

static size_t kib_until_refused(void)
{
	size_t count = 0;

	while (count < LIMIT_BLOCKS && malloc(64 * KIB))
		count++;
	return count * 64;
}

int main(int count, char **word)
{
	const char *what = count > 1 ? word[1] : "";

	block = malloc(1);
	if (!strcmp(what, "burst"))
		burst();
	if (!strcmp(what, "purge") || !strcmp(what, "trim")) {
		burst();
		go_on();
	}
	if (!strcmp(what, "trim"))
		malloc_trim(0);
	if (!strcmp(what, "huge"))
		huge((size_t)64 * MIB);
	if (!strcmp(what, "limit"))
		printf("limit_kib %zu\n", kib_until_refused());
	if (!strcmp(what, "realloc"))
		printf("kept %d\n", realloc(block, 0) != NULL);
	if (!strcmp(what, "twice")) {
		void *large = malloc(256 * KIB);

		free(large);
		free(large);
	}
	printf("maps %zu\nmap_max_kib %zu\nunmaps %zu\ndontneed_kib %zu\nfree_kib %zu\nhuge %zu\nno_huge %zu\n",
	       map_count, map_max / KIB, unmap_count, dontneed_bytes / KIB, free_bytes / KIB,
	       huge_count, no_huge_count);
	return 0;
}
