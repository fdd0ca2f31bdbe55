/*
 * An operating system that never hands out memory aligned to more than a page: the engine maps
 * more and trims it, says so once, when that was so a few times in a row, and loses no address space.
 * Every byte mapped and unmapped is in the ledger.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/ledger.h"
#include "support/os_double.h"
#include "support/shadow.h"

#include "arena/address_space.h"
#include "arena/region.h"
#include "diagnostics/validate.h"
#include "platform/os.h"

#include <string.h>

static const char sentence[] = "hands out unaligned memory";

static void expect_sound(void)
{
	assert_int_equal(ledger_contradictions(), 0);
	assert_int_equal(heap_validate(), 0);
}

/* Maps, checks place and account, and unmaps. */
static void check_mapping(size_t size, size_t alignment, size_t offset, enum access access)
{
	size_t bytes_before = ledger_bytes();
	char *address = address_space_map(size, alignment, offset, access);

	assert_non_null(address);
	assert_true(is_aligned(address + offset, alignment));
	assert_int_equal(ledger_bytes(), bytes_before + size);
	assert_true(ledger_holds(address, size));
	if (access == ACCESS_READ_WRITE) {
		assert_int_equal(address[0] | address[size - 1], 0);
		memset(address, 1, size);
	}
	address_space_unmap(address, size);
	assert_int_equal(ledger_bytes(), bytes_before);
	assert_int_equal(ledger_contradictions(), 0);
}

/* Other threads that map at the same moment are in the way now and then: that is not the system. */
static void it_is_not_said_of_a_few(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		os_double_misalign(false);
		check_mapping(REGION_SIZE, REGION_SIZE, 0, ACCESS_NONE);
		os_double_misalign(true);
		for (unsigned i = 0; i < 7; i++)
			check_mapping(REGION_SIZE, REGION_SIZE, 0, ACCESS_NONE);
	}
	assert_int_equal(os_double_said(sentence), 0);
}

static void mappings_are_aligned_and_exact(void **state)
{
	const size_t page = os_page_size();

	(void)state;
	for (size_t alignment = page; alignment <= 2 * REGION_SIZE; alignment *= 2) {
		for (size_t pages = 1; pages * page <= 2 * REGION_SIZE; pages = pages * 3 + 1) {
			check_mapping(pages * page, alignment, 0, ACCESS_READ_WRITE);
			check_mapping(pages * page, alignment, 0, ACCESS_NONE);
			if (alignment > page)
				check_mapping(pages * page, alignment, alignment - page,
					      ACCESS_READ_WRITE);
		}
	}
}

static void heap_works_on_unaligned_memory(void **state)
{
	static struct shadow shadow;
	static const size_t sizes[] = {8, 100, 3000, 40000, REGION_SIZE / 3, REGION_SIZE * 2 + 5};

	(void)state;
	for (size_t slot = 0; slot < 60; slot++) {
		size_t size = sizes[slot % ARRAY_LENGTH(sizes)];

		if (shadow.live_bytes + size > test_bytes_max() / 2)
			continue;
		shadow_add(&shadow, slot, fam_malloc(size), size);
		expect_sound();
	}
	shadow_check(&shadow);
	for (size_t slot = 0; slot < 60; slot++) {
		if (shadow.blocks[slot].address)
			fam_free(shadow_remove(&shadow, slot));
		expect_sound();
	}
}

/* What is mapped for huge blocks goes back in full, again and again, and grows and moves, too. */
static void huge_blocks_leave_nothing_behind(void **state)
{
	const size_t size = REGION_SIZE + 3 * os_page_size() + 1;
	size_t bytes_most = 0;

	(void)state;
	if (4 * size > test_bytes_max())
		skip();
	for (size_t round = 0; round < 8; round++) {
		unsigned char *block = fam_malloc(size);

		assert_non_null(block);
		pattern_fill(block, size, 1);
		block = fam_realloc(block, 2 * size);
		assert_non_null(block);
		assert_true(pattern_prefix_holds(block, size, 1, size));
		block = fam_realloc(block, size + 1);
		assert_non_null(block);
		assert_true(pattern_prefix_holds(block, size, 1, size));
		fam_free(block);
		block = fam_aligned_alloc(2 * REGION_SIZE, size);
		assert_non_null(block);
		assert_true(is_aligned(block, 2 * REGION_SIZE));
		fam_free(block);
		expect_sound();
		/* The first rounds may map metadata and what is kept, while a region that is free goes. */
		if (round > 2)
			assert_true(ledger_bytes() <= bytes_most);
		if (ledger_bytes() > bytes_most)
			bytes_most = ledger_bytes();
	}
}

static void it_is_said_once(void **state)
{
	(void)state;
	assert_int_equal(os_double_said(sentence), IS_ENABLED(CONFIG_MESSAGES) ? 1 : 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_not_said_of_a_few),
		cmocka_unit_test(mappings_are_aligned_and_exact),
		cmocka_unit_test(heap_works_on_unaligned_memory),
		cmocka_unit_test(huge_blocks_leave_nothing_behind),
		cmocka_unit_test(it_is_said_once),
	};

	os_double_misalign(true);
	return cmocka_run_group_tests_name("os_unaligned", tests, NULL, NULL);
}
