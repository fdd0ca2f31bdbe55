/*
 * Large blocks go straight to the arena: no list, no cache but the arena's dirty granules.
 */
#include "heap/large.h"

#include "arena/arena.h"
#include "base/check.h"
#include "diagnostics/statistics.h"
#include "heap/heap.h"

static size_t granules_for(size_t size)
{
	return (size + GRANULE_SIZE - 1) >> GRANULE_SIZE_LOG2;
}

void *large_allocate(size_t size, size_t alignment, bool *is_zeroed)
{
	struct heap *heap = heap_attach();
	size_t align_granules = alignment > GRANULE_SIZE ? alignment >> GRANULE_SIZE_LOG2 : 1;
	struct descriptor *large;

	if (!heap)
		return NULL;
	large = arena_take_run(heap->arena, granules_for(size), align_granules, is_zeroed);
	if (!large)
		return NULL;
	/* Relaxed: who purges only wants to know that it is no slab. */
	atomic_store(&large->kind, (uint8_t)KIND_LARGE, RELAXED);
	large->span = (uint16_t)granules_for(size);
	heap_event_large(heap);
	statistics_count(COUNTER_LARGE, 1);
	return descriptor_memory(large);
}

void large_free(const void *block, struct descriptor *large)
{
	struct heap *heap = heap_current();

	CHECK(block == descriptor_memory(large), "free(): not the beginning of a block");
	arena_release_run(large, large->span, AGE_YOUNG);
	if (!heap_is_empty(heap))
		heap_event_large(heap);
}

size_t large_usable_size(const struct descriptor *large)
{
	return (size_t)large->span << GRANULE_SIZE_LOG2;
}

bool large_resize(struct descriptor *large, size_t size)
{
	size_t count = granules_for(size);

	if (!arena_resize_run(large, large->span, count))
		return false;
	large->span = (uint16_t)count;
	return true;
}
