/*
 * The tiers (small and medium classes, large runs, huge mappings) behind one face.
 *
 * What a granule's descriptor says of a live block (kind, span, class) does not change while the block
 * lives, so whoever holds the block may read it.
 */
#include "heap/any_block.h"

#include "base/check.h"
#include "heap/exchange.h"
#include "heap/heap.h"
#include "heap/huge.h"
#include "heap/large.h"
#include "heap/outbox.h"

#include <string.h>

/*
 * Most that come here are blocks of others, for which two looks suffice, before it is known what the granule is: their
 * class may be exchanged, and others of their slab may be on their way.
 */
SLOW_PATH void any_block_free_at(void *block, struct descriptor *descriptor, struct heap *heap)
{
	if (LIKELY(!heap_is_empty(heap))) {
		if (UNLIKELY(exchange_is_on_of(heap, descriptor))) {
			heap_free_exchanged(block, descriptor, heap);
			return;
		}
		if (outbox_join(heap, block))
			return;
	}
	descriptor = slab_or_run_at(descriptor);
	if (LIKELY(descriptor->kind == KIND_SLAB)) {
		if (heap_owns(heap, descriptor))
			heap_free_local(block, descriptor, heap);
		else if (heap_is_empty(heap))
			heap_free_without(block, descriptor);
		else
			heap_free_remote(block, descriptor, heap);
		return;
	}
	switch (descriptor->kind) {
	case KIND_LARGE:
		large_free(block, descriptor);
		return;
	case KIND_HUGE:
		huge_free(block);
		return;
	default:
		CHECK(false, "free(): no block begins there, or it is free already");
	}
}

void any_block_free(void *block)
{
	if (is_aligned(block, REGION_SIZE))
		huge_free(block);
	else
		any_block_free_own(block, descriptor_of(block));
}

size_t any_block_usable_size(const void *block)
{
	const struct descriptor *descriptor;

	if (is_aligned(block, REGION_SIZE))
		return huge_usable_size(block);
	descriptor = slab_or_run_of(block);
	switch (descriptor->kind) {
	case KIND_SLAB:
		return slab_stride(descriptor);
	case KIND_LARGE:
		return large_usable_size(descriptor);
	case KIND_HUGE:
		return huge_usable_size(block);
	default:
		CHECK(false, "no block begins there, or it is free already");
		return 0;
	}
}

SLOW_PATH static void *allocate_beyond_classes(size_t size, size_t alignment, bool shall_be_zeroes)
{
	bool is_zeroed;
	void *block;

	/* An object is at most PTRDIFF_MAX bytes; nor is there more to be mapped, or room to be made for it. */
	if (size > PTRDIFF_MAX || alignment > PTRDIFF_MAX || size + alignment > PTRDIFF_MAX)
		return NULL;
	for (bool is_last = false;; is_last = true) {
		is_zeroed = shall_be_zeroes;
		block = size <= LARGE_SIZE_MAX && alignment <= LARGE_ALIGN_MAX
				? large_allocate(size, alignment, &is_zeroed)
				: huge_allocate(size, alignment, &is_zeroed);
		if (LIKELY(block))
			break;
		if (is_last)
			return NULL;
		heap_make_room();
	}
	if (shall_be_zeroes && !is_zeroed)
		memset(block, 0, size);
	return block;
}

void *any_block_allocate(size_t size)
{
	if (LIKELY(size <= MEDIUM_SIZE_MAX))
		return heap_take(size_class_of(size));
	return allocate_beyond_classes(size, BLOCK_ALIGN, false);
}

void *any_block_allocate_zeroed(size_t size)
{
	void *block;

	if (UNLIKELY(size > MEDIUM_SIZE_MAX))
		return allocate_beyond_classes(size, BLOCK_ALIGN, true);
	block = heap_take(size_class_of(size));
	if (block)
		memset(block, 0, size);
	return block;
}

void *any_block_allocate_aligned(size_t size, size_t alignment)
{
	unsigned size_class = size_class_aligned(size, alignment);

	if (size_class != 0)
		return heap_take(size_class);
	return allocate_beyond_classes(size, alignment, false);
}

/* Whether a block of that usable size may stay for that size. */
static bool is_worth_keeping(size_t usable_size, size_t size)
{
	return size <= usable_size &&
	       (size >= usable_size / 2 || usable_size <= (size_t)BLOCK_ALIGN * 4);
}

void *any_block_resize(void *block, size_t size)
{
	struct descriptor *descriptor = NULL;

	if (is_worth_keeping(any_block_usable_size(block), size))
		return block;
	if (!is_aligned(block, REGION_SIZE))
		descriptor = slab_or_run_of(block);
	if (!descriptor || descriptor->kind == KIND_HUGE)
		return size > LARGE_SIZE_MAX ? huge_resize(block, size) : NULL;
	if (descriptor->kind == KIND_LARGE && size > MEDIUM_SIZE_MAX && size <= LARGE_SIZE_MAX &&
	    large_resize(descriptor, size))
		return block;
	return NULL;
}
