/*
 * tailor_inline.h: tailor_malloc() of each constant size is, in place, what the function is. Compiled as C and as
 * C++, with optimisation, for without it nothing is a constant and all goes to the function.
 */
#include <tailor_inline.h>

/* cmocka's header is C. */
#ifdef __cplusplus
extern "C" {
#endif
#include "support/test.h"
#ifdef __cplusplus
}
#endif

#include <errno.h>
#include <string.h>

enum {
	SIZES = TAILOR_LINEAR_SIZE_MAX + 64, /* some of them beyond the linear part */
};

static_assert(SIZES <= 3 * 512, "they are tried in three parts");

/* Both ways to a block of the size, a constant: it may be used alike, and is its own. */
static void check_size(void *in_place, void *called, size_t size)
{
	assert_non_null(in_place);
	assert_non_null(called);
	assert_ptr_not_equal(in_place, called);
	assert_true(test_is_aligned(in_place, (size_t)1 << TAILOR_BLOCK_ALIGN_LOG2));
	assert_int_equal(tailor_malloc_usable_size(in_place), tailor_malloc_usable_size(called));
	assert_true(tailor_malloc_usable_size(in_place) >= size);
	memset(in_place, 0xa5, size);
	memset(called, 0x5a, size);
	assert_true(bytes_are(in_place, size, 0xa5));
	tailor_free(in_place);
	tailor_free(called);
}

/* Twice, so that the second one may find what the first left in the list. */
#define CHECK_SIZE(size)                                                              \
	do {                                                                          \
		if ((size) < SIZES) {                                                 \
			check_size(tailor_malloc(size), (tailor_malloc)(size), size); \
			check_size(tailor_malloc(size), (tailor_malloc)(size), size); \
		}                                                                     \
	} while (0);

#define EACH_2(from)   CHECK_SIZE(from) CHECK_SIZE((from) + 1)
#define EACH_4(from)   EACH_2(from) EACH_2((from) + 2)
#define EACH_8(from)   EACH_4(from) EACH_4((from) + 4)
#define EACH_16(from)  EACH_8(from) EACH_8((from) + 8)
#define EACH_32(from)  EACH_16(from) EACH_16((from) + 16)
#define EACH_64(from)  EACH_32(from) EACH_32((from) + 32)
#define EACH_128(from) EACH_64(from) EACH_64((from) + 64)
#define EACH_256(from) EACH_128(from) EACH_128((from) + 128)
#define EACH_512(from) EACH_256(from) EACH_256((from) + 256)

static void every_constant_size_is_the_functions(void **state)
{
	(void)state;
	/* So that no list is empty, least of all one of a wrong class. */
	for (size_t size = 0; size < 2 * (size_t)SIZES; size++)
		tailor_free((tailor_malloc)(size));
	EACH_512(0)
	EACH_512(512)
	EACH_512(1024)
}

static void the_class_is_the_functions(void **state)
{
	/* What the function takes next is what the header would have taken: it is the same list. */
	void *first = (tailor_malloc)(40);
	void *second = TAILOR_LISTS[(40 + ((size_t)1 << TAILOR_BLOCK_ALIGN_LOG2) - 1) >>
				    TAILOR_BLOCK_ALIGN_LOG2];
	void *third = tailor_malloc(40);

	(void)state;
	assert_non_null(second);
	assert_ptr_equal(second, third);
	tailor_free(first);
	tailor_free(third);
}

static void a_size_that_is_no_constant_is_taken(void **state)
{
	volatile size_t size = 24;
	void *block = tailor_malloc(size);

	(void)state;
	assert_non_null(block);
	assert_true(tailor_malloc_usable_size(block) >= size);
	tailor_free(block);
}

static void failure_sets_errno(void **state)
{
	(void)state;
	errno = 0;
	assert_null(tailor_malloc((size_t)PTRDIFF_MAX + 1));
	assert_int_equal(errno, ENOMEM);
}

/* A block that is reused at once as another type: the link in it is read before. */
static void the_link_is_read_before_the_block_is_written(void **state)
{
	enum {
		COUNT = 64
	};
	double *blocks[COUNT];

	(void)state;
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < COUNT; i++) {
			blocks[i] = (double *)tailor_malloc(sizeof(double) * 4);
			blocks[i][0] = i;
			blocks[i][3] = -i;
		}
		for (int i = 0; i < COUNT; i++) {
			assert_true(blocks[i][0] == i && blocks[i][3] == -i);
			tailor_free(blocks[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_constant_size_is_the_functions),
		cmocka_unit_test(the_class_is_the_functions),
		cmocka_unit_test(a_size_that_is_no_constant_is_taken),
		cmocka_unit_test(failure_sets_errno),
		cmocka_unit_test(the_link_is_read_before_the_block_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
