/*
 * Bitmaps against the definition, bit by bit: ranges that begin and end anywhere, searches of every
 * length and alignment in random maps of several densities.
 */
#include "support/test.h"

#include "base/bitmap.h"

#include <string.h>

enum {
	WORDS = 5,
	BITS = WORDS * WORD_BITS,
};

static size_t naive_count(const word_t *bitmap, size_t first, size_t count)
{
	size_t set = 0;

	for (size_t i = first; i < first + count; i++)
		set += bitmap_test(bitmap, i);
	return set;
}

static void ranges_change_their_bits_alone(void **state)
{
	(void)state;
	for (size_t first = 0; first < BITS; first += 3) {
		for (size_t count = 0; first + count <= BITS; count += 7) {
			word_t bitmap[WORDS] = {0};

			bitmap_set(bitmap, first, count);
			assert_int_equal(naive_count(bitmap, first, count), count);
			assert_int_equal(naive_count(bitmap, 0, BITS), count);
			assert_int_equal(bitmap_count(bitmap, 0, BITS), count);
			assert_int_equal(bitmap_any(bitmap, first, count), count > 0);
			assert_int_equal(bitmap_any(bitmap, 0, first), 0);
			memset(bitmap, 0xFF, sizeof(bitmap));
			bitmap_clear(bitmap, first, count);
			assert_int_equal(naive_count(bitmap, first, count), 0);
			assert_int_equal(naive_count(bitmap, 0, BITS), BITS - count);
		}
	}
}

static void counts_are_those_of_the_bits(void **state)
{
	struct test_random random;

	(void)state;
	test_random_seed(&random, 21);
	for (size_t round = 0; round < test_rounds(4000); round++) {
		word_t bitmap[WORDS];
		size_t first = test_random_below(&random, BITS);
		size_t count = test_random_below(&random, BITS - first + 1);

		for (size_t w = 0; w < WORDS; w++)
			bitmap[w] = (word_t)test_random_next(&random) * 0x9E3779B9u;
		assert_int_equal(bitmap_count(bitmap, first, count),
				 naive_count(bitmap, first, count));
	}
}

static size_t naive_find_run(const word_t *bitmap, const word_t *also, size_t size, size_t count,
			     size_t align)
{
	for (size_t first = 0; first + count <= size; first += align) {
		size_t i = first;

		while (i < first + count && bitmap_test(bitmap, i) && bitmap_test(also, i))
			i++;
		if (i == first + count)
			return first;
	}
	return BITMAP_NONE;
}

/* Sets runs of random length, so that searches of all lengths have something to find. */
static void fill_with_runs(word_t *bitmap, struct test_random *random, size_t run_max)
{
	size_t bit = 0;

	memset(bitmap, 0, WORDS * sizeof(*bitmap));
	while (bit < BITS) {
		size_t run = test_random_below(random, run_max) + 1;

		run = run < BITS - bit ? run : BITS - bit;
		if (test_random_below(random, 3))
			bitmap_set(bitmap, bit, run);
		bit += run;
	}
}

static void searches_find_the_lowest_place(void **state)
{
	struct test_random random;

	(void)state;
	test_random_seed(&random, 22);
	for (size_t round = 0; round < test_rounds(20000); round++) {
		word_t one[WORDS];
		word_t other[WORDS];
		size_t size = test_random_below(&random, BITS) + 1;
		size_t count = test_random_below(&random, round % 2 ? 8 : size) + 1;
		size_t align = (size_t)1 << test_random_below(&random, 6);

		fill_with_runs(one, &random, 1 + round % 100);
		fill_with_runs(other, &random, 1 + round % 37);
		assert_int_equal(bitmap_find_run(one, other, size, count, align),
				 naive_find_run(one, other, size, count, align));
		assert_int_equal(bitmap_find_run(one, one, size, count, align),
				 naive_find_run(one, one, size, count, align));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_change_their_bits_alone),
		cmocka_unit_test(counts_are_those_of_the_bits),
		cmocka_unit_test(searches_find_the_lowest_place),
	};

	return cmocka_run_group_tests_name("bitmap", tests, NULL, NULL);
}
