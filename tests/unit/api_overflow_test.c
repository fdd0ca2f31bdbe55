/*
 * Requests that cannot be met: NULL with errno ENOMEM (POSIX.1-2017 malloc, calloc, realloc;
 * glibc and musl refuse more than PTRDIFF_MAX bytes, since a larger object breaks pointer
 * subtraction), a product that overflows (C11 7.22.3.2 read with DR 266; reallocarray(3)), and
 * blocks that stay what they were when a realloc fails.
 */
#include "support/test.h"
#include "support/family.h"

#include <errno.h>

static const size_t too_large[] = {
	SIZE_MAX,
	SIZE_MAX - 1,
	SIZE_MAX - 15,
	SIZE_MAX - 4095,
	SIZE_MAX - 65536,
	SIZE_MAX / 2 + 2,
	(size_t)PTRDIFF_MAX + 1,
#if PTRDIFF_MAX > INT32_MAX
	/* Allowed, but more than there are addresses; 32 bits may have that much. */
	(size_t)PTRDIFF_MAX,
	(size_t)PTRDIFF_MAX - 4096,
#endif
};

static void expect_enomem(void *block)
{
	assert_null(block);
	assert_int_equal(errno, ENOMEM);
	errno = 0;
}

static void malloc_refuses_more_than_ptrdiff_max(void **state)
{
	(void)state;
	errno = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(too_large); i++) {
		expect_enomem(fam_malloc(too_large[i]));
		expect_enomem(fam_calloc(1, too_large[i]));
		expect_enomem(fam_calloc(too_large[i], 1));
		expect_enomem(fam_realloc(NULL, too_large[i]));
		expect_enomem(fam_reallocarray(NULL, 1, too_large[i]));
		expect_enomem(fam_valloc(too_large[i]));
		expect_enomem(fam_pvalloc(too_large[i]));
		expect_enomem(fam_memalign(64, too_large[i]));
		expect_enomem(fam_aligned_alloc(4096, too_large[i]));
	}
}

/* Products that wrap round to something small, which a naive calloc would hand out. */
static void products_that_wrap_are_refused(void **state)
{
	const size_t half = (size_t)1 << (4 * sizeof(size_t));
	const struct {
		size_t count;
		size_t size;
	} products[] = {
		{half, half},
		{half + 1, half},
		{half, half + 1},
		{SIZE_MAX, 2},
		{2, SIZE_MAX},
		{SIZE_MAX / 2 + 1, 2},
		{SIZE_MAX / 16 + 1, 16},
		{SIZE_MAX / 24 + 1, 24},
		{SIZE_MAX, SIZE_MAX},
		{half * 2, half / 2},
	};

	(void)state;
	errno = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(products); i++) {
		expect_enomem(fam_calloc(products[i].count, products[i].size));
		expect_enomem(fam_reallocarray(NULL, products[i].count, products[i].size));
	}
}

static void a_failed_realloc_leaves_the_block(void **state)
{
	static const size_t sizes[] = {0, 1, 100, 1000, 20000, 300000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
		void *block = fam_malloc(sizes[i]);

		assert_non_null(block);
		pattern_fill(block, sizes[i], 77);
		errno = 0;
		for (size_t k = 0; k < ARRAY_LENGTH(too_large); k++) {
			expect_enomem(fam_realloc(block, too_large[k]));
			expect_enomem(fam_reallocarray(block, too_large[k], 3));
		}
		assert_true(pattern_holds(block, sizes[i], 77));
		assert_true(fam_malloc_usable_size(block) >= sizes[i]);
		fam_free(block);
	}
}

/* After many refusals everything works as before. */
static void life_goes_on_after_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < 1000; i++)
		assert_null(fam_malloc(SIZE_MAX - i));
	for (size_t size = 1; size < 100000; size *= 2) {
		void *block = fam_calloc(1, size);

		assert_non_null(block);
		assert_true(bytes_are(block, size, 0));
		fam_free(block);
	}
}

/* Every size near the top of the address space, and each of them with each alignment. */
static void sizes_near_the_top_are_refused(void **state)
{
	(void)state;
	errno = 0;
	for (size_t n = 0; n < 3 * 4096; n = n < 70 ? n + 1 : n * 9 / 8) {
		char object;
		void *result = &object;

		expect_enomem(fam_malloc(SIZE_MAX - n));
		expect_enomem(fam_calloc(1, SIZE_MAX - n));
		expect_enomem(fam_realloc(NULL, SIZE_MAX - n));
		expect_enomem(fam_pvalloc(SIZE_MAX - n));
		expect_enomem(fam_valloc(SIZE_MAX - n));
		for (size_t alignment = 1; alignment != 0; alignment *= 2) {
			expect_enomem(fam_aligned_alloc(alignment, SIZE_MAX - n));
			expect_enomem(fam_memalign(alignment, SIZE_MAX - n));
			if (alignment < sizeof(void *))
				continue;
			assert_int_equal(fam_posix_memalign(&result, alignment, SIZE_MAX - n),
					 ENOMEM);
			assert_ptr_equal(result, &object);
		}
	}
}

/* Their sum is beyond PTRDIFF_MAX, or wraps round, though each of them is not. */
static void size_and_alignment_together_are_too_large(void **state)
{
	const size_t half = (size_t)PTRDIFF_MAX / 2 + 1;

	(void)state;
	errno = 0;
	for (size_t n = 1; n <= half / 2; n *= 8) {
		expect_enomem(fam_aligned_alloc(half, half + n - 1));
		expect_enomem(fam_memalign(half, half + n));
	}
	expect_enomem(fam_aligned_alloc(half * 2, 1));
	expect_enomem(fam_aligned_alloc(half * 2, half * 2));
	expect_enomem(fam_memalign(half * 2, SIZE_MAX));
	expect_enomem(fam_aligned_alloc(half, (size_t)PTRDIFF_MAX));
}

/* Huge blocks are resized by another way than others. */
static void a_huge_block_outgrows_nothing(void **state)
{
	const size_t size = test_bytes_max() / 8;
	void *block = fam_malloc(size);

	(void)state;
	assert_non_null(block);
	pattern_fill(block, size, 7);
	errno = 0;
	for (size_t n = 0; n < 100 * KIB; n = n * 5 / 4 + 1) {
		expect_enomem(fam_realloc(block, SIZE_MAX - n));
		expect_enomem(fam_realloc(block, (size_t)PTRDIFF_MAX + 1 + n));
		expect_enomem(fam_reallocarray(block, SIZE_MAX / 2 - n, 3));
	}
	assert_true(pattern_holds(block, size, 7));
	fam_free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(malloc_refuses_more_than_ptrdiff_max),
		cmocka_unit_test(products_that_wrap_are_refused),
		cmocka_unit_test(a_failed_realloc_leaves_the_block),
		cmocka_unit_test(sizes_near_the_top_are_refused),
		cmocka_unit_test(size_and_alignment_together_are_too_large),
		cmocka_unit_test(a_huge_block_outgrows_nothing),
		cmocka_unit_test(life_goes_on_after_refusals),
	};

	return cmocka_run_group_tests_name("api_overflow", tests, NULL, NULL);
}
