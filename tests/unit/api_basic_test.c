/*
 * The meaning of each call of the malloc family on its own: what it returns, how it is aligned,
 * how many bytes may be written, what is zero, what errno says. Sources: C11 7.22.3, C23 7.24.3
 * (free_sized), POSIX.1-2017 (malloc, posix_memalign), the glibc manual 3.2.3, musl 1.2.
 */
#include "support/test.h"
#include "support/family.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* The steps between tried sizes grow with the size, so that a whole range takes few of them. */
static size_t next_size(size_t size)
{
	return size < 2048 ? size + 1 : size + size / 16 + 1;
}

static size_t size_limit(void)
{
	size_t limit = 16 * MIB;

	return limit < test_bytes_max() ? limit : test_bytes_max();
}

/* C11 7.22.3p1: suitably aligned for any object that fits into the size asked for. */
static size_t alignment_due(size_t size)
{
	size_t alignment = ALIGN_FUNDAMENTAL;

	while (alignment > size && alignment > 1)
		alignment /= 2;
	return alignment;
}

static void every_size_is_aligned_and_writable(void **state)
{
	(void)state;
	for (size_t size = 0; size <= size_limit(); size = next_size(size)) {
		void *block = fam_malloc(size);

		assert_non_null(block);
		assert_true(test_is_aligned(block, alignment_due(size)));
		assert_true(fam_malloc_usable_size(block) >= size);
		pattern_fill(block, size, (uint32_t)size);
		assert_true(pattern_holds(block, size, (uint32_t)size));
		fam_free(block);
	}
}

static void usable_size_is_usable_to_the_last_byte(void **state)
{
	enum {
		COUNT = 8
	};
	(void)state;
	for (size_t size = 1; size <= size_limit() / COUNT; size = next_size(size) + 3) {
		void *blocks[COUNT];
		size_t usable[COUNT];

		for (uint32_t i = 0; i < COUNT; i++) {
			blocks[i] = fam_malloc(size);
			assert_non_null(blocks[i]);
			usable[i] = fam_malloc_usable_size(blocks[i]);
			pattern_fill(blocks[i], usable[i], i);
		}
		for (uint32_t i = 0; i < COUNT; i++) {
			assert_int_equal(fam_malloc_usable_size(blocks[i]), usable[i]);
			assert_true(pattern_holds(blocks[i], usable[i], i));
			fam_free(blocks[i]);
		}
	}
}

/* glibc manual, malloc_usable_size(3): zero for NULL. */
static void usable_size_of_null_is_zero(void **state)
{
	(void)state;
	assert_int_equal(fam_malloc_usable_size(NULL), 0);
}

/* glibc and musl both give a pointer that is unique and can be freed. */
static void malloc_of_zero_is_unique(void **state)
{
	(void)state;
	void *one = fam_malloc(0);
	void *other = fam_malloc(0);

	assert_non_null(one);
	assert_non_null(other);
	assert_ptr_not_equal(one, other);
	fam_free(one);
	fam_free(other);
}

static void free_of_null_does_nothing(void **state)
{
	(void)state;
	fam_free(NULL);
	fam_free_sized(NULL, 0);
	fam_free_sized(NULL, 64);
	fam_free_aligned_sized(NULL, 64, 64);
}

/* POSIX.1-2024 free(): errno is preserved. Checked on blocks of every tier, and on NULL. */
static void free_preserves_errno(void **state)
{
	(void)state;
	for (size_t size = 1; size <= size_limit(); size *= 4) {
		void *block = fam_malloc(size);

		assert_non_null(block);
		memset(block, 1, size);
		errno = 4711;
		fam_free(block);
		assert_int_equal(errno, 4711);
	}
	fam_free(NULL);
	assert_int_equal(errno, 4711);
}

/*
 * The same where memory goes back to the system in free() itself: every second of so many huge blocks that
 * their mappings cannot all be kept, for no two are neighbours.
 */
static void a_free_that_unmaps_preserves_errno(void **state)
{
	enum {
		BLOCKS = 140
	};
	static void *blocks[BLOCKS];
	size_t size = (sizeof(void *) > 4 ? 17 : 3) * MIB;
	size_t count = 0;

	(void)state;
	while (count < BLOCKS && (blocks[count] = fam_malloc(size)) != NULL)
		count++;
	for (size_t first = 0; first < 2; first++) {
		for (size_t i = first; i < count; i += 2) {
			errno = 4711;
			fam_free(blocks[i]);
			assert_int_equal(errno, 4711);
		}
	}
}

static void success_leaves_errno(void **state)
{
	(void)state;
	for (size_t size = 0; size <= size_limit(); size = size * 3 + 1) {
		errno = 4711;
		void *block = fam_malloc(size);

		assert_int_equal(errno, 4711);
		fam_free(block);
	}
}

static void sized_frees_take_what_was_asked_for(void **state)
{
	(void)state;
	for (size_t size = 1; size <= size_limit(); size = size * 2 + 1) {
		fam_free_sized(fam_malloc(size), size);
		fam_free_sized(fam_calloc(1, size), size);
		fam_free_aligned_sized(fam_aligned_alloc(64, size), 64, size);
	}
	fam_free_sized(fam_malloc(0), 0);
}

static void poison_and_free(size_t size, size_t count)
{
	void *blocks[64];

	for (size_t i = 0; i < count; i++) {
		blocks[i] = fam_malloc(size);
		assert_non_null(blocks[i]);
		memset(blocks[i], 0xA5, fam_malloc_usable_size(blocks[i]));
	}
	for (size_t i = 0; i < count; i++)
		fam_free(blocks[i]);
}

static void calloc_is_zero_over_poisoned_blocks(void **state)
{
	(void)state;
	for (size_t size = 1; size <= size_limit() / 4; size = next_size(size) + 5) {
		size_t count = size > 64 * KIB ? 2 : 64;
		void *blocks[64];

		poison_and_free(size, count);
		for (size_t i = 0; i < count; i++) {
			blocks[i] = fam_calloc(i % 2 ? size : 1, i % 2 ? 1 : size);
			assert_non_null(blocks[i]);
			assert_true(bytes_are(blocks[i], size, 0));
			memset(blocks[i], 0x5A, size);
		}
		for (size_t i = 0; i < count; i++)
			fam_free(blocks[i]);
		if (size > 4096)
			size += size / 4;
	}
}

static void calloc_of_nothing_is_unique(void **state)
{
	(void)state;
	void *one = fam_calloc(0, 8);
	void *other = fam_calloc(8, 0);

	assert_non_null(one);
	assert_non_null(other);
	assert_ptr_not_equal(one, other);
	fam_free(one);
	fam_free(other);
}

static void valloc_gives_whole_pages(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	(void)state;
	for (size_t size = 0; size <= 8 * page; size += page / 4 + 1) {
		void *block = fam_valloc(size);
		void *rounded = fam_pvalloc(size);

		assert_non_null(block);
		assert_true(test_is_aligned(block, page));
		assert_true(fam_malloc_usable_size(block) >= size);
		pattern_fill(block, size, 1);
		/* glibc's pvalloc rounds the size up to whole pages. */
		size_t whole = (size + page - 1) & ~(page - 1);
		assert_non_null(rounded);
		assert_true(test_is_aligned(rounded, page));
		assert_true(fam_malloc_usable_size(rounded) >= whole);
		pattern_fill(rounded, whole, 2);
		assert_true(pattern_holds(block, size, 1));
		fam_free(block);
		fam_free(rounded);
	}
}

/* glibc manual: 1 when memory went back, 0 when none could; never an error. */
static void malloc_trim_says_yes_or_no(void **state)
{
	(void)state;
	poison_and_free(4096, 64);
	int released = fam_malloc_trim(0);

	assert_in_range(released, 0, 1);
	void *block = fam_calloc(1, 4096);

	assert_non_null(block);
	assert_true(bytes_are(block, 4096, 0));
	fam_free(block);
	assert_in_range(fam_malloc_trim(1 << 20), 0, 1);
}

static void live_blocks_are_distinct(void **state)
{
	enum {
		COUNT = 4000
	};
	static unsigned char *blocks[COUNT];

	(void)state;
	for (size_t size = 1; size <= 4096; size = size * 3 + 1) {
		size_t count = size * COUNT > test_bytes_max() / 2 ? 64 : COUNT;

		for (uint32_t i = 0; i < count; i++) {
			blocks[i] = fam_malloc(size);
			assert_non_null(blocks[i]);
			pattern_fill(blocks[i], size, i);
		}
		for (uint32_t i = 0; i < count; i++)
			assert_true(pattern_holds(blocks[i], size, i));
		for (uint32_t i = 0; i < count; i++)
			fam_free(blocks[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_is_aligned_and_writable),
		cmocka_unit_test(usable_size_is_usable_to_the_last_byte),
		cmocka_unit_test(usable_size_of_null_is_zero),
		cmocka_unit_test(malloc_of_zero_is_unique),
		cmocka_unit_test(free_of_null_does_nothing),
		cmocka_unit_test(free_preserves_errno),
		cmocka_unit_test(a_free_that_unmaps_preserves_errno),
		cmocka_unit_test(success_leaves_errno),
		cmocka_unit_test(sized_frees_take_what_was_asked_for),
		cmocka_unit_test(calloc_is_zero_over_poisoned_blocks),
		cmocka_unit_test(calloc_of_nothing_is_unique),
		cmocka_unit_test(valloc_gives_whole_pages),
		cmocka_unit_test(malloc_trim_says_yes_or_no),
		cmocka_unit_test(live_blocks_are_distinct),
	};

	return cmocka_run_group_tests_name("api_basic", tests, NULL, NULL);
}
