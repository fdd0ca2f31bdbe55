/*
 * The invariants of the heap, checked from the outside.
 *
 *	arena	  the sums of its slots are its counts; the spare region is free as a whole
 *	slot	  dirty is within free, old within dirty; the counts are the bitmaps'; the region knows it
 *	granule	  is free, or of a slab, or of a large run, and its descriptor says which
 *	slab	  free_list and the remote chain hold blocks of it, each once; used + free_list = carved;
 *		  no owner and UNOWNED go together; then the count is that of all free blocks, and a hint
 *		  is set unless there are none
 *	heap	  the list of a class holds blocks of the active slab that are nowhere else, or where the class is
 *		  exchanged blocks of any slab of it; active and partial slabs are its own and of the class, and no
 *		  other slab is; a chain of its outbox holds blocks of one slab that are nowhere else, as many as its
 *		  first one notes, to the last that it notes; there are as many chains as the heap counts
 *
 * Each contradiction is counted, and nothing that is contradictory is followed further.
 */
#include "diagnostics/validate.h"

#include "arena/arena.h"
#include "diagnostics/validate_mappings.h"
#include "heap/exchange.h"
#include "heap/heap.h"
#include "heap/outbox.h"

#include <string.h>

enum {
	BLOCKS_MAX = SLAB_SPAN_MAX * GRANULE_SIZE / BLOCK_ALIGN,
};

static size_t contradictions;

/* The blocks of the slab at hand that were seen in a list. */
static word_t seen[(BLOCKS_MAX + WORD_BITS - 1) / WORD_BITS];

static bool expect(bool condition)
{
	if (!condition)
		contradictions++;
	return condition;
}

/* ---- lists ---------------------------------------------------------------------------------- */

/* Whether a block is carved, of this slab, and not seen before. Marks it seen. */
static bool see_block(const struct descriptor *slab, const struct block *block)
{
	size_t stride = slab_stride(slab);
	size_t offset = (size_t)((uintptr_t)block - (uintptr_t)descriptor_memory(slab));
	size_t number = offset / stride;

	if (!expect(offset % stride == 0 && number < slab->carved))
		return false;
	if (!expect(!bitmap_test(seen, number)))
		return false;
	bitmap_set(seen, number, 1);
	return true;
}

static size_t see_chain(const struct descriptor *slab, const struct block *chain)
{
	size_t count = 0;

	for (; chain; chain = chain->next) {
		if (!see_block(slab, chain))
			break;
		count++;
	}
	return count;
}

static bool is_region_of(const struct arena *arena, const struct region *region)
{
	for (const struct region_group *group = arena->groups; group; group = group->next) {
		for (unsigned number = 0; number < WORD_BITS; number++) {
			if (group->slots[number].region == region)
				return true;
		}
	}
	return false;
}

/* The slab that a block at hand claims to be of, or NULL where no slab can be: nothing there may be read then. */
static const struct descriptor *slab_at_hand(const struct block *block)
{
	const struct region *region = region_of(block);
	const struct descriptor *slab;
	struct arena *arena;

	if (!is_aligned(block, BLOCK_ALIGN) || is_aligned(block, REGION_SIZE))
		return NULL;
	for (unsigned i = 0; (arena = arena_peek(i)); i++) {
		if (!is_region_of(arena, region))
			continue;
		slab = slab_or_run_of(block);
		return slab->kind == KIND_SLAB ? slab : NULL;
	}
	return NULL;
}

/* How many blocks of a slab are among those of all slabs that a heap has at hand. */
static size_t see_exchanged(const struct descriptor *slab, const struct block *list)
{
	size_t length = 0;
	size_t count = 0;

	/* Those of others, and as many that a refill took, which is a slab's at most. */
	for (; list && expect(length < (size_t)slab->capacity * 2); list = list->next) {
		const struct descriptor *of = slab_at_hand(list);

		length++;
		if (!expect(of != NULL))
			break;
		if (of != slab)
			continue;
		if (!see_block(slab, list))
			break;
		count++;
	}
	return count;
}

/* How many blocks of a slab are at hand: in its owner's list, or where they are exchanged in any. */
static size_t see_at_hand(const struct descriptor *slab)
{
	size_t count = 0;

	for (const struct heap *heap = heap_first(); heap; heap = heap->next) {
		const struct block *list = heap->free_list[slab->size_class];

		if (exchange_is_on(heap, slab->size_class))
			count += see_exchanged(slab, list);
		else if (heap->active[slab->size_class] == slab)
			count += see_chain(slab, list);
	}
	return count;
}

/* The chain of an outbox: as many blocks as the first one notes, to the last that it notes. */
static size_t see_noted(const struct descriptor *slab, const struct block *first)
{
	const struct block *last = outbox_last(first);
	uint32_t noted = outbox_count(first);
	uint32_t count = 0;

	for (const struct block *block = first; count < noted; block = block->next) {
		if (!see_block(slab, block))
			break;
		count++;
		expect((block == last) == (count == noted));
	}
	return count;
}

/* How many blocks of a slab are in outboxes, but for those of heaps that a fork left behind in the middle of a step. */
static size_t see_gathered(const struct descriptor *slab)
{
	size_t count = 0;

	for (const struct heap *heap = heap_first(); heap; heap = heap->next) {
		const struct block *first =
			outbox_chain(heap, (const void *)descriptor_memory(slab));

		if (first && !heap->is_lost)
			count += see_noted(slab, first);
	}
	return count;
}

/* ---- slabs ---------------------------------------------------------------------------------- */

static bool is_held_by_owner(const struct descriptor *slab)
{
	const struct heap *heap = slab->owner;
	const struct descriptor *oldest = heap->partial[slab->size_class];
	const struct descriptor *held = oldest;

	if (heap->active[slab->size_class] == slab)
		return true;
	while (held && held != slab)
		held = held->next == oldest ? NULL : held->next;
	return held == slab;
}

static void check_hint(const struct descriptor *slab)
{
	const struct region *region = region_of(slab);

	expect(bitmap_test(region_slot(region)->hint, descriptor_granule(slab)));
	expect(bitmap_test(&region->group->class_hint[slab->size_class], region->slot));
}

static void check_lists(const struct descriptor *slab)
{
	const struct block *remote = word_block_at(descriptor_memory(slab), word_index(slab->word));
	size_t freed_count;
	size_t remote_count;
	size_t at_hand_count;
	size_t gathered_count;
	size_t free_count;

	memset(seen, 0, sizeof(seen));
	freed_count = see_chain(slab, slab->free_list);
	remote_count = see_chain(slab, remote);
	at_hand_count = see_at_hand(slab);
	gathered_count = see_gathered(slab);
	expect(freed_count + slab->used == slab->carved);
	expect(remote_count + at_hand_count + gathered_count <= slab->used);
	if (slab->owner) {
		expect(!word_is_unowned(slab->word) && word_count(slab->word) == remote_count);
		expect(is_held_by_owner(slab));
		return;
	}
	free_count = (size_t)slab->capacity - slab->used + remote_count;
	expect(word_is_unowned(slab->word) && word_count(slab->word) == free_count);
	expect(free_count < slab->capacity);
	expect(word_wants_notice(slab->word) == (free_count == 0));
	if (free_count > 0)
		check_hint(slab);
}

/* Returns how many granules the slab takes. */
static size_t check_slab(struct descriptor *slab, size_t granules_left)
{
	const struct size_class *class = &size_class_table[slab->size_class];

	if (!expect(slab->size_class > 0 && slab->size_class < CLASS_COUNT) ||
	    !expect(slab->span == class->span && slab->span <= granules_left) ||
	    !expect(slab->capacity == size_class_capacity(slab->size_class)) ||
	    !expect(slab->carved <= slab->capacity))
		return 1;
	for (uint32_t i = 1; i < slab->span; i++) {
		const struct descriptor *tail = descriptor_at(slab, (ptrdiff_t)i);

		expect(tail->kind == KIND_TAIL && tail->span == i);
		expect(!tail->owner && tail->word == WORD_OWNED);
	}
	check_lists(slab);
	return slab->span;
}

/* ---- regions -------------------------------------------------------------------------------- */

static size_t check_granule(struct region_slot *slot, size_t granule)
{
	struct descriptor *descriptor = region_descriptor(slot->region, granule);
	size_t left = GRANULES_PER_REGION - granule;

	if (descriptor->kind == KIND_SLAB && !bitmap_test(slot->free, granule))
		return check_slab(descriptor, left);
	expect(!descriptor->owner && descriptor->word == WORD_OWNED);
	if (bitmap_test(slot->free, granule)) {
		expect(descriptor->kind == KIND_FREE);
		return 1;
	}
	if (!expect(descriptor->kind == KIND_LARGE) ||
	    !expect(descriptor->span > 0 && descriptor->span <= left))
		return 1;
	return descriptor->span;
}

/* Nothing that is taken may be free, and the other way round: the granules of a run agree. */
static void check_run(const struct region_slot *slot, size_t first, size_t count)
{
	size_t free_count = bitmap_count(slot->free, first, count);

	expect(free_count == 0 || count == 1);
}

static void check_bitmaps(const struct region_slot *slot)
{
	for (size_t w = 0; w < GRANULE_WORDS; w++) {
		expect((slot->dirty[w] & ~slot->free[w]) == 0);
		expect((slot->old[w] & ~slot->dirty[w]) == 0);
	}
	expect(!bitmap_test(slot->free, 0));
	expect(bitmap_count(slot->free, 0, GRANULES_PER_REGION) == slot->free_count);
	expect(bitmap_count(slot->dirty, 0, GRANULES_PER_REGION) == slot->dirty_count);
	expect(bitmap_find_run(slot->free, slot->free, GRANULES_PER_REGION,
			       (size_t)slot->run_max + 1, 1) == BITMAP_NONE);
}

static void check_slot(struct region_group *group, unsigned number)
{
	struct region_slot *slot = &group->slots[number];

	if (!expect(bitmap_test(&group->occupied, number) == (slot->region != NULL)) ||
	    !slot->region)
		return;
	if (!expect(slot->region->group == group && slot->region->slot == number))
		return;
	check_bitmaps(slot);
	expect(slot->free_count == 0 || !bitmap_test(&group->full, number));
	for (size_t granule = 1; granule < GRANULES_PER_REGION;) {
		size_t count = check_granule(slot, granule);

		check_run(slot, granule, count);
		granule += count;
	}
}

static void check_arena(struct arena *arena)
{
	size_t dirty_count = 0;

	for (struct region_group *group = arena->groups; group; group = group->next) {
		expect(group->arena == arena);
		for (unsigned number = 0; number < WORD_BITS; number++) {
			check_slot(group, number);
			dirty_count += group->slots[number].dirty_count;
		}
	}
	expect(dirty_count == arena->dirty_count);
	expect(!arena->spare || arena->spare->free_count == GRANULES_PER_REGION - 1);
}

/* ---- heaps ---------------------------------------------------------------------------------- */

/* What is at hand where a class is exchanged: that a block is there once only its slab can tell. */
static void check_exchanged(const struct block *list, unsigned size_class)
{
	size_t left = (size_t)size_class_capacity(size_class) * 2;

	for (; list && left > 0; list = list->next) {
		const struct descriptor *slab = slab_at_hand(list);

		if (!expect(slab && slab->size_class == size_class))
			return;
		left--;
	}
}

static void check_partial(const struct heap *heap, unsigned size_class,
			  const struct descriptor *slab)
{
	expect(slab != heap->active[size_class]);
	expect(slab->owner == heap && slab->size_class == size_class);
	expect(slab->used < slab->capacity);
}

static void check_class(const struct heap *heap, unsigned size_class)
{
	const struct descriptor *active = heap->active[size_class];
	const struct descriptor *oldest = heap->partial[size_class];
	const struct descriptor *slab = oldest;
	unsigned count = 0;

	if (exchange_is_on(heap, size_class))
		check_exchanged(heap->free_list[size_class], size_class);
	else
		expect(active || !heap->free_list[size_class]);
	if (active)
		expect(active->owner == heap && active->size_class == size_class);
	while (slab) {
		check_partial(heap, size_class, slab);
		if (!expect(slab->next && descriptor_previous(slab->next) == slab))
			return;
		slab = slab->next == oldest ? NULL : slab->next;
		count++;
	}
	expect(CONFIG_PARTIAL_SLABS_MAX == 0 || count <= CONFIG_PARTIAL_SLABS_MAX);
}

/* Whether a chain may be at a place; that its blocks are in use only their slab can tell. */
static void check_chain(const struct block *first, size_t place)
{
	const struct descriptor *slab = slab_at_hand(first);

	if (!expect(slab && slab->capacity >= OUTBOX_CAPACITY_MIN && outbox_place(first) == place))
		return;
	expect(outbox_count(first) > 0 && outbox_count(first) < OUTBOX_CHAIN_MAX);
}

/* Not of a heap whose thread a fork left behind, in the middle of a step. */
static void check_outbox(const struct heap *heap)
{
	size_t count = 0;

	if (heap->is_lost)
		return;
	for (size_t i = 0; i != OUTBOX_PLACES; i++) {
		if (!heap->outbox[i])
			continue;
		check_chain(heap->outbox[i], i);
		count++;
	}
	expect(count == outbox_chain_count(heap) && count <= CONFIG_OUTBOX_SLOTS);
}

size_t heap_validate(void)
{
	struct arena *arena;

	contradictions = 0;
	for (const struct heap *heap = heap_first(); heap; heap = heap->next) {
		expect(!heap->free_list[0]);
		check_outbox(heap);
		for (unsigned size_class = 1; size_class < CLASS_COUNT; size_class++)
			check_class(heap, size_class);
	}
	for (unsigned i = 0; (arena = arena_peek(i)); i++)
		check_arena(arena);
	return contradictions + validate_mappings();
}
