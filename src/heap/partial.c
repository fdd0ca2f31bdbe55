/*
 * Rings of slabs, doubly linked: `partial` of the heap is the oldest, the newest is before it.
 *
 * Invariant: a slab in a ring is owned by the heap and has a free block, or will find one in its remote
 * chain.
 */
#include "heap/partial.h"

enum {
	LOOKS = 8, /* at slabs that may have enough free blocks */
};

static bool is_alone(const struct descriptor *slab)
{
	return slab->next == slab;
}

static void link_newest(struct heap *heap, unsigned size_class, struct descriptor *slab)
{
	struct descriptor *oldest = heap->partial[size_class];

	slab->was_free = false;
	if (!oldest) {
		heap->partial[size_class] = slab;
		slab->next = slab;
		descriptor_set_previous(slab, slab);
		return;
	}
	slab->next = oldest;
	descriptor_set_previous(slab, descriptor_previous(oldest));
	descriptor_previous(oldest)->next = slab;
	descriptor_set_previous(oldest, slab);
}

void partial_unlink(struct heap *heap, unsigned size_class, struct descriptor *slab)
{
	struct descriptor *next = slab->next;

	if (is_alone(slab)) {
		heap->partial[size_class] = NULL;
	} else {
		descriptor_previous(slab)->next = next;
		descriptor_set_previous(next, descriptor_previous(slab));
		if (heap->partial[size_class] == slab)
			heap->partial[size_class] = next;
	}
	slab->next = NULL;
	descriptor_set_previous(slab, NULL);
}

static unsigned count_up_to(const struct descriptor *oldest, unsigned most)
{
	const struct descriptor *slab = oldest;
	unsigned count = 0;

	if (!slab)
		return 0;
	do {
		count++;
		slab = slab->next;
	} while (slab != oldest && count < most);
	return count;
}

bool partial_is_below_most(struct heap *heap, unsigned size_class)
{
	unsigned count;

	lock_take(&heap->lock);
	count = count_up_to(heap->partial[size_class], CONFIG_PARTIAL_SLABS_MAX);
	lock_release(&heap->lock);
	return count != CONFIG_PARTIAL_SLABS_MAX;
}

void partial_add(struct heap *heap, unsigned size_class, struct descriptor *slab)
{
	lock_take(&heap->lock);
	link_newest(heap, size_class, slab);
	lock_release(&heap->lock);
}

/*
 * The oldest of a few that has enough free blocks; the others become the newest, so that all have their turn. The
 * caller holds the lock.
 */
static struct descriptor *find_worthwhile(struct heap *heap, unsigned size_class, enum worth worth)
{
	for (unsigned i = 0; i < LOOKS && heap->partial[size_class]; i++) {
		struct descriptor *slab = heap->partial[size_class];

		if (worth == ANY_WORTH || slab_free_count(slab) >= slab->capacity / WORTHWHILE_PART)
			return slab;
		heap->partial[size_class] = slab->next;
	}
	return NULL;
}

struct descriptor *partial_take(struct heap *heap, unsigned size_class, enum worth worth)
{
	struct descriptor *slab;

	lock_take(&heap->lock);
	slab = find_worthwhile(heap, size_class, worth);
	if (slab)
		partial_unlink(heap, size_class, slab);
	lock_release(&heap->lock);
	return slab;
}

void partial_remove(struct heap *heap, unsigned size_class, struct descriptor *slab)
{
	lock_take(&heap->lock);
	partial_unlink(heap, size_class, slab);
	lock_release(&heap->lock);
}

void partial_release_free(struct heap *heap, unsigned size_class)
{
	struct descriptor *slab;
	struct descriptor *newest;

	lock_take(&heap->lock);
	slab = heap->partial[size_class];
	newest = slab ? descriptor_previous(slab) : NULL;
	while (slab) {
		struct descriptor *next = slab == newest ? NULL : slab->next;

		if (slab_is_free(slab)) {
			partial_unlink(heap, size_class, slab);
			heap_release_slab(heap, slab);
		}
		slab = next;
	}
	lock_release(&heap->lock);
}
