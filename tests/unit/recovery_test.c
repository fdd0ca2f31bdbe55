/*
 * After the end of memory: blocks are taken until there are no more, which is NULL with ENOMEM and
 * harms nothing that is live. Half of them is freed; then at least 95 % of the bytes that were held
 * before can be held again, of the same sizes or of others.
 *
 * The ends: a limit on address space (RLIMIT_AS); one on writable private memory (RLIMIT_DATA), which
 * the kernel counts as it counts strict overcommit: MADV_DONTNEED gives nothing back; a budget of
 * mappings (vm.max_map_count), nearly spent by the test; and the heap's own limit (HEAP_LIMIT).
 *
 * The program runs itself again under the limit, for each case, so that not even the first region
 * came before it.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/resident.h"

#include "arena/region.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
	BLOCKS_MAX = 1 << 19,
	ROOM_MIB = 96,
	ROOM_ACROSS_MIB = 256,
	PERCENT_DUE = 95,
	/* With a budget of mappings memory itself does not end. */
	BYTES_WITH_MAPS_MIB = 192,
	MAPS_LEFT = 12,
	MAPS_MIN = 1000,
	MAPS_MAX = 100000,
};

/* Blocks with mappings of their own, in every configuration. */
#define HUGE_MIN (3 * MIB)

/* ---- sizes --------------------------------------------------------------------------------- */

struct range {
	size_t min;
	size_t max;
};

struct recovery_case {
	const char *name;
	struct range first;
	struct range second;
	bool frees_by_turns; /* every second block; else the latter half */
};

#define SAME(title, low, high)                                                        \
	{                                                                             \
		.name = (title), .first = {(low), (high)}, .second = {(low), (high)}, \
		.frees_by_turns = true                                                \
	}
#define OTHER(title, size, other)                                                         \
	{                                                                                 \
		.name = (title), .first = {(size), (size)}, .second = {(other), (other) } \
	}

/* Sizes that fill their granules, so that all of them can hold as much. */
static const struct recovery_case cases[] = {
	SAME("200", 200, 200),
	SAME("3000", 3000, 3000),
	SAME("9000", 9000, 9000),
	SAME("100K", 100 * KIB, 100 * KIB),
	SAME("1500K", 1500 * KIB, 1500 * KIB),
	SAME("3000K", 3000 * KIB, 3000 * KIB),
	SAME("mixed_small", 100, 2000),
	SAME("mixed", 100, 100 * KIB),
	SAME("mixed_huge", 3000 * KIB, 9000 * KIB),
	OTHER("256_then_4096", 256, 4096),
	OTHER("4096_then_256", 4096, 256),
	OTHER("4096_then_granules", 4096, 7 * GRANULE_SIZE),
	OTHER("granules_then_4096", 7 * GRANULE_SIZE, 4096),
};

/* Mappings that touch, and become one for the kernel: to free a block is to split it. */
static const struct recovery_case touching[] = {
	SAME("8176K", 8176 * KIB, 8176 * KIB),
};

/* Of many blocks in each region. */
static const struct recovery_case in_regions[] = {
	SAME("256", 256, 256),
	SAME("4096", 4096, 4096),
	SAME("7_granules", 7 * GRANULE_SIZE, 7 * GRANULE_SIZE),
};

/* What was huge serves the other tiers, and what was theirs serves huge blocks. */
static const struct recovery_case across_huge[] = {
	OTHER("2200K_then_4096", 2200 * KIB, 4096),
	OTHER("2200K_then_granules", 2200 * KIB, 7 * GRANULE_SIZE),
	OTHER("4096_then_2200K", 4096, 2200 * KIB),
	OTHER("granules_then_2200K", 7 * GRANULE_SIZE, 2200 * KIB),
};

static unsigned char *blocks[BLOCKS_MAX];
static bool is_second[BLOCKS_MAX];
static size_t bytes_max;
static size_t bytes_held;

/* The same for a block whenever it is asked. */
static size_t size_of(const struct recovery_case *at_hand, size_t i)
{
	const struct range *range = is_second[i] ? &at_hand->second : &at_hand->first;
	uint32_t x = (uint32_t)i * 2654435761u;

	return range->min + (x >> 7) % (range->max - range->min + 1);
}

/* Without dprintf(), which allocates on glibc. */
static void say(const char *sentence, size_t bytes)
{
	char text[128];
	int length = snprintf(text, sizeof(text), "%s: %zu KiB held, errno %d\n", sentence,
			      bytes / KIB, errno);

	if (write(STDERR_FILENO, text, (size_t)length) != length)
		_exit(2);
}

static void require(bool condition, const char *what)
{
	if (condition)
		return;
	say("not so", bytes_held);
	say(what, bytes_held);
	_exit(1);
}

/* ---- taking and freeing -------------------------------------------------------------------- */

static void take(const struct recovery_case *at_hand, size_t i)
{
	size_t size = size_of(at_hand, i);

	if (bytes_held + size > bytes_max)
		return;
	errno = 0;
	blocks[i] = fam_malloc(size);
	require(blocks[i] || errno == ENOMEM, "NULL comes with ENOMEM");
	if (!blocks[i])
		return;
	pattern_fill(blocks[i], size, (uint32_t)i);
	bytes_held += size;
}

static void release(const struct recovery_case *at_hand, size_t i)
{
	size_t size = size_of(at_hand, i);

	if (!blocks[i])
		return;
	require(pattern_holds(blocks[i], size, (uint32_t)i), "live blocks stay whole");
	fam_free(blocks[i]);
	blocks[i] = NULL;
	bytes_held -= size;
}

/* Fills every free place up to the first refusal, returns how many there are. */
static size_t take_all(const struct recovery_case *at_hand, size_t places, bool second)
{
	for (size_t i = 0; i < places; i++) {
		if (blocks[i])
			continue;
		is_second[i] = second;
		take(at_hand, i);
		if (!blocks[i])
			return i;
	}
	return places;
}

static void release_half(const struct recovery_case *at_hand, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (at_hand->frees_by_turns ? i % 2 == 1 : i >= count / 2)
			release(at_hand, i);
	}
}

static void require_recovery(size_t bytes_before, const char *what)
{
	say("before", bytes_before);
	say("now", bytes_held);
	require(bytes_held >= bytes_before / 100 * PERCENT_DUE, what);
}

static void exhaust_and_recover(const struct recovery_case *at_hand)
{
	/* What every program has: a heap, and a few blocks. */
	fam_free(fam_malloc(100));
	size_t mapped_before = mapped_bytes();
	size_t count = take_all(at_hand, BLOCKS_MAX, false);
	size_t bytes_before = bytes_held;

	require(count > 0, "it took some blocks");
	release_half(at_hand, count);
	take_all(at_hand, BLOCKS_MAX, true);
	require_recovery(bytes_before, "half of it, freed, can be had again");
	for (size_t i = 0; i < BLOCKS_MAX; i++)
		release(at_hand, i);
	require(bytes_held == 0, "all of it is freed");
	/* What is kept of them for the next ones goes as well. */
	fam_malloc_trim(0);
	/* Under an emulator its own mappings are counted with them. */
	if (!test_is_emulated() && at_hand->first.min >= HUGE_MIN &&
	    at_hand->second.min >= HUGE_MIN)
		require(mapped_bytes() <= mapped_before, "and nothing of it stays mapped");
	take_all(at_hand, BLOCKS_MAX, false);
	require_recovery(bytes_before, "so can all of it");
}

/* A region's blocks are freed, and a huge block takes its place: no empty slab is kept for later then. */
static void turn_a_region_into_a_block(const struct recovery_case *at_hand)
{
	size_t count = take_all(at_hand, BLOCKS_MAX, false);
	const struct region *region = region_of(blocks[count / 2]);

	for (size_t i = 0; i < count; i++) {
		if (region_of(blocks[i]) == region)
			release(at_hand, i);
	}
	say("freed", bytes_held);
	require(fam_malloc(REGION_SIZE - GRANULE_SIZE) != NULL, "a huge block has its place");
}

/* ---- the ends of memory -------------------------------------------------------------------- */

static size_t line_count_of_maps(void)
{
	char text[4096];
	int file = open("/proc/self/maps", O_RDONLY);
	size_t count = 0;
	ssize_t length;

	while ((length = read(file, text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < length; i++)
			count += text[i] == '\n';
	}
	close(file);
	return count;
}

static size_t mappings_allowed(void)
{
	char text[32] = "";
	int file = open("/proc/sys/vm/max_map_count", O_RDONLY);

	if (file < 0 || read(file, text, sizeof(text) - 1) <= 0)
		return 0;
	close(file);
	return strtoul(text, NULL, 10);
}

/* Spends all mappings but a few, on pages of which every second one is readable. */
static void spend_mappings(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t allowed = mappings_allowed();
	size_t left = allowed - line_count_of_maps() - MAPS_LEFT;
	char *pages = mmap(NULL, (left + 1) * page, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	require(pages != MAP_FAILED, "there is room to spend mappings in");
	/* Each splits two off; near the end it is refused, which is as good. */
	for (size_t i = 1; i < left; i += 2) {
		if (mprotect(pages + i * page, page, PROT_READ) != 0)
			break;
	}
}

static const struct recovery_case *case_at_hand;

static void set_limit(int resource)
{
	/* What is left of the last region serves no huge block: it must not count for much. */
	bool is_across = case_at_hand >= across_huge &&
			 case_at_hand < across_huge + ARRAY_LENGTH(across_huge);
	const rlim_t room = (is_across ? ROOM_ACROSS_MIB : ROOM_MIB) * MIB;
	const struct rlimit limit = {.rlim_cur = room, .rlim_max = room};

	require(setrlimit((__typeof__(RLIMIT_AS))resource, &limit) == 0, "setrlimit");
}

static const char *end_at_hand;

static void run_again_within_limit(void)
{
	char name[32];
	char *const arguments[] = {(char[]){"recovery"}, (char *)(uintptr_t)end_at_hand, name,
				   NULL};

	snprintf(name, sizeof(name), "%s", case_at_hand->name);
	if (strcmp(end_at_hand, "as") == 0 || strcmp(end_at_hand, "region") == 0)
		set_limit(RLIMIT_AS);
	if (strcmp(end_at_hand, "data") == 0)
		set_limit(RLIMIT_DATA);
	execv("/proc/self/exe", arguments);
	require(false, "execv");
}

static const struct recovery_case *case_in(const struct recovery_case *list, size_t count,
					   const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	}
	return NULL;
}

static const struct recovery_case *case_of(const char *name)
{
	const struct recovery_case *found = case_in(cases, ARRAY_LENGTH(cases), name);

	if (!found)
		found = case_in(touching, ARRAY_LENGTH(touching), name);
	if (!found)
		found = case_in(in_regions, ARRAY_LENGTH(in_regions), name);
	if (!found)
		found = case_in(across_huge, ARRAY_LENGTH(across_huge), name);
	return found;
}

static int run_case(const char *end, const char *name)
{
	bytes_max = SIZE_MAX / 2;
	if (strcmp(end, "maps") == 0) {
		bytes_max = BYTES_WITH_MAPS_MIB * MIB;
		spend_mappings();
	}
	if (strcmp(end, "region") == 0)
		turn_a_region_into_a_block(case_of(name));
	else
		exhaust_and_recover(case_of(name));
	return 0;
}

/* ---- tests --------------------------------------------------------------------------------- */

static void within_the_heaps_limit(void)
{
	bytes_max = SIZE_MAX / 2;
	exhaust_and_recover(case_at_hand);
}

/* Tries all of them, where it is slow a third, each in a process of its own. */
static size_t failures_of(const struct recovery_case *list, size_t count, const char *end)
{
	size_t failures = 0;

	end_at_hand = end;
	for (size_t i = 0; i < count; i += test_is_slow() ? 3 : 1) {
		char text[1024];

		case_at_hand = &list[i];
		int status = run_in_child(IS_ENABLED(CONFIG_HEAP_LIMIT) ? within_the_heaps_limit
									: run_again_within_limit,
					  text, sizeof(text));

		print_message("%s %s: status %d, %s", end, list[i].name, status, text);
		failures += status != 0;
	}
	return failures;
}

static void half_comes_back_under_rlimit_as(void **state)
{
	(void)state;
	assert_int_equal(failures_of(cases, ARRAY_LENGTH(cases), "as"), 0);
	assert_int_equal(failures_of(touching, ARRAY_LENGTH(touching), "as"), 0);
}

static void half_comes_back_under_strict_overcommit(void **state)
{
	(void)state;
	assert_int_equal(failures_of(cases, ARRAY_LENGTH(cases), "data"), 0);
	assert_int_equal(failures_of(touching, ARRAY_LENGTH(touching), "data"), 0);
}

static void half_comes_back_across_huge_blocks(void **state)
{
	size_t failures = 0;

	(void)state;
	failures += failures_of(across_huge, ARRAY_LENGTH(across_huge), "as");
	failures += failures_of(across_huge, ARRAY_LENGTH(across_huge), "data");
	assert_int_equal(failures, 0);
}

static void a_region_becomes_a_huge_block(void **state)
{
	(void)state;
	assert_int_equal(failures_of(in_regions, ARRAY_LENGTH(in_regions), "region"), 0);
}

/* Whether so many are allowed that one can spend them, and so few are needed that it tells something. */
static bool mappings_can_be_spent(void)
{
	size_t allowed = mappings_allowed();

	/* Small regions on 64 bits leave holes between mappings when they go: up to a tenth is missing then. */
	if (sizeof(void *) == 8 && REGION_SIZE < MIB)
		return false;
	return allowed >= MAPS_MIN && allowed <= MAPS_MAX;
}

static void half_comes_back_with_few_mappings(void **state)
{
	(void)state;
	if (!mappings_can_be_spent())
		skip();
	assert_int_equal(failures_of(cases, ARRAY_LENGTH(cases), "maps"), 0);
}

/* munmap() of the middle of a mapping takes one more, and fails when there is none. */
static void touching_blocks_come_back_with_few_mappings(void **state)
{
	(void)state;
	if (!mappings_can_be_spent())
		skip();
	assert_int_equal(failures_of(touching, ARRAY_LENGTH(touching), "maps"), 0);
}

static void half_comes_back_under_the_heaps_limit(void **state)
{
	(void)state;
	assert_int_equal(failures_of(cases, ARRAY_LENGTH(cases), "heap"), 0);
}

int main(int argument_count, char **arguments)
{
	const struct CMUnitTest systems[] = {
		cmocka_unit_test(half_comes_back_under_rlimit_as),
		cmocka_unit_test(half_comes_back_under_strict_overcommit),
		cmocka_unit_test(half_comes_back_across_huge_blocks),
		cmocka_unit_test(a_region_becomes_a_huge_block),
		cmocka_unit_test(half_comes_back_with_few_mappings),
		cmocka_unit_test(touching_blocks_come_back_with_few_mappings),
	};
	const struct CMUnitTest heaps[] = {cmocka_unit_test(half_comes_back_under_the_heaps_limit)};
	int failures = 0;

	if (argument_count > 2)
		return run_case(arguments[1], arguments[2]);
	/* The lower limit is the one to test; and qemu-user does not pass limits on. */
	if (!test_is_emulated() && !IS_ENABLED(CONFIG_HEAP_LIMIT))
		failures += cmocka_run_group_tests_name("recovery", systems, NULL, NULL);
	if (IS_ENABLED(CONFIG_HEAP_LIMIT))
		failures += cmocka_run_group_tests_name("recovery, heap's", heaps, NULL, NULL);
	return failures;
}
