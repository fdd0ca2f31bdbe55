/*
 * The arenas' locks while the process forks: all are taken before, so that the child finds every
 * structure whole.
 */
#include "arena/arena.h"
#include "arena/collapse.h"
#include "arena/mapping_cache.h"
#include "arena/metadata.h"

void arena_lock_all(void)
{
	struct arena *arena;

	lock_take(&arena_table_lock);
	for (unsigned i = 0; (arena = arena_peek(i)); i++)
		lock_take(&arena->purge_turn.lock);
	for (unsigned i = 0; (arena = arena_peek(i)); i++)
		lock_take(&arena->lock);
	mapping_cache_lock();
	lock_take(&metadata_lock);
	collapse_end();
}

void arena_unlock_all(void)
{
	struct arena *arena;

	lock_release(&metadata_lock);
	mapping_cache_unlock();
	for (unsigned i = 0; (arena = arena_peek(i)); i++) {
		lock_release(&arena->lock);
		lock_release(&arena->purge_turn.lock);
	}
	lock_release(&arena_table_lock);
}

void arena_reset_locks(void)
{
	struct arena *arena;

	lock_reset(&metadata_lock);
	mapping_cache_unlock();
	for (unsigned i = 0; (arena = arena_peek(i)); i++) {
		lock_reset(&arena->lock);
		lock_reset(&arena->purge_turn.lock);
	}
	lock_reset(&arena_table_lock);
}
