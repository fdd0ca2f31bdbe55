/*
 * realloc and reallocarray (C11 7.22.3.5, reallocarray(3)): content kept up to the lesser of the
 * two sizes, whatever tiers the block passes through, in place or moved; NULL is malloc; a
 * product is one size.
 */
#include "support/test.h"
#include "support/family.h"

#include <errno.h>
#include <string.h>

static const size_t stations[] = {0,	  1,	  8,	  16,	   100,	    512,    513,   1024,
				  1025,	  4000,	  8192,	  16384,   16385,   40000,  65536, 130000,
				  262144, 524288, 700000, 1048576, 1048577, 3000000};

static bool fits(size_t size)
{
	return size <= test_bytes_max() / 3;
}

static void content_survives_between_any_two_sizes(void **state)
{
	(void)state;
	for (size_t from = 0; from < ARRAY_LENGTH(stations); from++) {
		for (size_t to = 0; to < ARRAY_LENGTH(stations); to++) {
			/* A size of zero has a test of its own. */
			if (!fits(stations[from]) || !fits(stations[to]) || stations[to] == 0)
				continue;
			void *block = fam_malloc(stations[from]);

			assert_non_null(block);
			pattern_fill(block, stations[from], 5);
			block = fam_realloc(block, stations[to]);
			assert_non_null(block);
			assert_true(fam_malloc_usable_size(block) >= stations[to]);
			assert_true(pattern_prefix_holds(block, stations[from], 5, stations[to]));
			pattern_fill(block, stations[to], 6);
			assert_true(pattern_holds(block, stations[to], 6));
			fam_free(block);
		}
	}
}

/* A block grows step by step between two others that must not change. */
static void growing_step_by_step_harms_no_neighbour(void **state)
{
	size_t limit = fits(2 * MIB) ? 2 * MIB : test_bytes_max() / 4;
	void *low = fam_malloc(1000);
	void *block = fam_malloc(1);
	void *high = fam_malloc(1000);
	size_t size = 1;

	(void)state;
	assert_true(low && block && high);
	pattern_fill(low, 1000, 1);
	pattern_fill(high, 1000, 2);
	pattern_fill(block, size, 3);
	while (size < limit) {
		size_t larger = size + size / 5 + 1;

		block = fam_realloc(block, larger);
		assert_non_null(block);
		assert_true(pattern_prefix_holds(block, size, 3, size));
		pattern_fill(block, larger, 3);
		size = larger;
	}
	while (size > 1) {
		size_t smaller = size - size / 6 - 1;

		smaller = smaller ? smaller : 1;
		block = fam_realloc(block, smaller);
		assert_non_null(block);
		assert_true(pattern_prefix_holds(block, size, 3, smaller));
		pattern_fill(block, smaller, 3);
		size = smaller;
	}
	assert_true(pattern_holds(low, 1000, 1));
	assert_true(pattern_holds(high, 1000, 2));
	fam_free(low);
	fam_free(block);
	fam_free(high);
}

static void realloc_of_null_is_malloc(void **state)
{
	(void)state;
	for (size_t size = 0; size < 100000; size = size * 2 + 1) {
		void *block = fam_realloc(NULL, size);

		assert_non_null(block);
		pattern_fill(block, size, 4);
		fam_free(block);
		block = fam_reallocarray(NULL, 3, size);
		assert_non_null(block);
		pattern_fill(block, 3 * size, 4);
		fam_free(block);
	}
}

/*
 * C17 leaves realloc(p, 0) to the implementation. glibc frees the block and returns NULL, and
 * leaves errno; musl returns a block of no size. Whichever it is, nothing may leak: repeated
 * often, it ends without ENOMEM.
 */
static void realloc_to_zero_follows_the_libc(void **state)
{
	const size_t rounds = test_rounds(20000);

	(void)state;
	for (size_t i = 0; i < rounds; i++) {
		void *block = fam_malloc(i % 7 ? 40 : 20000);

		assert_non_null(block);
		errno = 4711;
		void *rest = fam_realloc(block, 0);

		assert_int_equal(errno, 4711);
		if (IS_ENABLED(CONFIG_LIBC_GLIBC)) {
			assert_null(rest);
		} else {
			assert_non_null(rest);
			fam_free(rest);
		}
	}
}

static void reallocarray_multiplies(void **state)
{
	unsigned char *block = fam_reallocarray(NULL, 10, 30);

	(void)state;
	assert_non_null(block);
	assert_true(fam_malloc_usable_size(block) >= 300);
	pattern_fill(block, 300, 8);
	block = fam_reallocarray(block, 1000, 300);
	assert_non_null(block);
	assert_true(fam_malloc_usable_size(block) >= 300000);
	assert_true(pattern_prefix_holds(block, 300, 8, 300));
	block = fam_reallocarray(block, 1, 100);
	assert_non_null(block);
	assert_true(pattern_prefix_holds(block, 300, 8, 100));
	fam_free(block);
}

/* A shrunk block must not keep the room of the large one it was. */
static void shrinking_gives_room_back(void **state)
{
	enum {
		COUNT = 64
	};
	void *blocks[COUNT];
	const size_t large = test_bytes_max() / 4 < 2 * MIB ? test_bytes_max() / 4 : 2 * MIB;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		void *block = fam_malloc(large);

		assert_non_null(block);
		pattern_fill(block, large, 1);
		blocks[i] = fam_realloc(block, 64);
		assert_non_null(blocks[i]);
		assert_true(pattern_prefix_holds(blocks[i], large, 1, 64));
		assert_true(fam_malloc_usable_size(blocks[i]) <= large / 2);
	}
	for (size_t i = 0; i < COUNT; i++)
		fam_free(blocks[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_survives_between_any_two_sizes),
		cmocka_unit_test(growing_step_by_step_harms_no_neighbour),
		cmocka_unit_test(realloc_of_null_is_malloc),
		cmocka_unit_test(realloc_to_zero_follows_the_libc),
		cmocka_unit_test(reallocarray_multiplies),
		cmocka_unit_test(shrinking_gives_room_back),
	};

	return cmocka_run_group_tests_name("api_realloc", tests, NULL, NULL);
}
