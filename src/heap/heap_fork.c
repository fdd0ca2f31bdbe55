/*
 * A fork: the forking thread takes all locks before, so that the child finds every structure whole, and
 * passes through them until it is over, for the fork handlers of others may allocate in between.
 */
#include "heap/heap.h"

#include "arena/arena.h"
#include "heap/heap_registry.h"
#include "heap/reclaim.h"

static void lock_heaps(void)
{
	for (struct heap *heap = heap_registry_all; heap; heap = heap->next)
		lock_take(&heap->lock);
}

static void unlock_heaps(void)
{
	for (struct heap *heap = heap_registry_all; heap; heap = heap->next)
		lock_release(&heap->lock);
}

/*
 * In the child: the heaps whose threads were left behind are lost, for they may be half changed. All are unlocked.
 */
static void leave_behind(void)
{
	struct heap *own = heap_current();

	for (struct heap *heap = heap_registry_all; heap; heap = heap->next) {
		lock_reset(&heap->lock);
		if (heap == own)
			continue;
		heap->is_lost = true;
		/* A thread to come may get the identity of one that is gone, and must not take its heap over. */
		heap->thread = 0;
	}
	for (struct heap *heap = heap_registry_pooled; heap; heap = heap->next_pooled)
		heap->is_lost = false;
	if (HEAPS_ARE_KEPT && heap_registry_kept)
		heap_registry_kept->is_lost = false;
}

void heap_before_fork(void)
{
	reclaim_lock();
	lock_take(&heap_registry_lock);
	lock_heaps();
	arena_lock_all();
	lock_fork_begin();
}

void heap_after_fork_in_parent(void)
{
	lock_fork_end();
	arena_unlock_all();
	unlock_heaps();
	lock_release(&heap_registry_lock);
	reclaim_unlock();
}

void heap_after_fork_in_child(void)
{
	lock_fork_end();
	tls_after_fork();
	arena_reset_locks();
	leave_behind();
	lock_reset(&heap_registry_lock);
	reclaim_unlock();
}
