/*
 * Adaptive huge pages beside much of huge blocks: large runs come from regions with huge pages, and mappings are
 * rounded up to whole ones as long as that adds an eighth at most to all of them; but not where memory has a limit.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/refusals.h"

#include "arena/arena.h"
#include "arena/huge_pages.h"
#include "arena/mapping_cache.h"
#include "arena/regions.h"
#include "diagnostics/validate.h"
#include "heap/large.h"
#include "platform/os.h"

#include <sys/resource.h>

/* The least run that is given huge pages. */
#define RUN_SIZE ((size_t)1 << (HUGE_PAGE_SIZE_LOG2 - 1))

/* So much that all have huge pages, and an eighth is enough for one that is rounded. */
#define MUCH_SIZE (HUGE_PAGES_FOR_ALL * CONFIG_THP_THRESHOLD_MIB * MIB + 32 * RUN_SIZE)

/* A huge block whose mapping is two huge pages and a bit: the third adds nearly half. */
#define BLOCK_SIZE   (4 * RUN_SIZE)
#define EXACT_SIZE   (BLOCK_SIZE + GRANULE_SIZE)
#define ROUNDED_SIZE (6 * RUN_SIZE)

enum {
	BLOCKS = 16, /* so many that an eighth is not enough for all of them */
	RESIZES = 32,
};

/* The heap's own limit is one that rounding would reach before its time. */
static const bool is_for_all = !IS_ENABLED(CONFIG_HEAP_LIMIT);

static void skip_unless_possible(void)
{
	if (BLOCK_SIZE <= LARGE_SIZE_MAX || MUCH_SIZE <= LARGE_SIZE_MAX ||
	    MUCH_SIZE + BLOCKS * ROUNDED_SIZE > test_bytes_max() || os_address_space_is_limited() ||
	    os_data_is_limited())
		skip();
}

static void *take(size_t size)
{
	void *block = fam_malloc(size);

	assert_non_null(block);
	return block;
}

static bool has_huge_pages(const void *block)
{
	return region_slot(region_of(block))->is_huge;
}

static void large_runs_have_huge_pages(void **state)
{
	void *block[4];

	(void)state;
	skip_unless_possible();
	block[0] = take(RUN_SIZE);
	assert_false(has_huge_pages(block[0]));
	block[1] = take(MUCH_SIZE);
	/* Where no region is to be had, any will do. */
	refusals_plan(1, true);
	block[2] = fam_malloc(RUN_SIZE);
	refusals_plan(0, false);
	if (REGION_SIZE > 3 * RUN_SIZE) {
		assert_non_null(block[2]);
		assert_false(has_huge_pages(block[2]));
	}
	/* There is room beside the others, and yet. */
	fam_free(block[0]);
	fam_malloc_trim(0);
	block[0] = take(RUN_SIZE);
	assert_int_equal(has_huge_pages(block[0]), is_for_all);
	/* The next one in the same region. */
	block[3] = take(RUN_SIZE);
	if (REGION_SIZE > 3 * RUN_SIZE)
		assert_ptr_equal(region_of(block[3]), region_of(block[0]));
	for (size_t i = 0; i < ARRAY_LENGTH(block); i++)
		fam_free(block[i]);
	assert_int_equal(heap_validate(), 0);
}

static size_t mapped_for(const void *block)
{
	return region_of(block)->mapping_size;
}

static size_t mapped_for_block(void)
{
	void *block = take(BLOCK_SIZE);
	size_t size = mapped_for(block);

	fam_free(block);
	return size;
}

/* The same under a limit that is far away. */
static size_t mapped_under(int resource)
{
	struct rlimit before;
	struct rlimit limit;
	size_t size;

	assert_int_equal(getrlimit((__typeof__(RLIMIT_AS))resource, &before), 0);
	limit = before;
	limit.rlim_cur = (rlim_t)1 << 46;
	assert_int_equal(setrlimit((__typeof__(RLIMIT_AS))resource, &limit), 0);
	size = mapped_for_block();
	assert_int_equal(setrlimit((__typeof__(RLIMIT_AS))resource, &before), 0);
	return size;
}

static void mappings_are_rounded(void **state)
{
	void *much;

	(void)state;
	skip_unless_possible();
	assert_int_equal(mapped_for_block(), EXACT_SIZE);
	much = take(MUCH_SIZE);
	assert_int_equal(mapped_for_block(), is_for_all ? ROUNDED_SIZE : EXACT_SIZE);
	/* qemu-user does not pass limits on. */
	if (!test_is_emulated()) {
		assert_int_equal(mapped_under(RLIMIT_AS), EXACT_SIZE);
		assert_int_equal(mapped_under(RLIMIT_DATA), EXACT_SIZE);
		assert_int_equal(mapped_for_block(), is_for_all ? ROUNDED_SIZE : EXACT_SIZE);
	}
	fam_free(much);
	assert_int_equal(mapped_for_block(), EXACT_SIZE);
	assert_int_equal(heap_validate(), 0);
}

static void rounding_adds_an_eighth_at_most(void **state)
{
	void *block[BLOCKS];
	void *much;
	size_t added = 0;

	(void)state;
	skip_unless_possible();
	if (!is_for_all)
		skip();
	much = take(MUCH_SIZE);
	for (size_t i = 0; i < BLOCKS; i++) {
		block[i] = take(BLOCK_SIZE);
		added += mapped_for(block[i]) - EXACT_SIZE;
	}
	assert_int_equal(mapped_for(block[0]), ROUNDED_SIZE);
	assert_in_range(added, 1, mapping_cache_bytes_in_use() / 8);
	for (size_t i = 1; i < BLOCKS; i++)
		fam_free(block[i]);
	/* What was added to them can be added again, and is not counted twice when a block is resized. */
	for (size_t i = 0; i < RESIZES; i++) {
		block[0] = fam_realloc(block[0], 3 * BLOCK_SIZE);
		assert_non_null(block[0]);
		block[0] = fam_realloc(block[0], BLOCK_SIZE);
		assert_int_equal(mapped_for(block[0]), ROUNDED_SIZE);
	}
	assert_int_equal(mapped_for_block(), ROUNDED_SIZE);
	fam_free(block[0]);
	fam_free(much);
	assert_int_equal(heap_validate(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_runs_have_huge_pages),
		cmocka_unit_test(mappings_are_rounded),
		cmocka_unit_test(rounding_adds_an_eighth_at_most),
	};

	return cmocka_run_group_tests_name("huge pages", tests, NULL, NULL);
}
