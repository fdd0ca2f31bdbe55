/*
 * What the standards and the manuals say of all functions that make blocks, asked of each of them in turn: a table
 * of makers, and a test for each sentence. Where a sentence is about one function alone, it is tested in the
 * api_*_test.c that is named after the matter.
 *
 * Each test names its source: C11 (ISO/IEC 9899:2011, by N1570), POSIX.1-2017 and POSIX.1-2024 (the page of the
 * function in System Interfaces), the glibc manual (by the title of its section), and the Linux man-pages.
 */

/* qemu-user hands on the 64-bit offsets of its host's folders, at which a narrower readdir() ends. */
#define _FILE_OFFSET_BITS 64

#include "support/test.h"
#include "support/family.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

enum {
	ERRNO_BEFORE = 4711,
};

/* ---- the makers ---------------------------------------------------------------------------- */

static void *by_malloc(size_t size)
{
	return fam_malloc(size);
}

static void *by_calloc(size_t size)
{
	return fam_calloc(1, size);
}

static void *by_calloc_of_bytes(size_t size)
{
	return fam_calloc(size, 1);
}

static void *by_realloc(size_t size)
{
	return fam_realloc(NULL, size);
}

static void *by_realloc_of_another(size_t size)
{
	void *block = fam_malloc(24);
	void *moved = size && block ? fam_realloc(block, size) : block;

	if (!moved)
		fam_free(block);
	return moved;
}

static void *by_reallocarray(size_t size)
{
	return fam_reallocarray(NULL, 1, size);
}

static void *by_aligned_alloc(size_t size)
{
	return fam_aligned_alloc(ALIGN_FUNDAMENTAL, size);
}

static void *by_aligned_alloc_of_4096(size_t size)
{
	return fam_aligned_alloc(4096, size);
}

/* errno says nothing of posix_memalign, which returns the error. */
static int memalign_error;

static void *by_posix_memalign(size_t size)
{
	void *block = NULL;

	memalign_error = fam_posix_memalign(&block, sizeof(void *), size);
	return block;
}

static void *by_posix_memalign_of_256(size_t size)
{
	void *block = NULL;

	memalign_error = fam_posix_memalign(&block, 256, size);
	return block;
}

static void *by_memalign(size_t size)
{
	return fam_memalign(64, size);
}

static void *by_valloc(size_t size)
{
	return fam_valloc(size);
}

static void *by_pvalloc(size_t size)
{
	return fam_pvalloc(size);
}

static const struct maker {
	const char *name;
	void *(*make)(size_t size);
	size_t alignment; /* what was asked for; 0: nothing */
	bool returns_error;
} makers[] = {
	{"malloc", by_malloc, 0, false},
	{"calloc(1, size)", by_calloc, 0, false},
	{"calloc(size, 1)", by_calloc_of_bytes, 0, false},
	{"realloc(NULL)", by_realloc, 0, false},
	{"realloc", by_realloc_of_another, 0, false},
	{"reallocarray(NULL)", by_reallocarray, 0, false},
	{"aligned_alloc", by_aligned_alloc, ALIGN_FUNDAMENTAL, false},
	{"aligned_alloc(4096)", by_aligned_alloc_of_4096, 4096, false},
	{"posix_memalign", by_posix_memalign, sizeof(void *), true},
	{"posix_memalign(256)", by_posix_memalign_of_256, 256, true},
	{"memalign", by_memalign, 64, false},
	{"valloc", by_valloc, 0, false},
	{"pvalloc", by_pvalloc, 0, false},
};

enum {
	MAKERS = ARRAY_LENGTH(makers)
};

static const size_t sizes[] = {1,     2,     7,	    8,	    9,	     16,     24,
			       100,   256,   257,   1000,   1024,    4096,   4097,
			       16384, 16385, 70000, 300000, 1500000, 3000000};

static bool fits(size_t size)
{
	return size <= test_bytes_max() / (2 * MAKERS);
}

/* Says which maker it was, for an assertion tells only the line. */
static bool holds(bool condition, const struct maker *maker, size_t size)
{
	if (!condition)
		print_error("%s, %zu bytes\n", maker->name, size);
	return condition;
}

/* A block of each maker at once. */
static void make_all(void *blocks[MAKERS], size_t size)
{
	for (size_t i = 0; i < MAKERS; i++) {
		blocks[i] = makers[i].make(size);
		assert_true(holds(blocks[i] != NULL, &makers[i], size));
	}
}

static void free_all(void *blocks[MAKERS])
{
	for (size_t i = 0; i < MAKERS; i++)
		fam_free(blocks[i]);
}

/* ---- blocks -------------------------------------------------------------------------------- */

/*
 * C11 7.22.3p1: a pointer that may be assigned to any object with a fundamental alignment requirement (which by
 * 6.2.8 fits into the size). 7.22.3.1, POSIX.1-2017 posix_memalign: a multiple of the alignment that was asked for.
 */
static void expect_aligned(size_t size)
{
	void *blocks[MAKERS];
	size_t fundamental = ALIGN_FUNDAMENTAL;

	while (fundamental > size)
		fundamental /= 2;
	make_all(blocks, size);
	for (size_t k = 0; k < MAKERS; k++) {
		size_t asked = makers[k].alignment;

		assert_true(holds(test_is_aligned(blocks[k], fundamental), &makers[k], size));
		assert_true(holds(!asked || test_is_aligned(blocks[k], asked), &makers[k], size));
	}
	free_all(blocks);
}

/* Every size to where the classes are far apart, and some of each kind above. */
static void blocks_are_aligned(void **state)
{
	(void)state;
	for (size_t size = 1; size < 2048; size++)
		expect_aligned(size);
	for (size_t i = 0; i < ARRAY_LENGTH(sizes) && fits(sizes[i]); i++)
		expect_aligned(sizes[i]);
}

/*
 * glibc manual, Allocating Aligned Memory Blocks: what malloc and realloc return is always a multiple of eight,
 * of sixteen on 64-bit systems; whatever the size.
 */
static void glibc_aligns_the_smallest_too(void **state)
{
	(void)state;
	if (!IS_ENABLED(CONFIG_LIBC_GLIBC))
		skip();
	for (size_t size = 0; size < 100; size++) {
		void *blocks[MAKERS];

		make_all(blocks, size);
		for (size_t i = 0; i < MAKERS; i++)
			assert_true(holds(test_is_aligned(blocks[i], 2 * sizeof(void *)),
					  &makers[i], size));
		free_all(blocks);
	}
}

/*
 * C11 7.22.3p1: each allocation yields a pointer to an object disjoint from any other object. malloc_usable_size(3):
 * at least as many bytes as were asked for can be used, and as many as it says without harm.
 */
static void blocks_are_disjoint_and_usable(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes) && fits(sizes[i]); i++) {
		void *blocks[MAKERS];
		size_t usable[MAKERS];

		make_all(blocks, sizes[i]);
		for (size_t k = 0; k < MAKERS; k++) {
			usable[k] = fam_malloc_usable_size(blocks[k]);
			assert_true(holds(usable[k] >= sizes[i], &makers[k], sizes[i]));
			pattern_fill(blocks[k], usable[k], (uint32_t)k);
		}
		for (size_t k = 0; k < MAKERS; k++)
			assert_true(holds(pattern_holds(blocks[k], usable[k], (uint32_t)k),
					  &makers[k], sizes[i]));
		free_all(blocks);
	}
}

/*
 * C11 7.22.3p1, POSIX.1-2017 malloc (RETURN VALUE), malloc(3): a size of zero gives a null pointer or one that can
 * be freed. glibc and musl give one that is unique, and programs rely on it.
 */
static void size_zero_gives_a_unique_block(void **state)
{
	void *blocks[MAKERS];

	(void)state;
	make_all(blocks, 0);
	for (size_t i = 0; i < MAKERS; i++) {
		for (size_t k = 0; k < i; k++)
			assert_true(holds(blocks[i] != blocks[k], &makers[i], 0));
	}
	free_all(blocks);
	for (size_t i = 0; i < MAKERS; i++) {
		void *block = fam_realloc(makers[i].make(0), 100);

		assert_true(holds(block != NULL, &makers[i], 0));
		pattern_fill(block, 100, 3);
		fam_free(block);
	}
}

/* C11 7.22.3.2p2: initialised to all bits zero, whatever lay there before, of whatever function. */
static void calloc_is_zero_over_blocks_of_any_maker(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes) && fits(sizes[i]); i++) {
		void *blocks[MAKERS];

		make_all(blocks, sizes[i]);
		for (size_t k = 0; k < MAKERS; k++)
			memset(blocks[k], 0xA5, fam_malloc_usable_size(blocks[k]));
		free_all(blocks);
		for (size_t k = 0; k < MAKERS; k++) {
			blocks[k] = fam_calloc(1, sizes[i]);
			assert_non_null(blocks[k]);
			assert_true(holds(bytes_are(blocks[k], sizes[i], 0), &makers[k], sizes[i]));
		}
		free_all(blocks);
	}
}

/* ---- errno --------------------------------------------------------------------------------- */

/*
 * C11 7.5p3: errno is never set to zero by any library function. posix_memalign(3): the value of errno is not set.
 * That success leaves it at all is more than the texts promise; glibc's and musl's do as long as the system has
 * memory, and we do always.
 */
static void success_leaves_errno_for_every_maker(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes) && fits(sizes[i]); i++) {
		for (size_t k = 0; k < MAKERS; k++) {
			errno = ERRNO_BEFORE;
			void *block = makers[k].make(sizes[i]);
			int errno_after = errno;

			assert_true(
				holds(block && errno_after == ERRNO_BEFORE, &makers[k], sizes[i]));
			fam_free(block);
		}
	}
}

/*
 * POSIX.1-2017 malloc, calloc, realloc (ERRORS): ENOMEM, whatever errno was. posix_memalign: returned, and by
 * posix_memalign(3) errno is not set then either.
 */
static void failure_says_enomem_its_own_way(void **state)
{
	static const size_t too_large[] = {SIZE_MAX, SIZE_MAX - 4096, SIZE_MAX / 2 + 1,
					   SIZE_MAX / 2 + 4096};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(too_large); i++) {
		for (size_t k = 0; k < MAKERS; k++) {
			errno = ERRNO_BEFORE;
			memalign_error = 0;
			void *block = makers[k].make(too_large[i]);
			int errno_after = errno;

			assert_true(holds(block == NULL, &makers[k], too_large[i]));
			assert_true(holds(errno_after ==
						  (makers[k].returns_error ? ERRNO_BEFORE : ENOMEM),
					  &makers[k], too_large[i]));
			assert_int_equal(memalign_error, makers[k].returns_error ? ENOMEM : 0);
		}
	}
}

/* POSIX.1-2024 free: errno is not modified, for a pointer returned as if by malloc and not yet deallocated. */
static void free_preserves_errno_for_every_maker(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes) && fits(sizes[i]); i++) {
		void *blocks[MAKERS];

		make_all(blocks, sizes[i]);
		for (size_t k = 0; k < MAKERS; k++) {
			errno = ERRNO_BEFORE;
			fam_free(blocks[k]);
			int errno_after = errno;

			assert_true(holds(errno_after == ERRNO_BEFORE, &makers[k], sizes[i]));
		}
	}
}

/* ---- realloc ------------------------------------------------------------------------------- */

/*
 * C11 7.22.3.5p2 and p3: a pointer earlier returned by any memory management function; the contents are the same up
 * to the lesser of the sizes. (p4: what comes back may have the value of the old pointer, so nothing is said of it.)
 */
static void realloc_takes_blocks_of_every_maker(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes) && fits(sizes[i]); i++) {
		for (size_t k = 0; k < MAKERS; k++) {
			size_t larger = sizes[i] + sizes[i] / 3 + 50;
			size_t smaller = sizes[i] / 3 + 1;
			unsigned char *block = makers[k].make(sizes[i]);

			assert_non_null(block);
			pattern_fill(block, sizes[i], 9);
			block = fam_realloc(block, larger);
			assert_true(holds(block && pattern_holds(block, sizes[i], 9), &makers[k],
					  sizes[i]));
			block = fam_reallocarray(block, smaller, 1);
			assert_true(
				holds(block && pattern_prefix_holds(block, sizes[i], 9, smaller),
				      &makers[k], sizes[i]));
			fam_free(block);
		}
	}
}

/* How the C library says that a size of zero has been dealt with. */
static bool is_zero_of_libc(void *rest)
{
	bool is_null = rest == NULL;

	fam_free(rest);
	return is_null == IS_ENABLED(CONFIG_LIBC_GLIBC);
}

/*
 * glibc manual, Changing the Size of a Block: a new size of zero frees the block and returns a null pointer, and no
 * error (malloc(3)). musl (src/malloc/mallocng/realloc.c) makes a block of no size. reallocarray is realloc of the
 * product (reallocarray(3)), whichever factor is zero.
 */
static void size_zero_frees_blocks_of_every_maker(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes) && fits(sizes[i]); i++) {
		for (size_t k = 0; k < MAKERS; k++) {
			errno = ERRNO_BEFORE;
			bool is_right =
				is_zero_of_libc(fam_realloc(makers[k].make(sizes[i]), 0)) &&
				is_zero_of_libc(fam_reallocarray(makers[k].make(sizes[i]), 0, 8)) &&
				is_zero_of_libc(fam_reallocarray(makers[k].make(sizes[i]), 8, 0));

			assert_true(holds(is_right && errno == ERRNO_BEFORE, &makers[k], sizes[i]));
		}
	}
}

/* ---- fork and start ------------------------------------------------------------------------ */

static bool live_on_in_child(void *blocks[MAKERS], size_t size)
{
	bool is_fine = true;

	for (size_t i = 0; i < MAKERS; i++) {
		is_fine = holds(pattern_holds(blocks[i], size, (uint32_t)i), &makers[i], size) &&
			  is_fine;
		blocks[i] = i % 2 ? fam_realloc(blocks[i], size * 2) : blocks[i];
		is_fine = holds(blocks[i] != NULL, &makers[i], size) && is_fine;
		memset(blocks[i], 0, size);
	}
	free_all(blocks);
	void *block = fam_malloc(size);

	is_fine = is_fine && block;
	fam_free(block);
	return is_fine;
}

/*
 * POSIX.1-2017 fork: the child is a copy of its parent, with a copy of its memory; one with a single thread may go on
 * to call anything. So it has its parent's blocks, to resize and to free, and its parent has them still.
 */
static void fork_leaves_both_their_blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes) && fits(sizes[i]); i += 3) {
		void *blocks[MAKERS];
		int status = -1;

		make_all(blocks, sizes[i]);
		for (size_t k = 0; k < MAKERS; k++)
			pattern_fill(blocks[k], sizes[i], (uint32_t)k);
		fflush(NULL);
		pid_t child = fork();

		if (child == 0) {
			alarm(test_child_seconds());
			_exit(live_on_in_child(blocks, sizes[i]) ? 0 : 1);
		}
		assert_true(child > 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		for (size_t k = 0; k < MAKERS; k++)
			assert_true(holds(pattern_holds(blocks[k], sizes[i], (uint32_t)k),
					  &makers[k], sizes[i]));
		free_all(blocks);
	}
}

static void *early_blocks[MAKERS];

/* Before main() is a program's constructors' time (C11 5.1.2 leaves what is before startup to the implementation). */
__attribute__((constructor)) static void allocate_before_main(void)
{
	for (size_t i = 0; i < MAKERS; i++) {
		early_blocks[i] = makers[i].make(200);
		if (early_blocks[i])
			pattern_fill(early_blocks[i], 200, (uint32_t)i);
	}
}

static void allocation_works_before_main(void **state)
{
	(void)state;
	for (size_t i = 0; i < MAKERS; i++) {
		assert_true(holds(early_blocks[i] != NULL, &makers[i], 200));
		early_blocks[i] = fam_realloc(early_blocks[i], 5000);
		assert_true(
			holds(pattern_holds(early_blocks[i], 200, (uint32_t)i), &makers[i], 200));
	}
	free_all(early_blocks);
}

/* ---- the C library's own blocks ------------------------------------------------------------ */

#ifndef TEST_PREFIXED

static char *text_of(size_t length)
{
	char *text = fam_malloc(length + 1);

	assert_non_null(text);
	memset(text, 'x', length);
	text[length] = '\0';
	return text;
}

/* POSIX.1-2017 strdup, strndup, wcsdup: what they return can be passed to free(). */
static void copies_of_strings_can_be_freed(void **state)
{
	(void)state;
	for (size_t length = 0; length < 200000; length = length * 2 + 1) {
		char *text = text_of(length);
		char *copy = strdup(text);
		char *part = strndup(text, length / 2);
		wchar_t *wide = wcsdup(L"wide");

		assert_true(copy && part && wide);
		assert_int_equal(strlen(copy), length);
		assert_int_equal(strlen(part), length / 2);
		assert_true(fam_malloc_usable_size(copy) >= length + 1);
		copy = fam_realloc(copy, length * 2 + 2);
		assert_int_equal(strlen(copy), length);
		fam_free(text);
		fam_free(copy);
		fam_free(part);
		fam_free(wide);
	}
}

/*
 * POSIX.1-2017 getline: *lineptr is a null pointer or what can be passed to free(), and is reallocated as if by
 * realloc(). open_memstream: the buffer is to be freed after fclose(). POSIX.1-2024 asprintf: as if by malloc().
 */
static void streams_resize_our_blocks(void **state)
{
	char *stream_text = NULL;
	size_t stream_size = 0;
	FILE *stream = open_memstream(&stream_text, &stream_size);
	size_t line_size = 3;
	char *line = fam_malloc(line_size);
	char *formatted = NULL;

	(void)state;
	assert_true(stream && line);
	for (size_t length = 1; length < 100000; length *= 3)
		fprintf(stream, "%0*d\n", (int)length, 7);
	assert_int_equal(fclose(stream), 0);
	FILE *input = fmemopen(stream_text, stream_size, "r");

	assert_non_null(input);
	for (size_t length = 1; length < 100000; length *= 3) {
		assert_int_equal(getline(&line, &line_size, input), length + 1);
		assert_int_equal(strspn(line, "0"), length - 1);
		assert_true(fam_malloc_usable_size(line) >= line_size);
	}
	fclose(input);
	assert_int_equal(asprintf(&formatted, "%05000d", 5), 5000);
	fam_free(formatted);
	fam_free(line);
	fam_free(stream_text);
}

/* POSIX.1-2017 scandir: the list and each of its entries, by malloc(); realpath with NULL: can be passed to free(). */
static void lists_and_paths_can_be_freed(void **state)
{
	struct dirent **entries = NULL;
	char *path = realpath("/proc/..", NULL);
	int count = scandir("/", &entries, NULL, alphasort);
	int root = open("/", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_non_null(path);
	assert_true(root >= 0);
	assert_string_equal(path, "/");
	assert_true(count >= 2);
	for (int i = 0; i < count; i++) {
		assert_true(i == 0 || strcmp(entries[i - 1]->d_name, entries[i]->d_name) < 0);
		assert_int_equal(faccessat(root, entries[i]->d_name, F_OK, AT_SYMLINK_NOFOLLOW), 0);
	}
	for (int i = 0; i < count; i++)
		fam_free(entries[i]);
	fam_free(entries);
	close(root);
	fam_free(path);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocation_works_before_main),
		cmocka_unit_test(blocks_are_aligned),
		cmocka_unit_test(glibc_aligns_the_smallest_too),
		cmocka_unit_test(blocks_are_disjoint_and_usable),
		cmocka_unit_test(size_zero_gives_a_unique_block),
		cmocka_unit_test(calloc_is_zero_over_blocks_of_any_maker),
		cmocka_unit_test(success_leaves_errno_for_every_maker),
		cmocka_unit_test(failure_says_enomem_its_own_way),
		cmocka_unit_test(free_preserves_errno_for_every_maker),
		cmocka_unit_test(realloc_takes_blocks_of_every_maker),
		cmocka_unit_test(size_zero_frees_blocks_of_every_maker),
		cmocka_unit_test(fork_leaves_both_their_blocks),
#ifndef TEST_PREFIXED
		cmocka_unit_test(copies_of_strings_can_be_freed),
		cmocka_unit_test(streams_resize_our_blocks),
		cmocka_unit_test(lists_and_paths_can_be_freed),
#endif
	};

	return cmocka_run_group_tests_name("api_conformance", tests, NULL, NULL);
}
