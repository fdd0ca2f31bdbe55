/*
 * The registry: every heap there ever was, and which of them a thread has.
 *
 * A heap is metadata and lives for ever; that of a thread that ended waits for another one: kept, with its active slabs
 * and the blocks at hand, or in the pool, with nothing. One is kept, for threads that come and go, and hand on what they
 * hold: the next one finds all that in the caches, and most of what it frees is its own. It is given up at a tick
 * of the purge clock (reclaim_kept()), so none is kept where there is no such clock. A forked child leaves the heaps of the threads that it
 * does not have: they may be half changed.
 *
 * A thread that allocates in the last round of its destructors (POSIX: the fourth) gets a heap that
 * nobody tells us the end of. It is found again by the thread's identity: when a thread with the same
 * one wants a heap, the former is gone, and the heap goes on where it was. So there are never more
 * of them than identities, which come again as stacks do.
 */
#include "heap/heap_registry.h"

#include "arena/arena.h"
#include "arena/metadata.h"
#include "arena/purge.h"
#include "base/check.h"
#include "diagnostics/statistics.h"
#include "heap/exchange.h"
#include "heap/outbox.h"
#include "heap/reclaim.h"
#include "platform/os.h"

struct lock heap_registry_lock;

struct heap *heap_registry_all;
struct heap *heap_registry_pooled;
struct heap *heap_registry_kept;

/* Guarded by the lock. */
static unsigned heap_count;

struct heap *heap_first(void)
{
	struct heap *heap;

	lock_take(&heap_registry_lock);
	heap = heap_registry_all;
	lock_release(&heap_registry_lock);
	return heap;
}

void heap_registry_pool(struct heap *heap)
{
	heap->next_pooled = heap_registry_pooled;
	heap_registry_pooled = heap;
}

/* ---- a thread ends -------------------------------------------------------------------------- */

/*
 * Called on the thread. A free that comes later takes the way of a thread without a heap; a malloc
 * that comes later attaches one again, and this is called again.
 */
static void thread_ended(struct heap *heap)
{
	bool is_kept;

	heap_clear();
	outbox_flush(heap);
	heap_retire_partial(heap);
	lock_take(&heap_registry_lock);
	heap->thread = 0;
	is_kept = HEAPS_ARE_KEPT && !heap_registry_kept;
	if (is_kept)
		heap_registry_kept = heap;
	lock_release(&heap_registry_lock);
	if (!is_kept) {
		heap_abandon(heap);
		lock_take(&heap_registry_lock);
		heap_registry_pool(heap);
		lock_release(&heap_registry_lock);
	}
	statistics_lower(GAUGE_HEAPS, 1);
	purge_tick(purge_clock_now());
}

/* ---- a thread begins ------------------------------------------------------------------------ */

/* What a granule is must be whole pages. Names the one option that serves this system. */
static void check_page_size(size_t page_size)
{
	if (LIKELY(page_size <= (size_t)1 << PAGE_SIZE_MAX_LOG2))
		return;
	if (page_size <= (size_t)1 << 14)
		DIE("this system's pages are larger than the build allows; set CONFIG_PAGE_SIZE_MAX_16K");
	DIE("this system's pages are larger than the build allows; set CONFIG_PAGE_SIZE_MAX_64K");
}

/* Once in the life of a process, by its first allocation. */
static void start(void)
{
	static uint32_t is_started;

	/* Acquire: partner of the release below. */
	if (LIKELY(atomic_load(&is_started, ACQUIRE)))
		return;
	lock_take(&heap_registry_lock);
	/* Relaxed: all stores are under the lock. */
	if (!atomic_load(&is_started, RELAXED)) {
		if (IS_ENABLED(CONFIG_ARCH_HAS_LARGE_PAGES))
			check_page_size(os_page_size());
		if (IS_ENABLED(CONFIG_THREADS))
			tls_start(thread_ended);
		/* Release: partner of the acquire above. */
		atomic_store(&is_started, 1u, RELEASE);
	}
	lock_release(&heap_registry_lock);
}

/* A heap that no thread has. The caller holds the lock. */
static struct heap *take_pooled(void)
{
	struct heap *heap = HEAPS_ARE_KEPT ? heap_registry_kept : NULL;

	if (heap) {
		heap_registry_kept = NULL;
		return heap;
	}
	heap = heap_registry_pooled;
	if (heap)
		heap_registry_pooled = heap->next_pooled;
	return heap;
}

/*
 * The heap of a thread that ended without giving it back and had this thread's identity, or NULL. The
 * caller holds the lock, and found no heap kept and the pool empty: those have another owner to come.
 */
static struct heap *take_left_behind(void)
{
	uintptr_t thread = os_thread();

	for (struct heap *heap = heap_registry_all; heap; heap = heap->next) {
		if (heap->thread == thread)
			return heap;
	}
	return NULL;
}

/* The arena of the next heap, or NULL when there is no memory. The caller holds the lock. */
static struct arena *next_arena(void)
{
	return arena_get(heap_count % CONFIG_ARENA_COUNT);
}

/* Enters a new heap. The caller holds the lock. */
static void register_heap(struct heap *heap, struct arena *arena)
{
	for (size_t units = 1; units < HEAP_UNITS; units++)
		heap->class_of[units] = (uint8_t)size_class_of(units << BLOCK_ALIGN_LOG2);
	heap->arena = arena;
	heap->next = heap_registry_all;
	heap_registry_all = heap;
	heap_count++;
}

/* The caller holds the lock. */
static struct heap *make_heap(void)
{
	struct arena *arena = next_arena();
	struct heap *heap = arena ? metadata_take(sizeof(*heap)) : NULL;

	if (heap)
		register_heap(heap, arena);
	return heap;
}

SLOW_PATH static struct heap *attach_thread(void)
{
	struct heap *heap = heap_being_set();

	if (heap)
		return heap;
	start();
	lock_take(&heap_registry_lock);
	heap = take_pooled();
	if (!heap)
		heap = take_left_behind();
	if (!heap)
		heap = make_heap();
	if (heap)
		heap->thread = os_thread();
	lock_release(&heap_registry_lock);
	if (!heap)
		return NULL;
	exchange_begin(heap);
	heap_set(heap);
	statistics_raise(GAUGE_HEAPS, 1);
	return heap;
}

/* The one heap of a single-threaded build: at its first use it learns which thread is its own. */
static struct heap *attach_only_thread(void)
{
	static uintptr_t only_thread;

	if (UNLIKELY(!heap_only.arena)) {
		start();
		only_thread = os_thread();
		if (!next_arena())
			return NULL;
		register_heap(&heap_only, next_arena());
		statistics_raise(GAUGE_HEAPS, 1);
	}
	if (UNLIKELY(os_thread() != only_thread))
		DIE("a second thread allocates, but this build is for one; set CONFIG_THREADS");
	return &heap_only;
}

struct heap *heap_attach(void)
{
	struct heap *heap = heap_current();

	if (IS_ENABLED(CONFIG_TLS_NONE))
		return attach_only_thread();
	return LIKELY(!heap_is_empty(heap)) ? heap : attach_thread();
}
