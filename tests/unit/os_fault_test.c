/*
 * The operating system refuses: the nth call that can fail does, once or for good, for every n
 * that a day's work makes. Each request then gives a block or NULL with ENOMEM, the heap stays
 * sound after every operation, live blocks stay whole, what calloc gives is zero, and when memory
 * is back everything works and nothing has been lost: doing the same again maps nothing more, and
 * no more is mapped than without a refusal.
 *
 * Each n runs in a child of its own, so that it meets the heap as it is at the start.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/heap_limit.h"
#include "support/ledger.h"
#include "support/os_double.h"
#include "support/refusals.h"
#include "support/stock.h"
#include "support/thread.h"

#include "arena/region.h"
#include "diagnostics/validate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SMALL_BLOCKS = 150,
	LARGE_BLOCKS = 24,
	CALLS_MAX = 400,
	REGION_LARGE = 8 * 1024 * 1024, /* bytes */
	ALIGNED = 3,			/* which of four large blocks is, */
	ZEROED = 1,			/* and comes from calloc */
	EXIT_SOUND = 0,
	EXIT_UNSOUND = 1,
};

static void require(bool condition, const char *what)
{
	if (condition)
		return;
	dprintf(STDERR_FILENO, "not so: %s (errno %d)\n", what, errno);
	_exit(EXIT_UNSOUND);
}

static void require_sound(void)
{
	require(heap_validate() == 0, "the heap is sound");
	require(ledger_contradictions() == 0, "the ledger agrees");
}

/* A block, or NULL for the stated reason. */
static void *expect_block_or_enomem(void *block)
{
	require(block || errno == ENOMEM, "NULL comes with ENOMEM");
	require_sound();
	errno = 0;
	return block;
}

static size_t large_size(size_t i)
{
	static const size_t shares[] = {16, 5, 3, 1};
	size_t size = REGION_SIZE / shares[i % ARRAY_LENGTH(shares)] + i;

	/* Few of those that need mappings of their own. */
	return i % 8 < 4 || size < REGION_SIZE / 2 ? size : REGION_SIZE / 7;
}

static void work_on_small_blocks(void)
{
	static unsigned char *blocks[SMALL_BLOCKS];

	for (uint32_t i = 0; i < SMALL_BLOCKS; i++) {
		size_t size = i * 37 % 5000 + 1;

		blocks[i] = expect_block_or_enomem(i % 3 ? fam_malloc(size) : fam_calloc(1, size));
		if (blocks[i] && i % 3 == 0)
			require(bytes_are(blocks[i], size, 0), "calloc gives zeroes");
		if (blocks[i])
			pattern_fill(blocks[i], size, i);
	}
	for (uint32_t i = 0; i < SMALL_BLOCKS; i++) {
		size_t size = i * 37 % 5000 + 1;

		if (!blocks[i])
			continue;
		require(pattern_holds(blocks[i], size, i), "small blocks stay whole");
		fam_free(blocks[i]);
		require_sound();
	}
}

static void *allocate_large(uint32_t i, size_t size)
{
	switch (i % 4) {
	case ALIGNED:
		return fam_aligned_alloc(REGION_SIZE, size);
	case ZEROED:
		return fam_calloc(1, size);
	default:
		return fam_malloc(size);
	}
}

/* Grows each block in steps; a refusal must leave it. */
static void work_on_large_blocks(void)
{
	for (uint32_t i = 0; i < LARGE_BLOCKS; i++) {
		size_t size = large_size(i);
		unsigned char *block;

		if (4 * size > test_bytes_max())
			continue;
		block = expect_block_or_enomem(allocate_large(i, size));
		if (!block)
			continue;
		if (i % 4 == ZEROED)
			require(bytes_are(block, size, 0), "calloc gives zeroes");
		pattern_fill(block, size, i);
		void *moved = expect_block_or_enomem(fam_realloc(block, 2 * size));

		block = moved ? moved : block;
		require(pattern_prefix_holds(block, size, i, size), "a realloc keeps the content");
		moved = expect_block_or_enomem(fam_realloc(block, size / 2 + 1));
		block = moved ? moved : block;
		require(pattern_prefix_holds(block, size, i, size / 2 + 1), "and when it shrinks");
		fam_free(block);
		require_sound();
	}
}

/* More at a time than a region holds: another one is wanted. */
static void work_on_another_region(void)
{
	enum {
		COUNT = 24
	};
	const size_t size = REGION_SIZE / 5;
	unsigned char *blocks[COUNT];

	for (uint32_t i = 0; i < COUNT; i++) {
		blocks[i] = expect_block_or_enomem(fam_malloc(size));
		if (blocks[i])
			pattern_fill(blocks[i], 1000, i);
	}
	for (uint32_t i = 0; i < COUNT; i++) {
		require(!blocks[i] || pattern_holds(blocks[i], 1000, i),
			"blocks of several regions stay whole");
		fam_free(blocks[i]);
		require_sound();
	}
}

/* Mappings beside each other: one of them must move to grow. */
static void work_on_huge_blocks(void)
{
	enum {
		COUNT = 3
	};
	unsigned char *blocks[COUNT];

	for (uint32_t i = 0; i < COUNT; i++) {
		blocks[i] = expect_block_or_enomem(fam_malloc(REGION_SIZE));
		if (blocks[i])
			pattern_fill(blocks[i], REGION_SIZE, i);
	}
	for (uint32_t i = 0; i < COUNT; i++) {
		if (!blocks[i])
			continue;
		void *moved = expect_block_or_enomem(fam_realloc(blocks[i], 3 * REGION_SIZE));

		blocks[i] = moved ? moved : blocks[i];
		require(pattern_prefix_holds(blocks[i], REGION_SIZE, i, REGION_SIZE),
			"a mapping keeps its content");
	}
	for (uint32_t i = 0; i < COUNT; i++) {
		fam_free(blocks[i]);
		require_sound();
	}
}

#if IS_ENABLED(CONFIG_THREADS)
static void *work_in_thread(void *argument)
{
	work_on_small_blocks();
	return argument;
}

/* A thread without a heap of its own gets none while memory lacks: it is refused as well. */
static void work_on_another_thread(void)
{
	pthread_t thread;

	/* It may itself need the heap (glibc's calloc for thread-local variables), and be refused. */
	if (pthread_create(&thread, NULL, work_in_thread, NULL) == 0)
		pthread_join(thread, NULL);
	errno = 0;
}
#else
static void work_on_another_thread(void)
{
}
#endif

static void a_days_work(void)
{
	work_on_small_blocks();
	/* Twice a day, for the first time memory is purged it is tried whether it is zero. */
	fam_malloc_trim(0);
	work_on_large_blocks();
	work_on_another_region();
	work_on_huge_blocks();
	work_on_another_thread();
	fam_malloc_trim(0);
	require_sound();
}

/* On 32-bit machines a spare region; else a refused reservation makes the next one another. */
#define DIFFERENCE_MAX (sizeof(void *) == 4 ? REGION_SIZE : 128 * MIB)

static size_t failing_call;
static size_t bytes_without_refusal;
static bool fails_for_good;

static void work_with_a_refusal(void)
{
	refusals_plan(failing_call, fails_for_good);
	a_days_work();
	refusals_plan(0, false);
	void *block = fam_calloc(1, REGION_SIZE / 3);

	require(block != NULL, "memory is had again once there is some");
	require(bytes_are(block, REGION_SIZE / 3, 0), "and where discarding was refused is zero");
	fam_free(block);
	a_days_work();
	size_t bytes_before = bytes_taken();

	a_days_work();
	require(bytes_taken() <= bytes_before, "nothing was lost");
	require(bytes_taken() <= bytes_without_refusal + DIFFERENCE_MAX, "nor was at the refusal");
}

static void work_without_refusal(void)
{
	for (size_t i = 0; i < 3; i++)
		a_days_work();
	dprintf(STDERR_FILENO, "\n%zu", bytes_taken());
}

/* How much the same work maps when nothing is refused. */
static void measure_without_refusal(void)
{
	char text[1024];

	assert_int_equal(run_in_child(work_without_refusal, text, sizeof(text)), 0);
	/* Before that line the engine may have warned of unaligned memory. */
	const char *last_line = strrchr(text, '\n');

	assert_non_null(last_line);
	char *end;

	bytes_without_refusal = strtoul(last_line, &end, 10);
	assert_true(end > last_line + 1 && *end == '\0');
}

static void count_calls(void)
{
	size_t before = refusals_asked();

	a_days_work();
	size_t count = refusals_asked() - before;

	_exit(count < CALLS_MAX ? (int)(count / 4 + 1) : 255);
}

/* How many calls a day's work makes, rounded up to a multiple of four: an exit status is a byte. */
static size_t calls_of_a_day(void)
{
	char text[1024];
	int status = run_in_child(count_calls, text, sizeof(text));

	print_message("%s", text);
	assert_in_range(status, 1, CALLS_MAX / 4 + 1);
	return (size_t)status * 4;
}

static void refuse_each_call(bool for_good)
{
	size_t calls = calls_of_a_day();
	/* What is discarded is overwritten where it may keep its content, and that is as much as a region is large. */
	size_t step = test_is_slow() || REGION_SIZE > REGION_LARGE ? calls / 12 + 1 : 1;

	measure_without_refusal();
	print_message("a day's work makes at most %zu calls that can fail\n", calls);
	for (failing_call = 1; failing_call <= calls; failing_call += step) {
		char text[1024];

		fails_for_good = for_good;
		int status = run_in_child(work_with_a_refusal, text, sizeof(text));

		if (status != EXIT_SOUND)
			print_error("call %zu refused: status %d\n%s", failing_call, status, text);
		assert_int_equal(status, EXIT_SOUND);
	}
}

static void each_call_is_refused_once(void **state)
{
	(void)state;
	refuse_each_call(false);
}

static void each_call_is_refused_for_good(void **state)
{
	(void)state;
	refuse_each_call(true);
}

static void require_every_kind_of_call(void)
{
	static const char *const names[] = {"map",  "reserve", "commit",
					    "move", "resize",  "discard"};
	const bool is_due[] = {
		[OS_MAP] = true,
		[OS_RESERVE] = true,
		[OS_COMMIT] = sizeof(void *) > 4,
		/* Huge blocks beside each other grow, in what regions leave of the limit. */
		[OS_MOVE] = HEAP_LIMIT / 6 >= REGION_SIZE,
		[OS_RESIZE] = HEAP_LIMIT / 6 >= REGION_SIZE,
		[OS_DISCARD] = !IS_ENABLED(CONFIG_PURGE_NEVER),
	};
	size_t before[OS_CALLS];

	/* What was called before the day does not count: no refusal would meet it. */
	for (size_t i = 0; i < OS_CALLS; i++)
		before[i] = os_double_calls_of((enum os_call)i);
	a_days_work();
	for (size_t i = 0; i < OS_CALLS; i++)
		require(!is_due[i] || os_double_calls_of((enum os_call)i) > before[i], names[i]);
}

/* Else the refusals below would not refuse all that can be. */
static void a_days_work_makes_every_call(void **state)
{
	char text[1024];
	int status = run_in_child(require_every_kind_of_call, text, sizeof(text));

	(void)state;
	print_message("%s", text);
	assert_int_equal(status, EXIT_SOUND);
}

static void refuse_everything(void)
{
	size_t before = refusals_made();

	refusals_plan(1, true);
	for (size_t size = 1; size < 4 * REGION_SIZE; size = size * 2 + 1)
		fam_free(expect_block_or_enomem(fam_malloc(size)));
	refusals_plan(0, false);
	require(refusals_made() > before, "what was to be refused was refused");
	a_days_work();
}

/* Nothing at all from the start: what the static metadata and what is there allow, and no more. */
static void refused_from_the_start(void **state)
{
	char text[1024];
	int status = run_in_child(refuse_everything, text, sizeof(text));

	(void)state;
	print_message("%s", text);
	assert_int_equal(status, EXIT_SOUND);
}

static bool first_was_fine;

/* The first request of the process, with nothing there yet but the static metadata. */
static void refuse_the_first(void)
{
	refusals_plan(1, true);
	errno = 0;
	void *small = fam_malloc(100);

	/* musl's pthread_atfork() may have been earlier. */
	first_was_fine = small || errno == ENOMEM;
	for (size_t size = 1; size < 4 * REGION_SIZE; size = size * 2 + 1)
		fam_free(fam_malloc(size));
	refusals_plan(0, false);
	fam_free(small);
}

static void the_first_request_may_be_refused(void **state)
{
	(void)state;
	assert_true(first_was_fine);
	assert_int_not_equal(refusals_made(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_request_may_be_refused),
		cmocka_unit_test(a_days_work_makes_every_call),
		cmocka_unit_test(refused_from_the_start),
		cmocka_unit_test(each_call_is_refused_once),
		cmocka_unit_test(each_call_is_refused_for_good),
	};

	/* Where the engine can tell what is left of a mapping. */
	os_double_refuse_late(!test_is_emulated());
	refuse_the_first();
	return cmocka_run_group_tests_name("os_fault", tests, NULL, NULL);
}
