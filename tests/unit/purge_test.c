/*
 * Purging, by the configured policy, on a clock that the test sets and with the calls to the
 * system noted. The makefile builds it for every policy. The clock starts at 0xFFFFFF00, so that
 * one of 32 bits wraps around in the middle.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/ledger.h"
#include "support/os_double.h"
#include "support/thread.h"

#include "arena/purge.h"
#include "diagnostics/validate.h"

#include <string.h>

/* Not every policy has them: the menu's numbers, or 0. */
#ifdef CONFIG_PURGE_DELAY_MS
#define DELAY_MS      CONFIG_PURGE_DELAY_MS
#define DIRTY_MAX_KIB CONFIG_PURGE_DIRTY_MAX_KIB
#else
#define DELAY_MS      0
#define DIRTY_MAX_KIB 0
#endif

enum {
	GRANULES = GRANULES_PER_REGION < 32 ? 4 : 8, /* two blocks fit beside each other */
	STEPS = 50,
};

#define CLOCK_START ((uint64_t)0xFFFFFF00)
#define BLOCK_SIZE  (GRANULES * GRANULE_SIZE)

/* D, in milliseconds; no constant, or the compiler would warn of comparisons with 0. */
static uint64_t delay = DELAY_MS;
static uint64_t now = CLOCK_START;

static void clock_advance(uint64_t ms)
{
	now += ms;
	os_double_set_clock(now);
}

static void tick(void)
{
	purge_tick(purge_clock_now());
	assert_int_equal(heap_validate(), 0);
}

/* A block of its own granules, written to. */
static unsigned char *take_block(void)
{
	unsigned char *block = fam_malloc(BLOCK_SIZE);

	assert_non_null(block);
	memset(block, 0x5A, BLOCK_SIZE);
	return block;
}

/* Everything that is free is purged, and the clock's tick lies no further back than now. */
static void settle(void)
{
	fam_malloc_trim(0);
	for (size_t i = 0; i < 3; i++) {
		clock_advance(delay);
		tick();
	}
	os_double_forget();
}

static size_t discarded_of(const unsigned char *block)
{
	return os_double_discarded(block, BLOCK_SIZE);
}

/* ---- delayed, and what decaying shares with it ---- */

/* Frees at `phase` after a tick: nothing goes before D, all of it at 2 D, each but for the time from tick to tick. */
static void check_delay(uint64_t phase)
{
	const uint64_t step = delay / STEPS + 1;
	unsigned char *block = take_block();
	uint64_t passed;

	settle();
	clock_advance(phase);
	fam_free(block);
	for (passed = 0; passed < delay; passed += step) {
		tick();
		assert_int_equal(discarded_of(block), 0);
		clock_advance(step);
	}
	for (; passed <= 2 * delay + step; passed += step) {
		tick();
		clock_advance(step);
	}
	tick();
	if (IS_ENABLED(CONFIG_PURGE_DELAYED))
		assert_int_equal(discarded_of(block), BLOCK_SIZE);
	else
		assert_true(discarded_of(block) > 0);
}

static void nothing_goes_before_d_all_goes_at_2d(void **state)
{
	(void)state;
	for (uint64_t phase = 0; phase < delay; phase += delay / 7 + 1)
		check_delay(phase);
	check_delay(delay - 1);
}

static void a_clock_that_stands_purges_nothing(void **state)
{
	unsigned char *block = take_block();

	(void)state;
	settle();
	fam_free(block);
	for (size_t i = 0; i < 1000; i++)
		purge_tick(purge_clock_now());
	assert_int_equal(discarded_of(block), 0);
}

/* Idle for weeks: a signed difference would call that the past, and stall. */
static void long_pauses_do_not_stall(void **state)
{
	static const uint64_t pauses[] = {0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(pauses); i++) {
		unsigned char *block = take_block();

		settle();
		fam_free(block);
		clock_advance(pauses[i]);
		tick();
		clock_advance(pauses[i]);
		tick();
		clock_advance(delay);
		tick();
		assert_true(discarded_of(block) > 0);
	}
}

/* Used again within the window, a granule is young when it is freed next. */
static void reuse_makes_young(void **state)
{
	if (delay < 2) {
		print_message("a delay of a millisecond has no parts\n");
		skip();
	}
	unsigned char *block = take_block();

	(void)state;
	settle();
	fam_free(block);
	clock_advance(delay);
	tick(); /* it is old now */
	unsigned char *again = take_block();

	assert_ptr_equal(again, block); /* dirty memory is handed out first */
	clock_advance(delay - 1);
	tick();
	fam_free(again);
	clock_advance(1);
	tick();
	assert_int_equal(discarded_of(block), 0);
	clock_advance(delay - 2);
	tick();
	assert_int_equal(discarded_of(block), 0);
	/* Where half goes at a time, the highest first, it may not be its turn yet. */
	for (size_t i = 0; i < (IS_ENABLED(CONFIG_PURGE_DECAY) ? 8 : 1); i++) {
		clock_advance(delay + 1);
		tick();
	}
	assert_true(discarded_of(block) > 0);
}

static unsigned char *freed_meanwhile;

/* The system takes its time to discard, and another thread frees a block then. */
static void free_during_discard(void)
{
	unsigned char *block = freed_meanwhile;

	freed_meanwhile = NULL;
	if (!block)
		return;
	clock_advance(delay / 2);
	fam_free(block);
}

static void purge_while_freeing(unsigned char *block, unsigned char *meanwhile)
{
	settle();
	fam_free(block);
	clock_advance(delay);
	tick(); /* it is old now */
	clock_advance(delay);
	freed_meanwhile = meanwhile;
	os_double_before_discard(free_during_discard);
	tick();
	os_double_before_discard(NULL);
	assert_null(freed_meanwhile);
	assert_true(discarded_of(block) > 0);
}

/* What is freed while a tick is at work is not older than it is. */
static void freed_during_a_tick_is_young(void **state)
{
	unsigned char *block = take_block();
	unsigned char *other = take_block();

	(void)state;
	purge_while_freeing(block, other);
	for (uint64_t passed = 0; passed + 1 < delay; passed += delay / STEPS + 1) {
		tick();
		assert_int_equal(discarded_of(other), 0);
		clock_advance(delay / STEPS + 1);
	}
	for (size_t i = 0; i < 3; i++) {
		clock_advance(delay);
		tick();
	}
	assert_true(discarded_of(other) > 0);
}

/*
 * On 32-bit machines, where empty regions are unmapped: one of which a part is being purged when
 * the other becomes free is free as a whole.
 */
static void emptied_during_a_tick_is_unmapped(void **state)
{
	enum {
		FILLERS_MAX = 64
	};
	unsigned char *fillers[FILLERS_MAX];
	size_t count = 0;

	(void)state;
	/* Two to a region, until two stand in one that is theirs alone. The first may stand beside what was there. */
	do {
		assert_true(count < FILLERS_MAX);
		fillers[count] = fam_malloc(REGION_SIZE / 3);
		assert_non_null(fillers[count]);
		count++;
	} while (count < 8 || region_of(fillers[count - 1]) != region_of(fillers[count - 2]));
	struct region *region = region_of(fillers[count - 1]);

	purge_while_freeing(fillers[count - 1], fillers[count - 2]);
	for (size_t i = 0; i < 12; i++) {
		clock_advance(delay);
		tick();
	}
	assert_false(ledger_holds(region, REGION_SIZE));
	for (size_t i = 0; i < count - 2; i++)
		fam_free(fillers[i]);
}

/* What is live is never touched, and what is used again within the window is whole. */
static void live_blocks_are_left_alone(void **state)
{
	enum {
		COUNT = 24
	};
	unsigned char *blocks[COUNT];

	(void)state;
	for (uint32_t i = 0; i < COUNT; i++) {
		blocks[i] = take_block();
		pattern_fill(blocks[i], BLOCK_SIZE, i);
	}
	settle();
	for (uint32_t i = 0; i < COUNT; i += 2)
		fam_free(blocks[i]);
	for (size_t i = 0; i < 6; i++) {
		clock_advance(delay);
		tick();
	}
	fam_malloc_trim(0);
	for (uint32_t i = 1; i < COUNT; i += 2) {
		assert_int_equal(discarded_of(blocks[i]), 0);
		assert_true(pattern_holds(blocks[i], BLOCK_SIZE, i));
		fam_free(blocks[i]);
	}
}

/* ---- decaying ---- */

/* Half of what is old goes at each tick, the highest addresses first. */
static void half_of_it_goes_each_tick(void **state)
{
	unsigned char *block = take_block();
	size_t gone = 0;

	(void)state;
	settle();
	fam_free(block);
	clock_advance(delay);
	tick();
	assert_int_equal(discarded_of(block), 0);
	for (size_t left = GRANULES; left > 0; left /= 2) {
		clock_advance(delay);
		tick();
		gone += (left + 1) / 2;
		gone = gone < GRANULES ? gone : GRANULES;
		assert_int_equal(discarded_of(block), gone * GRANULE_SIZE);
		assert_int_equal(os_double_discarded(block, (GRANULES - gone) * GRANULE_SIZE), 0);
	}
	assert_int_equal(gone, GRANULES);
}

/* ---- immediate, never, manual, capped ---- */

static void a_freed_run_goes_at_once(void **state)
{
	unsigned char *block = take_block();

	(void)state;
	os_double_forget();
	fam_free(block);
	assert_int_equal(discarded_of(block), BLOCK_SIZE);
}

static void nothing_ever_goes(void **state)
{
	unsigned char *block = take_block();

	(void)state;
	os_double_forget();
	fam_free(block);
	clock_advance(1000000);
	tick();
	assert_int_equal(fam_malloc_trim(0), 0);
	assert_int_equal(os_double_discarded_in_all(), 0);
}

static void nothing_goes_until_it_is_asked_for(void **state)
{
	unsigned char *block = take_block();

	(void)state;
	fam_malloc_trim(0);
	os_double_forget();
	fam_free(block);
	clock_advance(1000000);
	tick();
	assert_int_equal(os_double_discarded_in_all(), 0);
	assert_int_equal(fam_malloc_trim(0), 1);
	assert_int_equal(discarded_of(block), BLOCK_SIZE);
	assert_int_equal(fam_malloc_trim(0), 0);
}

static void trim_takes_all_at_once(void **state)
{
	unsigned char *block = take_block();

	(void)state;
	settle();
	fam_free(block);
	assert_int_equal(fam_malloc_trim(0), 1);
	assert_int_equal(discarded_of(block), BLOCK_SIZE);
}

static size_t dirty_bytes(void)
{
	size_t granules = 0;
	const struct arena *arena;

	for (unsigned i = 0; (arena = arena_peek(i)); i++)
		granules += arena->dirty_count;
	return granules * GRANULE_SIZE;
}

/* With PURGE_DIRTY_MAX_KIB: after each release there is no more than that. */
static void dirty_bytes_stay_below_the_cap(void **state)
{
	enum {
		COUNT = 16
	};
	unsigned char *blocks[COUNT];

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		blocks[i] = take_block();
	for (size_t i = 0; i < COUNT; i++) {
		fam_free(blocks[i]);
		assert_true(dirty_bytes() / KIB <= DIRTY_MAX_KIB);
		assert_int_equal(heap_validate(), 0);
	}
	if (COUNT * BLOCK_SIZE / KIB > DIRTY_MAX_KIB)
		assert_true(os_double_discarded_in_all() > 0);
}

/* ---- for every policy ---- */

/* What no system has room for is refused, and what is kept for the next blocks stays. */
static void no_room_is_made_for_an_absurd_size(void **state)
{
	volatile size_t size = (size_t)PTRDIFF_MAX + 1;
	unsigned char *block = take_block();

	(void)state;
	fam_malloc_trim(0);
	fam_free(block);
	os_double_forget();
	assert_null(fam_malloc(size));
	assert_int_equal(os_double_discarded_in_all(), 0);
}

/* Whatever was purged, calloc gives zeroes, and so it does on the pages of a system that lies. */
static void calloc_is_zero_after_a_purge(void **state)
{
	(void)state;
	for (size_t round = 0; round < 4; round++) {
		fam_free(take_block());
		clock_advance(delay);
		tick();
		if (round % 2)
			fam_malloc_trim(0);
		unsigned char *block = fam_calloc(1, BLOCK_SIZE);

		assert_non_null(block);
		assert_true(bytes_are(block, BLOCK_SIZE, 0));
		memset(block, 0xA5, BLOCK_SIZE);
		fam_free(block);
	}
}

/*
 * Every kind of request in turn, while the clock moves by D at each, so that every slow path that
 * purges does: what is live keeps its pattern, and what calloc gives is zero, on memory that was
 * poisoned when it was freed, in every tier.
 */
static void churn(uint32_t number, size_t bound)
{
	enum {
		SLOTS = 48
	};
	struct test_random random = {.state = number * 77u + 5u};
	unsigned char *blocks[SLOTS] = {0};
	size_t sizes[SLOTS];
	const size_t rounds = test_rounds(6000);

	for (uint32_t i = 0; i < rounds; i++) {
		uint32_t k = (uint32_t)test_random_below(&random, SLOTS);
		size_t size = test_random_size(&random, i % 8 ? bound / 16 : bound) + 1;

		if (blocks[k] && i % 5 == 0) {
			blocks[k] = fam_realloc(blocks[k], size);
			THREAD_EXPECT(pattern_prefix_holds(blocks[k], sizes[k], k, size));
			sizes[k] = size;
			pattern_fill(blocks[k], size, k);
		}
		if (blocks[k]) {
			THREAD_EXPECT(pattern_holds(blocks[k], sizes[k], k));
			memset(blocks[k], 0xA5, sizes[k]);
			fam_free(blocks[k]);
		}
		blocks[k] = i % 3 ? fam_calloc(1, size) : fam_malloc(size);
		if (!THREAD_EXPECT(blocks[k] && (i % 3 == 0 || bytes_are(blocks[k], size, 0))))
			return;
		sizes[k] = size;
		pattern_fill(blocks[k], size, k);
	}
	for (uint32_t k = 0; k < SLOTS; k++) {
		THREAD_EXPECT(!blocks[k] || pattern_holds(blocks[k], sizes[k], k));
		fam_free(blocks[k]);
	}
}

static void live_data_survives_purging_on_every_path(void **state)
{
	(void)state;
	os_double_run_clock(delay);
	churn(1, 4000);
	churn(2, MEDIUM_SIZE_MAX * 2);
	churn(3, 400 * KIB);
	os_double_run_clock(0);
	assert_int_equal(thread_failures(), 0);
	assert_int_equal(heap_validate(), 0);
	if (!IS_ENABLED(CONFIG_PURGE_NEVER) && !IS_ENABLED(CONFIG_PURGE_MANUAL))
		assert_true(os_double_discarded_in_all() > 0);
}

#if IS_ENABLED(CONFIG_THREADS)

static void *churn_in_thread(void *argument)
{
	churn(10 + (uint32_t)(uintptr_t)argument, 100 * KIB);
	return argument;
}

static void live_data_survives_the_purges_of_others(void **state)
{
	(void)state;
	os_double_run_clock(delay);
	threads_run(4, churn_in_thread);
	os_double_run_clock(0);
	assert_int_equal(heap_validate(), 0);
}

#endif

int main(void)
{
	const struct CMUnitTest clocked[] = {
		cmocka_unit_test(nothing_goes_before_d_all_goes_at_2d),
		cmocka_unit_test(a_clock_that_stands_purges_nothing),
		cmocka_unit_test(long_pauses_do_not_stall),
		cmocka_unit_test(reuse_makes_young),
		cmocka_unit_test(freed_during_a_tick_is_young),
		cmocka_unit_test(trim_takes_all_at_once),
	};
	const struct CMUnitTest unmapping[] = {
		cmocka_unit_test(emptied_during_a_tick_is_unmapped),
	};
	const struct CMUnitTest decaying[] = {cmocka_unit_test(half_of_it_goes_each_tick)};
	const struct CMUnitTest capped[] = {cmocka_unit_test(dirty_bytes_stay_below_the_cap)};
	const struct CMUnitTest immediate[] = {cmocka_unit_test(a_freed_run_goes_at_once)};
	const struct CMUnitTest never[] = {cmocka_unit_test(nothing_ever_goes)};
	const struct CMUnitTest manual[] = {cmocka_unit_test(nothing_goes_until_it_is_asked_for)};
	const struct CMUnitTest any[] = {
		cmocka_unit_test(live_blocks_are_left_alone),
		cmocka_unit_test(no_room_is_made_for_an_absurd_size),
		cmocka_unit_test(calloc_is_zero_after_a_purge),
		cmocka_unit_test(live_data_survives_purging_on_every_path),
#if IS_ENABLED(CONFIG_THREADS)
		cmocka_unit_test(live_data_survives_the_purges_of_others),
#endif
	};
	int failures = 0;

	os_double_set_clock(now);
	if (IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY))
		failures += cmocka_run_group_tests_name("purge by the clock", clocked, NULL, NULL);
	if (IS_ENABLED(CONFIG_PURGE_DELAYED) && sizeof(void *) == 4)
		failures += cmocka_run_group_tests_name("purge and unmap", unmapping, NULL, NULL);
	if (IS_ENABLED(CONFIG_PURGE_DECAY))
		failures += cmocka_run_group_tests_name("purge decaying", decaying, NULL, NULL);
	if (DIRTY_MAX_KIB > 0)
		failures += cmocka_run_group_tests_name("purge capped", capped, NULL, NULL);
	if (IS_ENABLED(CONFIG_PURGE_IMMEDIATE))
		failures += cmocka_run_group_tests_name("purge at once", immediate, NULL, NULL);
	if (IS_ENABLED(CONFIG_PURGE_NEVER))
		failures += cmocka_run_group_tests_name("purge never", never, NULL, NULL);
	if (IS_ENABLED(CONFIG_PURGE_MANUAL))
		failures += cmocka_run_group_tests_name("purge on demand", manual, NULL, NULL);
	failures += cmocka_run_group_tests_name("purge, any policy", any, NULL, NULL);
	return failures;
}
