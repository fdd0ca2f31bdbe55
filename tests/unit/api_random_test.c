/*
 * A random differential test: all calls of the family in random order and sizes against the
 * shadow heap, which knows what must be where. TEST_SEED=number repeats a run.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/shadow.h"

static struct shadow shadow;
static struct test_random random_numbers;

enum {
	OPERATIONS = 60000,
	OPERATIONS_BETWEEN_CHECKS = 500,
	SMALL_BOUND = 2048,
	LARGE_SHARE = 32, /* one request in that many may be beyond SMALL_BOUND */
};

static size_t random_request(size_t bound)
{
	if (test_random_below(&random_numbers, LARGE_SHARE) == 0)
		return test_random_size(&random_numbers, bound);
	return test_random_size(&random_numbers, bound < SMALL_BOUND ? bound : SMALL_BOUND);
}

static void *allocate_zeroed(size_t size)
{
	size_t count = test_random_below(&random_numbers, 9) + 1;
	void *block = fam_calloc(count, (size + count - 1) / count);

	assert_non_null(block);
	assert_true(bytes_are(block, size, 0));
	return block;
}

static void *allocate_aligned(size_t size)
{
	size_t alignment = (size_t)1 << (4 + test_random_below(&random_numbers, 12));
	void *block = NULL;

	switch (test_random_below(&random_numbers, 3)) {
	case 0:
		block = fam_aligned_alloc(alignment, size);
		break;
	case 1:
		assert_int_equal(fam_posix_memalign(&block, alignment, size), 0);
		break;
	default:
		block = fam_memalign(alignment, size);
		break;
	}
	assert_non_null(block);
	assert_true(test_is_aligned(block, alignment));
	return block;
}

static void allocate_into(size_t slot, size_t bound)
{
	size_t size = random_request(bound);
	void *block;

	switch (test_random_below(&random_numbers, 8)) {
	case 0:
		block = allocate_zeroed(size);
		break;
	case 1:
		block = allocate_aligned(size);
		break;
	case 2:
		block = fam_realloc(NULL, size);
		break;
	case 3:
		block = fam_malloc(size);
		size = fam_malloc_usable_size(block);
		break;
	default:
		block = fam_malloc(size);
		break;
	}
	shadow_add(&shadow, slot, block, size);
}

static void reallocate(size_t slot, size_t bound)
{
	size_t size = random_request(bound) + 1;
	void *block = shadow.blocks[slot].address;

	if (test_random_below(&random_numbers, 2))
		block = fam_realloc(block, size);
	else
		block = fam_reallocarray(block, 1, size);
	shadow_move(&shadow, slot, block, size);
}

static void release(size_t slot)
{
	fam_free(shadow_remove(&shadow, slot));
}

static void release_all(void)
{
	for (size_t slot = 0; slot < SHADOW_SLOTS; slot++) {
		if (shadow.blocks[slot].address)
			release(slot);
	}
}

static void run(uint32_t salt, size_t bound)
{
	const size_t operations = test_rounds(OPERATIONS);

	test_random_seed(&random_numbers, salt);
	for (size_t i = 0; i < operations; i++) {
		size_t slot = test_random_below(&random_numbers, SHADOW_SLOTS);
		size_t room = test_bytes_max() / 2;
		size_t left = shadow.live_bytes < room ? room - shadow.live_bytes : 0;

		if (!shadow.blocks[slot].address)
			allocate_into(slot, bound < left ? bound : left);
		else if (test_random_below(&random_numbers, 4) == 0)
			reallocate(slot, bound < left ? bound : left);
		else
			release(slot);
		if (i % OPERATIONS_BETWEEN_CHECKS == 0)
			shadow_check(&shadow);
		if (test_random_below(&random_numbers, 5000) == 0)
			fam_malloc_trim(0);
	}
	shadow_check(&shadow);
	release_all();
}

static void small_requests(void **state)
{
	(void)state;
	run(1, SMALL_BOUND);
}

static void requests_of_every_tier(void **state)
{
	(void)state;
	run(2, 8 * MIB);
}

/* Nearly every request beyond a slab, so that runs are cut, joined and given back. */
static void mostly_large_requests(void **state)
{
	const size_t operations = test_rounds(4000);

	(void)state;
	test_random_seed(&random_numbers, 3);
	for (size_t i = 0; i < operations; i++) {
		size_t slot = test_random_below(&random_numbers, 64);
		size_t bound = test_bytes_max() / 128 < 3 * MIB ? test_bytes_max() / 128 : 3 * MIB;
		size_t size = test_random_below(&random_numbers, bound);

		if (!shadow.blocks[slot].address)
			shadow_add(&shadow, slot, fam_malloc(size), size);
		else if (test_random_below(&random_numbers, 3) == 0)
			shadow_move(&shadow, slot,
				    fam_realloc(shadow.blocks[slot].address, size + 1), size + 1);
		else
			release(slot);
		if (i % OPERATIONS_BETWEEN_CHECKS == 0)
			shadow_check(&shadow);
	}
	shadow_check(&shadow);
	release_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_requests),
		cmocka_unit_test(requests_of_every_tier),
		cmocka_unit_test(mostly_large_requests),
	};

	return cmocka_run_group_tests_name("api_random", tests, NULL, NULL);
}
