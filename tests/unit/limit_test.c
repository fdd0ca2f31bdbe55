/*
 * Memory that ends: the heap's own limit (HEAP_LIMIT) and the system's (RLIMIT_AS). Both mean
 * NULL with ENOMEM, never death; what is live stays whole, and what is freed can be had again.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/heap_limit.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	BLOCKS_MAX = 24000,
	ROOM_MIB = 96,
	/* A heap's limit beyond it is not reached in a test: then the system's comes first. */
	HEAP_LIMIT_TESTED_MIB = 64,
	TWO_REGIONS_MIB = (1 << CONFIG_REGION_SIZE_LOG2) / (512 * 1024),
#ifdef CONFIG_RESERVE_MIN_MIB
	RESERVATION_MIB = CONFIG_RESERVE_MIN_MIB,
#else
	RESERVATION_MIB = 64,
#endif
	STACK_MIB = 12, /* and the program; as most systems have it */
};

static unsigned char *blocks[BLOCKS_MAX];

/* Takes blocks until there are none left; returns how many there were. */
static size_t exhaust(size_t size)
{
	size_t count = 0;

	while (count < BLOCKS_MAX) {
		errno = 0;
		blocks[count] = fam_malloc(size);
		if (!blocks[count])
			break;
		pattern_fill(blocks[count], size, (uint32_t)count);
		count++;
	}
	return count;
}

static bool release(size_t count, size_t size)
{
	bool is_whole = true;

	for (size_t i = 0; i < count; i++) {
		is_whole = is_whole && pattern_holds(blocks[i], size, (uint32_t)i);
		fam_free(blocks[i]);
	}
	return is_whole;
}

static void require(bool condition, const char *what)
{
	if (condition)
		return;
	dprintf(STDERR_FILENO, "not so: %s (errno %d)\n", what, errno);
	_exit(1);
}

/* Every way to ask fails alike, and errno says why. */
static void everything_is_refused(size_t size)
{
	void *aligned = &aligned;

	errno = 0;
	require(!fam_calloc(1, size) && errno == ENOMEM, "calloc is refused");
	errno = 0;
	require(!fam_realloc(NULL, size) && errno == ENOMEM, "realloc is refused");
	errno = 0;
	require(!fam_aligned_alloc(4096, size) && errno == ENOMEM, "aligned_alloc is refused");
	require(fam_posix_memalign(&aligned, 64, size) == ENOMEM, "posix_memalign is refused");
	require(aligned == &aligned, "posix_memalign leaves its result");
}

static void exhaust_and_recover(size_t size, size_t bytes_max)
{
	size_t first = exhaust(size);

	require(errno == ENOMEM, "exhaustion says ENOMEM");
	require(first > 0 && first < BLOCKS_MAX, "it took some blocks, and it ended");
	require(first * size <= bytes_max, "not more than the limit was handed out");
	require(first * size >= bytes_max / 3, "a third of the limit, at least, was usable");
	everything_is_refused(size * 4 + bytes_max / 4);
	size_t last = first - 1;
	unsigned char *moved = fam_realloc(blocks[last], bytes_max);

	require(!moved && errno == ENOMEM, "a realloc beyond the limit is refused");
	require(pattern_holds(blocks[last], size, (uint32_t)last), "and leaves the block");
	require(release(first, size), "live blocks stayed whole");
	size_t second = exhaust(size);

	require(second + second / 8 + 2 >= first, "what was freed can be had again");
	require(release(second, size), "and is whole");
}

/*
 * What runs under RLIMIT_AS is this program again, as under `ulimit -v`, so that not even the first
 * reservation came before the limit. A process for each size: on 64-bit machines address space that
 * has become regions is kept, so huge blocks may find none after small ones took it all.
 */
static char program_argument[32];

static size_t limit_mib = ROOM_MIB;

static void execute_within_limit(void)
{
	/* What is in .bss comes on top. */
	const size_t bytes = limit_mib * MIB + CONFIG_STATIC_META_SIZE;
	const struct rlimit limit = {.rlim_cur = bytes, .rlim_max = bytes};
	char *const arguments[] = {(char[]){"limit"}, program_argument, NULL};

	require(setrlimit(RLIMIT_AS, &limit) == 0, "setrlimit");
	execv("/proc/self/exe", arguments);
	require(false, "execv");
}

static void expect_success_within_limit(void)
{
	char text[512];
	int status = run_in_child(execute_within_limit, text, sizeof(text));

	print_message("%s, %zu MiB: %s\n", program_argument, limit_mib, status ? text : "fine");
	assert_int_equal(status, 0);
}

static int exhaust_and_recover_within_limit(size_t size)
{
	size_t count = exhaust(size);

	require(count > 0 && (count == BLOCKS_MAX || errno == ENOMEM), "it ends with ENOMEM");
	require(count * size >= ROOM_MIB * MIB / 3, "a third, at least, was usable");
	require(release(count, size), "live blocks stayed whole");
	size_t again = exhaust(size);

	require(again + again / 8 + 2 >= count, "what was freed can be had again");
	require(release(again, size), "and is whole");
	return 0;
}

static void rlimit_as_means_enomem(void **state)
{
	static const size_t sizes[] = {5000, 9000, 100 * KIB, 1500 * KIB, 5000 * KIB};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
		snprintf(program_argument, sizeof(program_argument), "%zu", sizes[i]);
		expect_success_within_limit();
	}
}

static void *return_argument(void *argument)
{
	return argument;
}

/* The heap must leave address space for others: a thread's stack, above all. */
static int allocate_then_start_a_thread(void)
{
	pthread_t thread;

	for (size_t i = 0; i < 100; i++)
		require(fam_malloc(10000) != NULL, "a megabyte of blocks");
	require(!pthread_create(&thread, NULL, return_argument, NULL), "a thread can start");
	pthread_join(thread, NULL);
	return 0;
}

/* Limits that a reservation would fit into, but not a stack beside it, among others. */
static void rlimit_as_leaves_room_for_stacks(void **state)
{
	/* A region at a multiple of its size may take the room of two. */
	size_t least_mib = RESERVATION_MIB > TWO_REGIONS_MIB ? RESERVATION_MIB : TWO_REGIONS_MIB;

	(void)state;
	if (least_mib < STACK_MIB)
		least_mib = STACK_MIB;
	strcpy(program_argument, "thread");
	for (limit_mib = least_mib + 4; limit_mib < least_mib + 24; limit_mib += 2)
		expect_success_within_limit();
	limit_mib = ROOM_MIB;
}

/* With a block of which some fit, and smaller ones that go into slabs. */
static void within_the_heaps_limit(void)
{
	static const size_t sizes[] = {40 * KIB, 3000, 300 * KIB};
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++)
		if (sizes[i] <= HEAP_LIMIT / 16)
			exhaust_and_recover(sizes[i], HEAP_LIMIT);
}

static void heap_limit_means_enomem(void **state)
{
	char text[512];
	int status = run_in_child(within_the_heaps_limit, text, sizeof(text));

	(void)state;
	print_message("%s", text);
	assert_int_equal(status, 0);
}

int main(int argument_count, char **arguments)
{
	const struct CMUnitTest systems[] = {
		cmocka_unit_test(rlimit_as_means_enomem),
		cmocka_unit_test(rlimit_as_leaves_room_for_stacks),
	};
	const struct CMUnitTest heaps[] = {cmocka_unit_test(heap_limit_means_enomem)};
	const bool heap_ends_first = HEAP_LIMIT <= HEAP_LIMIT_TESTED_MIB * MIB;
	int failures = 0;

	if (argument_count > 1 && strcmp(arguments[1], "thread") == 0)
		return allocate_then_start_a_thread();
	if (argument_count > 1)
		return exhaust_and_recover_within_limit(strtoul(arguments[1], NULL, 10));
	/* The lower limit is the one to test; and qemu-user does not pass RLIMIT_AS on. */
	if (!test_is_emulated() && !heap_ends_first)
		failures += cmocka_run_group_tests_name("limit, the system's", systems, NULL, NULL);
	if (heap_ends_first)
		failures += cmocka_run_group_tests_name("limit, the heap's", heaps, NULL, NULL);
	return failures;
}
