/*
 * Aligned requests: aligned_alloc (C11 7.22.3.1, with the size freed from being a multiple by
 * DR 460), posix_memalign (POSIX.1-2017), memalign (glibc manual), for alignments from one byte
 * to several regions, and blocks as the rest of the family must treat them afterwards.
 */
#include "support/test.h"
#include "support/family.h"

#include <errno.h>
#include <string.h>

static size_t alignment_limit(void)
{
	size_t limit = sizeof(void *) > 4 ? 64 * MIB : 4 * MIB;

	while (limit > test_bytes_max() / 2)
		limit /= 2;
	return limit;
}

static const size_t sizes[] = {0, 1, 8, 24, 100, 1000, 1024, 4095, 10000, 16384, 70000, 600000};

static void check_and_free(void *block, size_t alignment, size_t size)
{
	assert_non_null(block);
	assert_true(test_is_aligned(block, alignment));
	size_t usable = fam_malloc_usable_size(block);

	assert_true(usable >= size);
	pattern_fill(block, usable, 3);
	assert_true(pattern_holds(block, usable, 3));
	fam_free(block);
}

static void aligned_alloc_keeps_every_alignment(void **state)
{
	(void)state;
	for (size_t alignment = 1; alignment <= alignment_limit(); alignment *= 2) {
		for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++)
			check_and_free(fam_aligned_alloc(alignment, sizes[i]), alignment, sizes[i]);
	}
}

static void posix_memalign_keeps_every_alignment(void **state)
{
	(void)state;
	for (size_t alignment = sizeof(void *); alignment <= alignment_limit(); alignment *= 2) {
		for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
			void *block = NULL;

			assert_int_equal(fam_posix_memalign(&block, alignment, sizes[i]), 0);
			check_and_free(block, alignment, sizes[i]);
		}
	}
}

static void memalign_keeps_every_alignment(void **state)
{
	(void)state;
	for (size_t alignment = 1; alignment <= alignment_limit(); alignment *= 4) {
		for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++)
			check_and_free(fam_memalign(alignment, sizes[i]), alignment, sizes[i]);
	}
}

/*
 * POSIX.1-2017, posix_memalign: a power of two and a multiple of sizeof(void *), else EINVAL; that
 * *memptr stays is glibc's and musl's (POSIX.1-2024: it is unspecified).
 */
static void posix_memalign_refuses_bad_alignments(void **state)
{
	static const size_t bad[] = {0, 1, 2, 3, 12, 24, 100, 4097, SIZE_MAX, SIZE_MAX / 2};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		char object;
		void *block = &object;

		assert_int_equal(fam_posix_memalign(&block, bad[i], 64), EINVAL);
		assert_ptr_equal(block, &object);
	}
}

/* POSIX returns the error; a failure must not hand out anything either. */
static void posix_memalign_returns_enomem(void **state)
{
	char object;
	void *block = &object;

	(void)state;
	assert_int_equal(fam_posix_memalign(&block, 64, SIZE_MAX - 64), ENOMEM);
	assert_ptr_equal(block, &object);
	assert_int_equal(fam_posix_memalign(&block, 64, (size_t)PTRDIFF_MAX + 1), ENOMEM);
	assert_ptr_equal(block, &object);
}

/*
 * C11 7.22.3.1 leaves it undefined, C17 (DR 460) says NULL; musl, and glibc from 2.38 on, set EINVAL.
 */
static void aligned_alloc_refuses_bad_alignments(void **state)
{
	static const size_t bad[] = {0, 3, 12, 24, 100, 4097, SIZE_MAX};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		errno = 0;
		assert_null(fam_aligned_alloc(bad[i], 64));
		assert_int_equal(errno, EINVAL);
	}
}

static void huge_alignment_fails_cleanly(void **state)
{
	const size_t top = (size_t)1 << (8 * sizeof(size_t) - 1);

	(void)state;
	errno = 0;
	assert_null(fam_aligned_alloc(top, 1));
	assert_int_equal(errno, ENOMEM);
	errno = 0;
	assert_null(fam_aligned_alloc(64, (size_t)PTRDIFF_MAX + 1));
	assert_int_equal(errno, ENOMEM);
	errno = 0;
	assert_null(fam_memalign(64, SIZE_MAX));
	assert_int_equal(errno, ENOMEM);
}

/*
 * glibc's memalign (malloc/malloc.c, _int_memalign) takes any alignment and rounds it up to a power
 * of two; the manual asks for one. Beyond half the address space there is none: EINVAL.
 */
static void memalign_rounds_alignments_up(void **state)
{
	(void)state;
	for (size_t alignment = 0; alignment < 5000; alignment = alignment * 5 / 4 + 1) {
		size_t power = 1;

		while (power < alignment)
			power *= 2;
		check_and_free(fam_memalign(alignment, 100), power, 100);
	}
	errno = 0;
	assert_null(fam_memalign(SIZE_MAX / 2 + 2, 100));
	assert_int_equal(errno, EINVAL);
	errno = 0;
	assert_null(fam_memalign(SIZE_MAX, 100));
	assert_int_equal(errno, EINVAL);
}

/*
 * To 64 MiB everywhere, to 1 GiB where addresses are plenty; on 32 bits there may be none (ENOMEM).
 * Several at once, of which one is resized.
 */
static void alignments_up_to_a_gibibyte(void **state)
{
	const size_t gibibyte = 1024 * MIB;

	(void)state;
	for (size_t alignment = 16 * MIB; alignment <= gibibyte; alignment *= 2) {
		unsigned char *blocks[3];

		for (uint32_t i = 0; i < ARRAY_LENGTH(blocks); i++) {
			errno = 0;
			blocks[i] = fam_aligned_alloc(alignment, 1000 + i * 100 * KIB);
			assert_true(blocks[i] || (errno == ENOMEM && sizeof(void *) == 4));
			assert_true(blocks[i] || alignment > 64 * MIB || i > 0);
			if (!blocks[i])
				continue;
			assert_true(test_is_aligned(blocks[i], alignment));
			pattern_fill(blocks[i], 1000, i);
		}
		if (blocks[1])
			blocks[1] = fam_realloc(blocks[1], 300 * KIB);
		for (uint32_t i = 0; i < ARRAY_LENGTH(blocks); i++) {
			assert_true(!blocks[i] || pattern_holds(blocks[i], 1000, i));
			fam_free(blocks[i]);
		}
	}
}

/* Several live at once: none overlaps another, and frees in any order. */
static void aligned_blocks_live_side_by_side(void **state)
{
	enum {
		COUNT = 12
	};
	struct test_random random;

	(void)state;
	test_random_seed(&random, 2);
	for (size_t alignment = 16; alignment <= alignment_limit() / 4; alignment *= 2) {
		unsigned char *blocks[COUNT];
		size_t block_sizes[COUNT];
		size_t count = alignment > MIB ? 3 : COUNT;

		for (uint32_t i = 0; i < count; i++) {
			block_sizes[i] = test_random_size(
				&random, 3 * alignment < MIB ? 3 * alignment : MIB);
			blocks[i] = fam_aligned_alloc(alignment, block_sizes[i]);
			assert_non_null(blocks[i]);
			assert_true(test_is_aligned(blocks[i], alignment));
			pattern_fill(blocks[i], block_sizes[i], i);
		}
		for (uint32_t i = 0; i < count; i++) {
			uint32_t k = (i * 7 + 3) % (uint32_t)count;

			k = count == COUNT ? k : i;
			assert_true(pattern_holds(blocks[k], block_sizes[k], k));
			fam_free(blocks[k]);
		}
	}
}

/* realloc keeps the content of an aligned block; the alignment need not survive. */
static void realloc_moves_aligned_blocks(void **state)
{
	(void)state;
	for (size_t alignment = 16; alignment <= alignment_limit() / 2; alignment *= 2) {
		unsigned char *block = fam_aligned_alloc(alignment, 3000);

		assert_non_null(block);
		pattern_fill(block, 3000, 9);
		block = fam_realloc(block, 90000);
		assert_non_null(block);
		assert_true(pattern_prefix_holds(block, 3000, 9, 3000));
		block = fam_realloc(block, 100);
		assert_non_null(block);
		assert_true(pattern_prefix_holds(block, 3000, 9, 100));
		fam_free(block);
	}
}

/* A small alignment must not cost a page: it comes from a class whose stride is a multiple. */
static void small_alignments_waste_little(void **state)
{
	(void)state;
	for (size_t alignment = 16; alignment <= 256; alignment *= 2) {
		void *block = fam_aligned_alloc(alignment, alignment);

		assert_non_null(block);
		assert_in_range(fam_malloc_usable_size(block), alignment, 2 * alignment);
		fam_free(block);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligned_alloc_keeps_every_alignment),
		cmocka_unit_test(posix_memalign_keeps_every_alignment),
		cmocka_unit_test(memalign_keeps_every_alignment),
		cmocka_unit_test(posix_memalign_refuses_bad_alignments),
		cmocka_unit_test(posix_memalign_returns_enomem),
		cmocka_unit_test(aligned_alloc_refuses_bad_alignments),
		cmocka_unit_test(huge_alignment_fails_cleanly),
		cmocka_unit_test(memalign_rounds_alignments_up),
		cmocka_unit_test(alignments_up_to_a_gibibyte),
		cmocka_unit_test(aligned_blocks_live_side_by_side),
		cmocka_unit_test(realloc_moves_aligned_blocks),
		cmocka_unit_test(small_alignments_waste_little),
	};

	return cmocka_run_group_tests_name("api_align", tests, NULL, NULL);
}
