/*
 * The shadow heap of shadow.h. Overlap shows in two ways: in the addresses, sorted now and then,
 * and in a pattern that another block's pattern has overwritten.
 */
#include "support/test.h"
#include "support/shadow.h"

void shadow_add(struct shadow *shadow, size_t slot, void *address, size_t size)
{
	struct shadow_block *block = &shadow->blocks[slot];

	assert_non_null(address);
	assert_null(block->address);
	*block = (struct shadow_block){
		.address = address,
		.size = size,
		.tag = shadow->next_tag++,
	};
	pattern_fill(address, size, block->tag);
	shadow->live_bytes += size;
}

void *shadow_remove(struct shadow *shadow, size_t slot)
{
	struct shadow_block *block = &shadow->blocks[slot];
	void *address = block->address;

	assert_non_null(address);
	assert_true(pattern_holds(address, block->size, block->tag));
	shadow->live_bytes -= block->size;
	*block = (struct shadow_block){0};
	return address;
}

void shadow_move(struct shadow *shadow, size_t slot, void *address, size_t size)
{
	struct shadow_block *block = &shadow->blocks[slot];

	assert_non_null(address);
	assert_true(pattern_prefix_holds(address, block->size, block->tag, size));
	shadow->live_bytes -= block->size;
	block->address = NULL;
	shadow_add(shadow, slot, address, size);
}

/* Shell sort of slot numbers by address: qsort may allocate. */
static void sort_by_address(const struct shadow *shadow, size_t *slots, size_t count)
{
	for (size_t gap = count / 2; gap > 0; gap /= 2) {
		for (size_t i = gap; i < count; i++) {
			size_t slot = slots[i];
			size_t j = i;

			while (j >= gap && shadow->blocks[slots[j - gap]].address >
						   shadow->blocks[slot].address) {
				slots[j] = slots[j - gap];
				j -= gap;
			}
			slots[j] = slot;
		}
	}
}

void shadow_check(const struct shadow *shadow)
{
	size_t slots[SHADOW_SLOTS];
	size_t count = 0;

	for (size_t slot = 0; slot < SHADOW_SLOTS; slot++) {
		const struct shadow_block *block = &shadow->blocks[slot];

		if (!block->address)
			continue;
		assert_true(pattern_holds(block->address, block->size, block->tag));
		slots[count++] = slot;
	}
	sort_by_address(shadow, slots, count);
	for (size_t i = 1; i < count; i++) {
		const struct shadow_block *low = &shadow->blocks[slots[i - 1]];
		const struct shadow_block *high = &shadow->blocks[slots[i]];

		/* Blocks of size zero are distinct as well (C11 7.22.3). */
		assert_true(low->address < high->address);
		assert_true(low->address + low->size <= high->address);
	}
}
