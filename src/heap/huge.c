/*
 * A huge block's mapping begins with a region's header, which knows the mapping; the block follows at
 * its alignment, in the first region, so that the way to the header is the common one:
 *
 *	| header | ... | block ...		the mapping is aligned to a region
 *
 * A block aligned to a region or more begins where the lookup would take user data for a header. Such an
 * address is given out here alone, so its header stands a granule below:
 *
 *	| header, a granule | block ...		the block is aligned to a region, or more
 */
#include "heap/huge.h"

#include "arena/huge_pages.h"
#include "arena/limit.h"
#include "arena/mapping.h"
#include "base/check.h"
#include "diagnostics/statistics.h"
#include "heap/heap.h"
#include "platform/os.h"

/* How a mapping is laid out. */
struct layout {
	size_t block_offset; /* from the mapping's beginning */
	size_t alignment;    /* of the byte at `aligned_offset` */
	size_t aligned_offset;
	size_t mapping_size;
};

/* What all huge blocks' mappings have beyond them. Relaxed: it guards nothing. */
static word_t bytes_added;

/*
 * What is mapped for so many bytes: whole huge pages if an eighth at most is added by that; where much is in use, if an
 * eighth of that at most is added to all of them. Mappings that end with a huge page are taken from and put together
 * with each other without cutting any in two.
 */
static size_t mapping_size_for(size_t byte_count)
{
	size_t exact = align_up(byte_count, os_page_size());
	size_t rounded = align_up(exact, (size_t)1 << HUGE_PAGE_SIZE_LOG2);
	size_t added = rounded - exact;

	if (IS_ENABLED(CONFIG_THP_NEVER))
		return exact;
	if (added <= exact / 8 ||
	    (IS_ENABLED(CONFIG_THP_ADAPTIVE) &&
	     atomic_load(&bytes_added, RELAXED) + added <= huge_pages_for_all() / 8))
		return rounded;
	return exact;
}

static struct layout layout_for(size_t size, size_t alignment)
{
	struct layout layout = {
		.block_offset = alignment > GRANULE_SIZE ? alignment : GRANULE_SIZE,
		.alignment = REGION_SIZE,
	};

	if (alignment >= REGION_SIZE) {
		layout.block_offset = GRANULE_SIZE;
		layout.alignment = alignment;
		layout.aligned_offset = GRANULE_SIZE;
	}
	layout.mapping_size = mapping_size_for(layout.block_offset + size);
	return layout;
}

static struct region *header_of(const void *block)
{
	if (is_aligned(block, REGION_SIZE))
		return (struct region *)((uintptr_t)block - GRANULE_SIZE);
	return region_of(block);
}

static void count_added(size_t change)
{
	if (IS_ENABLED(CONFIG_THP_ADAPTIVE))
		atomic_fetch_add(&bytes_added, (word_t)change, RELAXED);
}

/* After a mapping was made, moved or resized. */
static void *write_header(char *mapping, size_t mapping_size, size_t block_offset, size_t size,
			  size_t old_added)
{
	struct region *header = (struct region *)(void *)mapping;

	*header = (struct region){
		.kind = KIND_HUGE,
		.mapping = mapping,
		.mapping_size = mapping_size,
		.block = mapping + block_offset,
		.bytes_added = mapping_size - block_offset - size,
	};
	count_added(header->bytes_added - old_added);
	/* All of it: the mapping may have been in use before. */
	if (!is_aligned(header->block, REGION_SIZE))
		*descriptor_of(header->block) = (struct descriptor){.kind = KIND_HUGE};
	return header->block;
}

void *huge_allocate(size_t size, size_t alignment, bool *is_zeroed)
{
	struct layout layout = layout_for(size, alignment);
	struct heap *heap;
	void *mapping;

	/* Who begins with a huge block has no heap yet, and the system is not known. */
	heap = heap_attach();
	if (!heap || !limit_take(layout.mapping_size))
		return NULL;
	mapping = mapping_take(layout.mapping_size, layout.alignment, layout.aligned_offset,
			       is_zeroed);
	if (!mapping) {
		limit_give_back(layout.mapping_size);
		return NULL;
	}
	heap_event_large(heap);
	statistics_count(COUNTER_HUGE, 1);
	return write_header(mapping, layout.mapping_size, layout.block_offset, size, 0);
}

void huge_free(void *block)
{
	struct region *header = header_of(block);
	struct heap *heap = heap_current();
	size_t size = header->mapping_size;

	CHECK(header->kind == KIND_HUGE && header->block == block,
	      "free(): not the beginning of a block");
	header->kind = KIND_FREE;
	count_added((size_t)0 - header->bytes_added);
	mapping_release(header->mapping, size);
	limit_give_back(size);
	if (!heap_is_empty(heap))
		heap_event_large(heap);
}

size_t huge_usable_size(const void *block)
{
	const struct region *header = header_of(block);

	return header->mapping_size - (size_t)((const char *)block - (const char *)header->mapping);
}

void *huge_resize(void *block, size_t size)
{
	struct region *header = header_of(block);
	char *mapping = header->mapping;
	size_t block_offset = (size_t)((char *)block - mapping);
	size_t old_size = header->mapping_size;
	size_t old_added = header->bytes_added;
	size_t new_size;

	if (size > PTRDIFF_MAX - block_offset)
		return NULL;
	new_size = mapping_size_for(block_offset + size);
	if (new_size == old_size)
		return block;
	if (new_size > old_size && !limit_take(new_size - old_size))
		return NULL;
	/* A smaller one is not moved: the system cuts its end off before it refuses. */
	mapping = mapping_resize(mapping, old_size, new_size, REGION_SIZE,
				 new_size > old_size && !is_aligned(block, REGION_SIZE));
	if (!mapping) {
		if (new_size > old_size)
			limit_give_back(new_size - old_size);
		return NULL;
	}
	if (new_size < old_size)
		limit_give_back(old_size - new_size);
	return write_header(mapping, new_size, block_offset, size, old_added);
}
