/*
 * A fork: the forking thread takes all locks before, so that the child finds every structure whole, and
 * passes through them until it is over, for the fork handlers of others may allocate in between.
 */
#include "heap/heap.h"

#include "arena/arena.h"
#include "heap/heap_registry.h"
#include "heap/reclaim.h"

void heap_before_fork(void)
{
	reclaim_lock();
	lock_take(&heap_registry_lock);
	heap_registry_lock_heaps();
	arena_lock_all();
	lock_fork_begin();
}

void heap_after_fork_in_parent(void)
{
	lock_fork_end();
	arena_unlock_all();
	heap_registry_unlock_heaps();
	lock_release(&heap_registry_lock);
	reclaim_unlock();
}

void heap_after_fork_in_child(void)
{
	lock_fork_end();
	tls_after_fork();
	arena_reset_locks();
	heap_registry_leave_behind();
	lock_reset(&heap_registry_lock);
	reclaim_unlock();
}
