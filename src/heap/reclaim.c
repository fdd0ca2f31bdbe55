/*
 * A partial slab whose remote chain holds as many blocks as are used is free as a whole: no thread holds a
 * block of it. The owner can neither free into it, nor take from it without its heap's lock. A slab without a used
 * block is left alone: its owner emptied it, and keeps few of them (heap_slab_emptied()).
 *
 * What is seen of that is never wrong: while the slab is in the ring `used` only falls and the chain only grows,
 * and it never is the longer one; so old values of the two cannot be equal unless the new ones are.
 *
 * It is released only if it was so at the last tick already. For one, it has been free for the delay then, and is
 * purged with what else is old. For another, what the owner stored last (in its block, `free_list` and `used`, in
 * this order, see atomic_count_down()) came by plain stores, which may reach the memory in another order. Where
 * `used` is seen the others were made before; a tick later they have arrived, and cannot land on those of
 * the next user. That rests on time: that no store takes a tick to arrive (tests/model/pairs/reclaim.pml).
 */
#include "heap/reclaim.h"

#include "heap/heap_registry.h"
#include "heap/partial.h"

static struct purge_turn reclaim_turn;

static bool is_free(const struct descriptor *slab)
{
	/* Acquire: partner of atomic_count_down() where that is a release, else as good as relaxed: see above. */
	uint32_t used = atomic_load(&slab->used, ACQUIRE);

	/* Relaxed: slab_forget_remote() takes the chain with acquire. */
	return used > 0 && word_count(atomic_load(&slab->word, RELAXED)) == used;
}

/* The caller holds the heap's lock, and is not its thread. */
static void release_if_still_free(struct heap *heap, unsigned size_class, struct descriptor *slab)
{
	if (!is_free(slab))
		return;
	if (!slab->was_free) {
		slab->was_free = true;
		return;
	}
	partial_unlink(heap, size_class, slab);
	slab_forget_remote(slab);
	slab_release(slab, AGE_OLD);
}

static void look_at_class(struct heap *heap, unsigned size_class)
{
	struct descriptor *slab = heap->partial[size_class];
	struct descriptor *newest = slab ? descriptor_previous(slab) : NULL;

	while (slab) {
		struct descriptor *next = slab == newest ? NULL : slab->next;

		release_if_still_free(heap, size_class, slab);
		slab = next;
	}
}

void reclaim_kept(void)
{
	struct heap *heap;

	lock_take(&heap_registry_lock);
	heap = heap_registry_kept;
	if (heap) {
		heap_registry_kept = NULL;
		heap_abandon(heap);
		heap_registry_pool(heap);
	}
	lock_release(&heap_registry_lock);
}

void reclaim_tick(const struct heap *own, purge_clock_t now)
{
	if (!purge_turn_begin(&reclaim_turn, now))
		return;
	reclaim_kept();
	for (struct heap *heap = heap_first(); heap; heap = heap->next) {
		if (heap == own || heap->is_lost || !lock_try(&heap->lock))
			continue;
		for (unsigned size_class = 1; size_class < CLASS_COUNT; size_class++)
			look_at_class(heap, size_class);
		lock_release(&heap->lock);
	}
	purge_turn_end(&reclaim_turn);
}

void reclaim_lock(void)
{
	lock_take(&reclaim_turn.lock);
}

void reclaim_unlock(void)
{
	lock_release(&reclaim_turn.lock);
}
