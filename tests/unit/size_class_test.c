/*
 * Size classes of this configuration: every size up to the largest, against the definition. The
 * class of a size is the smallest whose blocks hold it, as the table says and as the fast path
 * computes; what is wasted inside a block is bounded by the spacing.
 */
#include "support/test.h"

#include "slab/size_class.h"

#if IS_ENABLED(CONFIG_CLASS_SPACING_2)
#define SPACING 2
#elif IS_ENABLED(CONFIG_CLASS_SPACING_4)
#define SPACING 4
#else
#define SPACING 8
#endif

static void strides_rise_and_are_aligned(void **state)
{
	(void)state;
	for (unsigned class = 1; class < CLASS_COUNT; class ++) {
		size_t stride = size_class_stride(class);

		assert_true(stride > (class > 1 ? size_class_stride(class - 1) : 0));
		assert_int_equal(stride % BLOCK_ALIGN, 0);
	}
	assert_int_equal(size_class_stride(CLASS_COUNT - 1), MEDIUM_SIZE_MAX);
}

/* C11 7.22.3: aligned for whatever fits in it; and a free block holds a link. */
static void blocks_are_aligned_for_their_size(void **state)
{
	(void)state;
	assert_true(BLOCK_ALIGN >= sizeof(void *));
	for (unsigned class = 1; class < CLASS_COUNT; class ++) {
		size_t due = _Alignof(max_align_t);

		while (due > size_class_stride(class))
			due /= 2;
		assert_int_equal(size_class_stride(class) % due, 0);
	}
}

static void each_size_has_the_smallest_class(void **state)
{
	unsigned class = 1;

	(void)state;
	for (size_t size = 1; size <= MEDIUM_SIZE_MAX; size++) {
		if (size > size_class_stride(class))
			class ++;
		assert_int_equal(size_class_of(size), class);
		if (size <= LINEAR_SIZE_MAX)
			assert_int_equal(size_class_linear(size), class);
	}
	assert_int_equal(class, CLASS_COUNT - 1);
	assert_int_equal(size_class_linear(0), 0);
}

static void waste_inside_a_block_is_bounded(void **state)
{
	(void)state;
	for (size_t size = 1; size <= MEDIUM_SIZE_MAX; size++) {
		size_t waste = size_class_stride(size_class_of(size)) - size;
		size_t power = 1;

		while (power * 2 < size)
			power *= 2;
		if (size <= LINEAR_SIZE_MAX)
			assert_true(waste < BLOCK_ALIGN);
		else
			assert_true(waste < power / SPACING + BLOCK_ALIGN);
	}
}

static void slabs_hold_their_blocks(void **state)
{
	(void)state;
	for (unsigned class = 1; class < CLASS_COUNT; class ++) {
		const struct size_class *row = &size_class_table[class];
		uint32_t capacity = size_class_capacity(class);
		size_t size = row->span * GRANULE_SIZE;

		assert_in_range(row->span, 1, SLAB_SPAN_MAX);
		assert_true(capacity >= 2);
		assert_true((size_t)capacity * row->stride <= size);
		/* The rest is no whole block, and less than a fifth of the slab. */
		assert_true(size - (size_t)capacity * row->stride < row->stride);
		assert_true(size - (size_t)capacity * row->stride <= size / 5);
	}
}

static void aligned_classes_are_aligned_and_smallest(void **state)
{
	(void)state;
	for (size_t alignment = 1; alignment <= 2 * GRANULE_SIZE; alignment *= 2) {
		for (size_t size = 1; size <= MEDIUM_SIZE_MAX + 1; size += size < 600 ? 1 : 13) {
			unsigned class = size_class_aligned(size, alignment);
			unsigned expected = 0;

			for (unsigned i = CLASS_COUNT - 1; i >= 1 && alignment <= GRANULE_SIZE;
			     i--) {
				if (size_class_stride(i) >= size &&
				    size_class_stride(i) % alignment == 0)
					expected = i;
			}
			assert_int_equal(class, expected);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strides_rise_and_are_aligned),
		cmocka_unit_test(blocks_are_aligned_for_their_size),
		cmocka_unit_test(each_size_has_the_smallest_class),
		cmocka_unit_test(waste_inside_a_block_is_bounded),
		cmocka_unit_test(slabs_hold_their_blocks),
		cmocka_unit_test(aligned_classes_are_aligned_and_smallest),
	};

	return cmocka_run_group_tests_name("size_class", tests, NULL, NULL);
}
