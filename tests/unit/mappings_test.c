/*
 * Mappings of huge blocks: how they are kept, put together, made longer and moved, and that nothing that is done to them
 * reaches what others have mapped.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/incore.h"
#include "support/ledger.h"
#include "support/os_double.h"

#include "arena/mapping.h"
#include "base/bits.h"
#include "diagnostics/report.h"
#include "diagnostics/validate.h"
#include "heap/large.h"
#include "platform/os.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	PIECE_SIZE = LARGE_SIZE_MAX + REGION_SIZE / 4, /* of a huge block, in bytes */
};

/* A page that another thread maps where a move that was refused would have gone. */
static char *foreign;

static void map_foreign(void *target, size_t byte_count)
{
	assert_null(foreign);
	/* What covers all of it nobody can tell from the engine's own: docs/decisions/0042-a-refused-move-may-have-unmapped.md. */
	if (byte_count == os_page_size())
		return;
	foreign = mmap(target, os_page_size(), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	memset(foreign, 0x77, os_page_size());
}

/* An emulator of programs refuses to make a mapping longer before it looks whether it is one, so nobody can tell there. */
static void skip_where_mappings_look_alike(void)
{
	if (test_is_emulated())
		skip();
}

/* It was, and is as it was. */
static void expect_foreign(void)
{
	os_double_refuse_moves(0, NULL);
	assert_non_null(foreign);
	assert_true(bytes_are((unsigned char *)foreign, os_page_size(), 0x77));
	munmap(foreign, os_page_size());
	foreign = NULL;
	assert_int_equal(heap_validate(), 0);
	assert_int_equal(ledger_contradictions(), 0);
}

/* A block that grows where another stands is copied, where its mapping may not be moved. */
static void a_refused_move_leaves_others_alone(void **state)
{
	const size_t size = REGION_SIZE;
	unsigned char *block[3];
	unsigned char *grown;

	(void)state;
	skip_where_mappings_look_alike();
	if (8 * size > test_bytes_max())
		skip();
	fam_malloc_trim(0);
	for (size_t i = 0; i < ARRAY_LENGTH(block); i++) {
		block[i] = fam_malloc(size);
		assert_non_null(block[i]);
		pattern_fill(block[i], size, (uint32_t)i);
	}
	os_double_refuse_moves(0, map_foreign);
	grown = fam_realloc(block[1], 3 * size);
	assert_non_null(grown);
	expect_foreign();
	assert_true(pattern_prefix_holds(grown, size, 1, size));
	block[1] = grown;
	for (size_t i = 0; i < ARRAY_LENGTH(block); i++)
		fam_free(block[i]);
}

#if CONFIG_MAPPINGS_KEPT_MAX >= 3 /* as many as it is put together from */

enum {
	BLOCKS = 7, /* every other one of which dies */
};

static char *block_of[BLOCKS];
static size_t bytes_before;

/* A block of 3 * PIECE_SIZE bytes that is several mappings to the system, and before one that lives. */
static char *put_together(void)
{
	char *whole;

	/* Nothing else is kept, which might be made longer; where memory never goes, nobody knows what is. */
	if (IS_ENABLED(CONFIG_PURGE_NEVER) || 13 * (size_t)PIECE_SIZE > test_bytes_max())
		skip();
	fam_malloc_trim(0);
	/* The first of all may map a region, or for the directory of regions. */
	bytes_before = bytes_before > 0 ? ledger_bytes() : SIZE_MAX;
	for (size_t i = 0; i < BLOCKS; i++) {
		block_of[i] = fam_malloc(PIECE_SIZE);
		assert_non_null(block_of[i]);
		memset(block_of[i], 0x5A, PIECE_SIZE);
	}
	for (size_t i = 1; i < BLOCKS; i += 2)
		fam_free(block_of[i]);
	whole = fam_malloc(3 * (size_t)PIECE_SIZE);
	assert_non_null(whole);
	assert_true(incore_bytes(align_up((uintptr_t)whole, os_page_size()),
				 (uintptr_t)whole + 3 * (size_t)PIECE_SIZE) >
		    2 * (size_t)PIECE_SIZE);
	memset(whole, 0x5A, 3 * (size_t)PIECE_SIZE);
	return whole;
}

/* What is said to be mapped is what is. */
static void expect_true_statistics(void)
{
#if IS_ENABLED(CONFIG_STATISTICS)
	static const char name[] = "tailor: address space, KiB";
	const char *said;

	os_double_forget();
	report_write();
	said = strstr(os_double_text(), name);
	assert_non_null(said);
	assert_int_equal(strtoul(said + sizeof(name) - 1, NULL, 10), ledger_bytes() / 1024);
#endif
}

static void expect_others_as_they_were(void)
{
	for (size_t i = 0; i < BLOCKS; i += 2) {
		assert_true(bytes_are((unsigned char *)block_of[i], PIECE_SIZE, 0x5A));
		fam_free(block_of[i]);
	}
	/* Nothing is lost. */
	fam_malloc_trim(0);
	assert_true(ledger_bytes() <= bytes_before);
	expect_true_statistics();
	assert_int_equal(heap_validate(), 0);
	assert_int_equal(ledger_contradictions(), 0);
}

/* Memory of huge blocks that lie apart, each between two that live, serves one that is larger than each of them. */
static void kept_memory_is_put_together(void **state)
{
	(void)state;
	for (size_t round = 0; round < 2; round++) {
		fam_free(put_together());
		expect_others_as_they_were();
	}
}

static void put_together_it_is_zero(void **state)
{
	unsigned char *larger;

	(void)state;
	fam_free(put_together());
	larger = fam_calloc(4, PIECE_SIZE);
	assert_non_null(larger);
	assert_true(bytes_are(larger, 4 * (size_t)PIECE_SIZE, 0));
	fam_free(larger);
	expect_others_as_they_were();
}

/* Pieces that neither begin nor end with a huge page, as of blocks that are aligned to a region. */
static void no_huge_page_is_cut_in_two(void **state)
{
	const size_t size = 2 * REGION_SIZE - GRANULE_SIZE;
	size_t ends = os_double_ends_in_huge_pages();
	size_t moves = os_double_calls_of(OS_MOVE);
	void *block[6];
	void *whole;

	(void)state;
	if (IS_ENABLED(CONFIG_PURGE_NEVER) || 10 * size > test_bytes_max())
		skip();
	fam_malloc_trim(0);
	for (size_t i = 0; i < ARRAY_LENGTH(block); i++) {
		block[i] = fam_aligned_alloc(REGION_SIZE, size);
		assert_non_null(block[i]);
	}
	for (size_t i = 1; i < ARRAY_LENGTH(block); i += 2)
		fam_free(block[i]);
	whole = fam_aligned_alloc(REGION_SIZE, 3 * size);
	assert_non_null(whole);
	assert_true(os_double_calls_of(OS_MOVE) > moves);
	/* Where a piece ends. */
	assert_in_range(os_double_ends_in_huge_pages() - ends, 0, ARRAY_LENGTH(block) / 2);
	fam_free(whole);
	for (size_t i = 0; i < ARRAY_LENGTH(block); i += 2)
		fam_free(block[i]);
}

/* What is several mappings to the system is moved by each of them, for it may refuse to move them together. */
static void what_was_put_together_is_moved(void **state)
{
	const size_t size = 4 * (size_t)PIECE_SIZE;
	char *larger;

	(void)state;
	fam_free(put_together());
	larger = fam_malloc(size);
	assert_non_null(larger);
	assert_true(incore_bytes(align_up((uintptr_t)larger, os_page_size()),
				 (uintptr_t)larger + size) > size / 2);
	memset(larger, 0xA5, size);
	fam_free(larger);
	expect_others_as_they_were();
}

/* And grows where it stands, by the last of them. */
static void what_was_put_together_grows(void **state)
{
	const size_t size = 3 * (size_t)PIECE_SIZE;
	char *whole = put_together();

	(void)state;
	if (!test_is_emulated()) {
		assert_ptr_equal(fam_realloc(whole, PIECE_SIZE + PIECE_SIZE / 4), whole);
		assert_ptr_equal(fam_realloc(whole, size), whole);
		memset(whole, 0xA5, size);
	}
	fam_free(whole);
	expect_others_as_they_were();
}

/* A larger block of what is kept, all zero: by calloc, or where that takes nothing that is kept, by hand. */
static unsigned char *larger_of_zeroes(void)
{
	const size_t size = 4 * (size_t)PIECE_SIZE;
	unsigned char *larger;

	if (size < FRESH_ZEROES_MIN)
		return fam_calloc(4, PIECE_SIZE);
	larger = fam_malloc(size);
	return larger ? memset(larger, 0, size) : NULL;
}

/* Nor is anything done to what another thread maps in a hole that a refused move has left, be it the first or not. */
static void a_refused_piece_leaves_others_alone(void **state)
{
	(void)state;
	skip_where_mappings_look_alike();
	for (size_t moved = 0; moved < 3; moved++) {
		unsigned char *larger;

		fam_free(put_together());
		os_double_refuse_moves(moved, map_foreign);
		larger = larger_of_zeroes();
		os_double_refuse_moves(0, NULL);
		assert_non_null(larger);
		/* A later one may be of a page, for what is several mappings is halved. */
		if (moved == 0 || foreign)
			expect_foreign();
		assert_true(bytes_are(larger, 4 * (size_t)PIECE_SIZE, 0));
		fam_free(larger);
		expect_others_as_they_were();
	}
}

/* Where the system does not tell what is one mapping, no byte is used of one in which a move was refused. */
static void a_refused_piece_leaves_no_hole(void **state)
{
	unsigned char *larger;

	(void)state;
	skip_where_mappings_look_alike();
	fam_free(put_together());
	os_double_tell_mappings(false);
	larger = larger_of_zeroes();
	os_double_tell_mappings(true);
	assert_non_null(larger);
	assert_true(bytes_are(larger, 4 * (size_t)PIECE_SIZE, 0));
	fam_free(larger);
	expect_others_as_they_were();
}

static char *with_a_hole;

static void take_in_child(void)
{
	/* It has the range but for a page of it. */
	alarm(10);
	fam_free(with_a_hole);
	with_a_hole = (char *)larger_of_zeroes();
	_exit(with_a_hole && bytes_are((unsigned char *)with_a_hole, 4 * (size_t)PIECE_SIZE, 0)
		      ? 0
		      : 1);
}

/* A forked child lacks what its parent had marked so; a page that is not there ends the search for whole mappings. */
static void a_hole_is_no_mapping(void **state)
{
	const size_t page = os_page_size();
	char text[1024];

	(void)state;
	skip_where_mappings_look_alike();
	with_a_hole = put_together();
	assert_int_equal(madvise((void *)align_up((uintptr_t)with_a_hole + PIECE_SIZE / 3, page),
				 page, MADV_DONTFORK),
			 0);
	assert_int_equal(run_in_child(take_in_child, text, sizeof(text)), 0);
	fam_free(with_a_hole);
	expect_others_as_they_were();
}

#endif

#if CONFIG_MAPPINGS_KEPT_MAX >= 1

/* One block's memory serves a larger block where it stands, for nothing stands behind it; and is zero for calloc. */
static void kept_memory_is_made_longer(void **state)
{
	const size_t size = PIECE_SIZE;
	char *block;
	char *whole;

	(void)state;
	/* An emulator of programs has all addresses for itself, and its mremap never grows a mapping where it stands. */
	if (test_is_emulated() || 4 * size >= FRESH_ZEROES_MIN)
		skip();
	/* Nothing else is kept. */
	fam_malloc_trim(0);
	block = fam_malloc(4 * size);
	assert_non_null(block);
	memset(block, 0x5A, 4 * size);
	assert_ptr_equal(fam_realloc(block, size), block);
	fam_free(block);
	whole = fam_calloc(3, size);
	assert_ptr_equal(whole, block);
	for (size_t i = 0; i < 3 * size; i++)
		assert_int_equal(whole[i], 0);
	memset(whole, 0xA5, 3 * size);
	fam_free(whole);
	assert_int_equal(heap_validate(), 0);
	assert_int_equal(ledger_contradictions(), 0);
}

/* Zeroes of such a size are not written, for that would make them resident; what is kept goes for them. */
static void much_that_is_zero_is_fresh(void **state)
{
	const size_t size = FRESH_ZEROES_MIN + PIECE_SIZE;
	size_t bytes;
	char *block;

	(void)state;
	if (size > test_bytes_max())
		skip();
	/* Nothing else is kept. */
	fam_malloc_trim(0);
	block = fam_malloc(size);
	assert_non_null(block);
	memset(block, 0x5A, size);
	bytes = ledger_bytes();
	fam_free(block);
	for (size_t round = 0; round < 3; round++) {
		block = fam_calloc(1, size);
		assert_non_null(block);
		assert_true(incore_bytes(align_up((uintptr_t)block, os_page_size()),
					 (uintptr_t)block + size) < size / 4);
		assert_true(ledger_bytes() <= bytes);
		assert_int_equal(block[0], 0);
		assert_int_equal(block[size - 1], 0);
		block[0] = 1;
		block[size - 1] = 1;
		fam_free(block);
	}
	assert_int_equal(heap_validate(), 0);
	assert_int_equal(ledger_contradictions(), 0);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_move_leaves_others_alone),
#if CONFIG_MAPPINGS_KEPT_MAX >= 3 /* as many as it is put together from */
		cmocka_unit_test(kept_memory_is_put_together),
		cmocka_unit_test(put_together_it_is_zero),
		cmocka_unit_test(no_huge_page_is_cut_in_two),
		cmocka_unit_test(what_was_put_together_is_moved),
		cmocka_unit_test(what_was_put_together_grows),
		cmocka_unit_test(a_refused_piece_leaves_others_alone),
		cmocka_unit_test(a_refused_piece_leaves_no_hole),
		cmocka_unit_test(a_hole_is_no_mapping),
#endif
#if CONFIG_MAPPINGS_KEPT_MAX >= 1
		cmocka_unit_test(kept_memory_is_made_longer),
		cmocka_unit_test(much_that_is_zero_is_fresh),
#endif
	};

	return cmocka_run_group_tests_name("mappings", tests, NULL, NULL);
}
