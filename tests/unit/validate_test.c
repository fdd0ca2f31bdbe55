/*
 * heap_validate() after every operation: it walks every region, descriptor, list and bitmap and
 * counts contradictions, of which there are none, whatever was asked for before.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/shadow.h"
#include "support/thread.h"

#include "arena/region.h"
#include "diagnostics/validate.h"

static struct shadow shadow;
static struct test_random random_numbers;

static void expect_sound(void)
{
	assert_int_equal(heap_validate(), 0);
}

static void sound_from_the_start(void **state)
{
	(void)state;
	expect_sound();
}

static void sound_after_each_size(void **state)
{
	(void)state;
	for (size_t size = 0; size <= test_bytes_max() / 4 && size <= 9 * MIB;
	     size = size + size / 12 + 1) {
		void *block = fam_malloc(size);

		assert_non_null(block);
		expect_sound();
		block = fam_realloc(block, size / 2 + 1);
		assert_non_null(block);
		expect_sound();
		fam_free(block);
		expect_sound();
	}
}

static void sound_after_each_alignment(void **state)
{
	(void)state;
	for (size_t alignment = 8; alignment <= test_bytes_max() / 8 && alignment <= 8 * MIB;
	     alignment *= 2) {
		for (size_t size = 1; size < 200000; size = size * 5 + 1) {
			void *block = fam_aligned_alloc(alignment, size);

			assert_non_null(block);
			expect_sound();
			fam_free(block);
			expect_sound();
		}
	}
}

static void change_slot(size_t slot, size_t bound)
{
	size_t size = test_random_size(&random_numbers, bound);

	if (!shadow.blocks[slot].address) {
		void *block = test_random_below(&random_numbers, 4) ? fam_malloc(size)
								    : fam_aligned_alloc(64, size);

		shadow_add(&shadow, slot, block, size);
	} else if (test_random_below(&random_numbers, 4) == 0) {
		shadow_move(&shadow, slot, fam_realloc(shadow.blocks[slot].address, size + 1),
			    size + 1);
	} else {
		fam_free(shadow_remove(&shadow, slot));
	}
}

static void sound_after_each_random_operation(void **state)
{
	static const size_t bounds[] = {100, 3000, 40000, 1000000};
	const size_t rounds = test_rounds(3000);

	(void)state;
	test_random_seed(&random_numbers, 9);
	for (size_t b = 0; b < ARRAY_LENGTH(bounds); b++) {
		for (size_t i = 0; i < rounds; i++) {
			size_t slots = bounds[b] > 100000 ? 8 : 200;

			if (bounds[b] > test_bytes_max() / 16)
				break;
			change_slot(test_random_below(&random_numbers, slots), bounds[b]);
			expect_sound();
		}
		shadow_check(&shadow);
	}
	for (size_t slot = 0; slot < SHADOW_SLOTS; slot++) {
		if (shadow.blocks[slot].address)
			fam_free(shadow_remove(&shadow, slot));
	}
	expect_sound();
	fam_malloc_trim(0);
	expect_sound();
}

static void sound_after_each_refusal(void **state)
{
	(void)state;
	for (size_t size = SIZE_MAX; size > PTRDIFF_MAX; size -= size / 9) {
		assert_null(fam_malloc(size));
		expect_sound();
		assert_null(fam_aligned_alloc(4096, size));
		expect_sound();
	}
}

#ifdef CONFIG_THREADS
enum {
	LEFT = 300
};
static void *left[LEFT];

static void *leave_blocks(void *argument)
{
	(void)argument;
	for (size_t i = 0; i < LEFT; i++) {
		left[i] = fam_malloc(i * 11 + 1);
		THREAD_EXPECT(left[i] != NULL);
		THREAD_EXPECT(heap_validate() == 0);
	}
	return NULL;
}

static void *free_left_blocks(void *argument)
{
	size_t begin = (size_t)argument;

	for (size_t i = begin; i < LEFT; i += 3) {
		fam_free(left[i]);
		THREAD_EXPECT(heap_validate() == 0);
	}
	return NULL;
}

/* One thread at a time, but blocks of threads that are gone: the ownership word's whole life. */
static void sound_after_exits_and_late_frees(void **state)
{
	(void)state;
	for (size_t round = 0; round < test_rounds(8); round++) {
		if (round % 2)
			thread_run(leave_blocks, NULL);
		else
			thread_run_and_retire(leave_blocks, NULL);
		expect_sound();
		free_left_blocks((void *)0);
		thread_run(free_left_blocks, (void *)1);
		expect_sound();
		thread_run(free_left_blocks, (void *)2);
		expect_sound();
	}
}
#endif

/*
 * Memory of regions that were full is there again when half of it was freed. A heap's own limit may come before the
 * second of them.
 */
static void sound_after_full_regions(void **state)
{
	enum {
		COUNT = 2 * GRANULES_PER_REGION + 1,
	};
	void *block[COUNT];
	size_t count = 0;

	(void)state;
	while (count < COUNT && (block[count] = fam_malloc(GRANULE_SIZE)))
		count++;
	assert_true(count == COUNT ||
		    (IS_ENABLED(CONFIG_HEAP_LIMIT) && count >= GRANULES_PER_REGION));
	assert_int_equal(heap_validate(), 0);
	for (size_t i = 0; i < count; i += 2)
		fam_free(block[i]);
	assert_int_equal(heap_validate(), 0);
	for (size_t i = 1; i < count; i += 2)
		fam_free(block[i]);
	assert_int_equal(heap_validate(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_from_the_start),
		cmocka_unit_test(sound_after_each_size),
		cmocka_unit_test(sound_after_each_alignment),
		cmocka_unit_test(sound_after_each_random_operation),
		cmocka_unit_test(sound_after_each_refusal),
		cmocka_unit_test(sound_after_full_regions),
#ifdef CONFIG_THREADS
		cmocka_unit_test(sound_after_exits_and_late_frees),
#endif
	};

	return cmocka_run_group_tests_name("validate", tests, NULL, NULL);
}
