/*
 * A fork: the forking thread takes all locks before, so that the child finds every structure whole, and
 * passes through them until it is over, for the fork handlers of others may allocate in between.
 */
#include "heap/heap.h"

#include "arena/arena.h"
#include "heap/heap_registry.h"

void heap_before_fork(void)
{
	lock_take(&heap_registry_lock);
	arena_lock_all();
	lock_fork_begin();
}

void heap_after_fork_in_parent(void)
{
	lock_fork_end();
	arena_unlock_all();
	lock_release(&heap_registry_lock);
}

void heap_after_fork_in_child(void)
{
	lock_fork_end();
	tls_after_fork();
	heap_forget_threads();
	arena_reset_locks();
	lock_reset(&heap_registry_lock);
}
