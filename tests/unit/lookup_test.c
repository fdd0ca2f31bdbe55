/*
 * From a pointer to its descriptor and back: every address of one region, at the bottom of the
 * address space, in its middle and at its very top, by arithmetic alone.
 */
#include "support/test.h"

#include "arena/region.h"

enum {
	STEP = 8, /* no block begins at anything less */
};

/* Checks every address of the region at `base` against the definition. Returns how many differ. */
static size_t count_differences(uintptr_t base)
{
	size_t differences = 0;

	for (uintptr_t offset = STEP; offset < REGION_SIZE; offset += STEP) {
		const void *address = (const void *)(base + offset);
		size_t granule = offset / GRANULE_SIZE;
		uintptr_t descriptor = base + (granule << DESCRIPTOR_SIZE_LOG2);

		differences += (uintptr_t)region_of(address) != base;
		differences += (uintptr_t)descriptor_of(address) != descriptor;
	}
	return differences;
}

static const uintptr_t bases[] = {
	REGION_SIZE,
	(UINTPTR_MAX / 2 + 1) - REGION_SIZE,
	UINTPTR_MAX / 2 + 1,
	UINTPTR_MAX - REGION_SIZE + 1,
};

static void every_address_finds_its_descriptor(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bases); i++)
		assert_int_equal(count_differences(bases[i]), 0);
}

/* The last byte of a granule, and the first of the next one. */
static void edges_of_granules(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bases); i++) {
		for (size_t granule = 1; granule < GRANULES_PER_REGION; granule++) {
			uintptr_t first = bases[i] + granule * GRANULE_SIZE;
			uintptr_t last = first + GRANULE_SIZE - 1;

			assert_ptr_equal(descriptor_of((void *)first), descriptor_of((void *)last));
			assert_int_equal(descriptor_granule(descriptor_of((void *)first)), granule);
			assert_ptr_not_equal(descriptor_of((void *)(first - 1)),
					     descriptor_of((void *)first));
		}
	}
}

static void descriptors_lead_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(bases); i++) {
		struct region *region = (struct region *)bases[i];

		for (size_t granule = 1; granule < GRANULES_PER_REGION; granule++) {
			struct descriptor *descriptor = region_descriptor(region, granule);
			char *memory = (char *)(bases[i] + granule * GRANULE_SIZE);

			assert_int_equal(descriptor_granule(descriptor), granule);
			assert_ptr_equal(descriptor_memory(descriptor), memory);
			assert_ptr_equal(descriptor_of(memory), descriptor);
			assert_ptr_equal(region_of(descriptor), region);
			if (granule + 1 < GRANULES_PER_REGION)
				assert_ptr_equal(descriptor_at(descriptor, 1),
						 region_descriptor(region, granule + 1));
			assert_ptr_equal(descriptor_at(descriptor, 1 - (ptrdiff_t)granule),
					 region_descriptor(region, 1));
		}
	}
}

/* The array of descriptors lies in the first granule and touches no block. */
static void descriptors_lie_in_the_first_granule(void **state)
{
	struct region *region = (struct region *)(uintptr_t)REGION_SIZE;
	uintptr_t last = (uintptr_t)region_descriptor(region, GRANULES_PER_REGION - 1);

	(void)state;
	assert_true(last + ((uintptr_t)1 << DESCRIPTOR_SIZE_LOG2) <= REGION_SIZE + GRANULE_SIZE);
	assert_int_equal((uintptr_t)GRANULES_PER_REGION * GRANULE_SIZE, REGION_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_address_finds_its_descriptor),
		cmocka_unit_test(edges_of_granules),
		cmocka_unit_test(descriptors_lead_back),
		cmocka_unit_test(descriptors_lie_in_the_first_granule),
	};

	return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
