/*
 * heap_validate() sees what is wrong: each field of descriptors, lists, bitmaps and heaps that it
 * watches over is corrupted on purpose, must be counted, and is put right again. A validation that
 * counts nothing would make every other test of soundness worthless.
 */
#include "support/test.h"
#include "support/family.h"

#include "arena/arena.h"
#include "diagnostics/validate.h"
#include "heap/heap.h"

#include <string.h>

enum {
	COUNT = 12,
	SMALL_SIZE = 96,
};

static void *small[COUNT];
static void *large;

/* Overwrites an object, expects contradictions, and puts it right again. */
static void expect_noticed(void *object, const void *corrupted, size_t size, const char *what)
{
	unsigned char saved[16];

	assert_true(size <= sizeof(saved));
	memcpy(saved, object, size);
	assert_memory_not_equal(saved, corrupted, size);
	memcpy(object, corrupted, size);
	size_t found = heap_validate();

	memcpy(object, saved, size);
	if (found == 0)
		print_error("not noticed: %s\n", what);
	assert_true(found > 0);
	assert_int_equal(heap_validate(), 0);
}

#define CORRUPT(lvalue, value)                                                                    \
	do {                                                                                      \
		__typeof__(lvalue) corrupted_ = (__typeof__(lvalue))(value);                      \
		expect_noticed(&(lvalue), &corrupted_, sizeof(corrupted_), #lvalue " = " #value); \
	} while (0)

static int take_blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		small[i] = fam_malloc(SMALL_SIZE);
	/* Some in the slab's own list, the rest of what was carved in the heap's. */
	for (size_t i = 0; i < COUNT; i += 3) {
		fam_free(small[i]);
		small[i] = NULL;
	}
	large = fam_malloc(3 * GRANULE_SIZE);
	return large == NULL || heap_validate() != 0;
}

static int give_blocks_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		fam_free(small[i]);
	fam_free(large);
	return heap_validate() != 0;
}

static struct descriptor *slab_at_hand(void)
{
	struct descriptor *slab = descriptor_of(small[1]);

	assert_int_equal(slab->kind, KIND_SLAB);
	return slab;
}

static void descriptor_of_a_slab(void **state)
{
	struct descriptor *slab = slab_at_hand();

	(void)state;
	CORRUPT(slab->used, slab->used + 1);
	CORRUPT(slab->used, slab->used - 1);
	CORRUPT(slab->carved, slab->carved + 1);
	CORRUPT(slab->carved, slab->carved - 1);
	CORRUPT(slab->carved, 0);
	CORRUPT(slab->capacity, slab->capacity + 1);
	CORRUPT(slab->size_class, slab->size_class + 1);
	CORRUPT(slab->size_class, 0);
	CORRUPT(slab->size_class, 255);
	CORRUPT(slab->span, slab->span + 1);
	CORRUPT(slab->span, 0);
	CORRUPT(slab->kind, KIND_FREE);
	CORRUPT(slab->kind, KIND_TAIL);
	CORRUPT(slab->owner, NULL);
	CORRUPT(slab->word, word_make(0, 1, 0));
	CORRUPT(slab->word, WORD_UNOWNED);
	CORRUPT(slab->word, word_make(0, 1, word_index_of(descriptor_memory(slab), small[1]) + 1));
}

static void lists_of_a_slab(void **state)
{
	struct descriptor *slab = slab_at_hand();
	char *memory = descriptor_memory(slab);

	(void)state;
	assert_non_null(slab->free_list);
	CORRUPT(slab->free_list, NULL);
	CORRUPT(slab->free_list, slab->free_list->next);
	CORRUPT(slab->free_list, memory + 1);
	CORRUPT(slab->free_list, memory - GRANULE_SIZE);
	CORRUPT(slab->free_list, memory + SLAB_SPAN_MAX * GRANULE_SIZE);
	CORRUPT(slab->free_list->next, slab->free_list); /* a cycle */
	CORRUPT(slab->free_list->next, memory + 3);
}

static void lists_of_a_heap(void **state)
{
	struct descriptor *slab = slab_at_hand();
	struct heap *heap = slab->owner;
	unsigned class = slab->size_class;

	(void)state;
	assert_ptr_equal(heap->active[class], slab);
	assert_non_null(heap->free_list[class]);
	CORRUPT(heap->active[class], NULL);
	CORRUPT(heap->free_list[class], slab->free_list); /* in two lists */
	CORRUPT(heap->free_list[class], descriptor_memory(slab) + 1);
	CORRUPT(heap->free_list[class]->next, heap->free_list[class]);
	CORRUPT(heap->free_list[0], small[1]);
	CORRUPT(heap->partial[class], slab);
}

static void large_run(void **state)
{
	struct descriptor *run = descriptor_of(large);

	(void)state;
	CORRUPT(run->span, run->span + GRANULES_PER_REGION);
	CORRUPT(run->span, 0);
	CORRUPT(run->kind, KIND_FREE);
	CORRUPT(run->kind, KIND_SLAB);
	CORRUPT(run->owner, slab_at_hand()->owner);
	CORRUPT(run->word, WORD_UNOWNED);
}

static void bitmaps_and_counts(void **state)
{
	struct region *region = region_of(large);
	struct region_slot *slot = region_slot(region);
	struct arena *arena = region->group->arena;
	size_t granule = descriptor_granule(descriptor_of(large));
	word_t *free_word = &slot->free[granule / WORD_BITS];
	word_t *dirty_word = &slot->dirty[granule / WORD_BITS];
	word_t *old_word = &slot->old[granule / WORD_BITS];
	word_t bit = (word_t)1 << (granule % WORD_BITS);

	(void)state;
	CORRUPT(*free_word, *free_word | bit);
	CORRUPT(*dirty_word, *dirty_word | bit);
	CORRUPT(*old_word, *old_word | bit);
	CORRUPT(slot->free[0], slot->free[0] | 1);
	CORRUPT(slot->free_count, slot->free_count + 1);
	CORRUPT(slot->dirty_count, slot->dirty_count + 1);
	CORRUPT(slot->run_max, 0);
	CORRUPT(region->group->full, ~(word_t)0);
	CORRUPT(slot->region, NULL);
	CORRUPT(arena->dirty_count, arena->dirty_count + 1);
	CORRUPT(arena->spare, slot);
	CORRUPT(region->slot, region->slot + 1);
	CORRUPT(region->group, NULL);
	CORRUPT(region->group->occupied, 0);
	CORRUPT(region->group->arena, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptor_of_a_slab), cmocka_unit_test(lists_of_a_slab),
		cmocka_unit_test(lists_of_a_heap),	cmocka_unit_test(large_run),
		cmocka_unit_test(bitmaps_and_counts),
	};

	return cmocka_run_group_tests_name("corrupt", tests, take_blocks, give_blocks_back);
}
