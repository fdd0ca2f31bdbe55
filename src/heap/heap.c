/*
 * The slow paths of a heap: where blocks come from when the list is empty, and where slabs go.
 *
 * A list is refilled, in this order, from: what the owner freed into the active slab; what others freed
 * into it; fresh blocks of it; the oldest partial slab that is worth it; a retired slab, of the heap's arena or
 * another; a new one. An active slab with nothing left is retired: full slabs have no owner.
 *
 * Invariants: the active slab of a class is not among the partial ones; both have this heap as owner, and no
 * other slab has.
 */
#include "heap/heap.h"

#include "arena/arena.h"
#include "arena/purge.h"
#include "base/check.h"
#include "diagnostics/statistics.h"
#include "heap/exchange.h"
#include "heap/outbox.h"
#include "heap/partial.h"
#include "heap/reclaim.h"
#include "heap/tidy.h"

/* How many granules a heap keeps in slabs that are free as a whole: a few, however large a region is. */
#define EMPTY_GRANULES_MAX (GRANULES_PER_REGION < 128 ? GRANULES_PER_REGION / 16 : 8)

/* ---- refill -------------------------------------------------------------------------------- */

/* The slab is not among those that are kept although they are empty, or not any more. */
static void keep_no_more(struct heap *heap, struct descriptor *slab)
{
	if (LIKELY(!slab->is_kept_empty))
		return;
	slab->is_kept_empty = false;
	heap->empty_granules -= slab->span;
}

void heap_release_slab(struct heap *heap, struct descriptor *slab)
{
	keep_no_more(heap, slab);
	if (slab_is_pushed_to(slab))
		slab_forget_remote(slab);
	slab_release(slab, AGE_YOUNG);
}

/* What the owner freed into the active slab; else what others did; else fresh blocks. */
static struct block *take_from_active(struct heap *heap, unsigned size_class)
{
	struct descriptor *slab = heap->active[size_class];
	struct block *chain;

	if (!slab)
		return NULL;
	keep_no_more(heap, slab);
	chain = slab_take_freed(slab);
	if (!chain)
		chain = slab_take_remote(slab);
	return chain ? chain : slab_carve(slab);
}

/* A retired slab with free blocks: of the heap's arena, else of another, for memory in use is better than new. */
static struct descriptor *claim_anywhere(struct heap *heap, unsigned size_class)
{
	struct descriptor *slab;
	struct arena *arena;

	/* One thread retires only what is full, and has it back at the first free. */
	if (!IS_ENABLED(CONFIG_THREADS))
		return NULL;
	slab = slab_claim(heap->arena, size_class, heap);
	for (unsigned i = 0; !slab && (arena = arena_peek(i)); i++) {
		if (arena != heap->arena)
			slab = slab_claim(arena, size_class, heap);
	}
	return slab;
}

/* Gives up a slab that is neither active nor partial any more. */
static void retire(struct heap *heap, struct descriptor *slab)
{
	if (UNLIKELY(!slab_retire(slab)))
		heap_release_slab(heap, slab);
}

/* Gives up the active slab of a class, where there is one. Blocks of it that are at hand count as used. */
SLOW_PATH static void retire_active(struct heap *heap, unsigned size_class)
{
	struct descriptor *slab = heap->active[size_class];

	heap->active[size_class] = NULL;
	if (slab)
		retire(heap, slab);
}

/* Another active slab. Returns false when there is no memory. */
static bool change_active(struct heap *heap, unsigned size_class, enum worth worth)
{
	struct descriptor *slab;

	retire_active(heap, size_class);
	slab = partial_take(heap, size_class, worth);
	if (!slab)
		slab = claim_anywhere(heap, size_class);
	if (!slab)
		slab = slab_make(heap->arena, size_class, heap);
	heap->active[size_class] = slab;
	return slab != NULL;
}

/* A chain of the active slab, or of another that takes its place. When there is no memory: what lies idle in other classes. */
static struct block *find_chain(struct heap *heap, unsigned size_class)
{
	enum worth worth = WORTHWHILE;
	struct block *block;

	while (!(block = take_from_active(heap, size_class))) {
		while (UNLIKELY(!change_active(heap, size_class, worth))) {
			if (worth == ANY_WORTH)
				return NULL;
			heap_make_room();
			worth = ANY_WORTH;
		}
	}
	return block;
}

/* How many blocks the owner freed into the active slab: a list was good for about as many calls. */
static uint32_t freed_count(const struct descriptor *slab)
{
	return LIKELY(slab) ? (uint32_t)slab->carved - slab->used : 0;
}

/* As how many calls a refill counts. */
static uint32_t calls_of(uint32_t freed)
{
	return freed > CALLS_LEAST ? freed : CALLS_LEAST;
}

/*
 * A list was just filled of a class that may be exchanged. If it is, nothing is to be written to the slab by who frees
 * its blocks.
 */
SLOW_PATH static void end_noticed(struct heap *heap, unsigned size_class, uint32_t freed)
{
	exchange_lower(heap, size_class, freed);
	if (exchange_is_on(heap, size_class))
		retire_active(heap, size_class);
}

/* Notes that a class has been refilled. */
static void note_refill(struct heap *heap, unsigned size_class)
{
	heap->refilled[size_class / WORD_BITS] |= (word_t)1 << (size_class % WORD_BITS);
	statistics_count(COUNTER_REFILLS, 1);
}

/* Whatever there is to be done besides: a tick, another slab, the exchange. */
SLOW_PATH static struct block *refill(struct heap *heap, unsigned size_class)
{
	uint32_t freed = freed_count(heap->active[size_class]);
	struct block *block;

	heap_event(heap, calls_of(freed));
	/* The list may be filled: by the first steps of a thread, by one that had the heap before, or for malloc(0). */
	block = heap->free_list[size_class];
	if (LIKELY(!block)) {
		block = find_chain(heap, size_class);
		if (UNLIKELY(!block))
			return NULL;
		note_refill(heap, size_class);
		if (UNLIKELY(exchange_is_noticed(heap, size_class)))
			end_noticed(heap, size_class, freed);
	}
	return heap_pop(&heap->free_list[size_class], block);
}

SLOW_PATH static struct block *attach_and_refill(unsigned size_class)
{
	struct heap *heap = heap_attach();

	return LIKELY(heap) ? refill(heap, size_class) : NULL;
}

/*
 * The usual case, in which the owner's own frees are taken back, makes no call, and so saves no registers. Where there
 * is one thread, others are to be told from it; and a build that is to be small has all of it once.
 */
struct block *heap_refill(unsigned size_class)
{
	struct heap *heap = heap_current();
	struct descriptor *slab;
	struct block *block;
	uint32_t calls;

	if (IS_ENABLED(CONFIG_TLS_NONE) || IS_ENABLED(CONFIG_OPTIMISE_SIZE) ||
	    UNLIKELY(heap_is_empty(heap)))
		return attach_and_refill(size_class);
	slab = heap->active[size_class];
	block = LIKELY(slab) ? slab->free_list : NULL;
	if (UNLIKELY(!block) || UNLIKELY(slab->is_kept_empty) ||
	    UNLIKELY(heap->free_list[size_class]) ||
	    UNLIKELY(exchange_is_noticed(heap, size_class)))
		return refill(heap, size_class);
	calls = heap->calls + calls_of(freed_count(slab));
	if (UNLIKELY(calls >= CALLS_PER_TICK))
		return refill(heap, size_class);
	heap->calls = calls;
	(void)slab_take_freed(slab);
	note_refill(heap, size_class);
	return heap_pop(&heap->free_list[size_class], block);
}

/* ---- frees --------------------------------------------------------------------------------- */

/*
 * A slab that is free as a whole stays for the next blocks of its class, as long as there are not many of them: the
 * owner may go to sleep, and nobody else can release them.
 */
SLOW_PATH void heap_slab_emptied(struct heap *heap, struct descriptor *slab)
{
	unsigned size_class = slab->size_class;

	if (heap->empty_granules + slab->span <= EMPTY_GRANULES_MAX) {
		heap->empty_granules += slab->span;
		slab->is_kept_empty = true;
		return;
	}
	if (heap->active[size_class] == slab)
		heap->active[size_class] = NULL;
	else
		partial_remove(heap, size_class, slab);
	heap_release_slab(heap, slab);
	heap_event_large(heap);
}

/* A slab that the heap retired, and that nobody claimed since. */
static bool claim_back(struct heap *heap, unsigned size_class, struct descriptor *slab)
{
	if (!IS_ENABLED(CONFIG_THREADS)) {
		(void)slab_claim_back(slab, heap);
		return true;
	}
	/* Relaxed: it only says whether to try. */
	return atomic_load(&slab->last_owner, RELAXED) == heap &&
	       partial_has_room(heap, size_class) && slab_claim_back(slab, heap);
}

/* Sends one block home. */
SLOW_PATH static void push(struct descriptor *slab, struct block *block)
{
	outbox_push(slab, block, block, 1);
}

SLOW_PATH void heap_free_without(struct block *block, struct descriptor *slab)
{
	/* A thread that only frees gathers as well. */
	struct heap *heap = heap_frees_often() ? heap_attach() : NULL;

	if (heap && !heap_is_empty(heap))
		outbox_add(heap, slab, block);
	else
		push(slab, block);
}

/* There may be enough of its class at hand. */
void heap_free_exchanged(struct block *block, struct descriptor *slab, struct heap *heap)
{
	/* Relaxed: the block is the caller's, so the class is settled. */
	if (exchange_keep(heap, atomic_load(&slab->size_class, RELAXED), slab, block))
		heap_event(heap, 1);
	else
		outbox_add(heap, slab, block);
}

SLOW_PATH void heap_free_remote(struct block *block, struct descriptor *slab, struct heap *heap)
{
	/* Relaxed: the block is the caller's, so the class is settled. */
	unsigned size_class = atomic_load(&slab->size_class, RELAXED);

	if (exchange_is_on(heap, size_class)) {
		heap_free_exchanged(block, slab, heap);
	} else if (claim_back(heap, size_class, slab)) {
		partial_add(heap, size_class, slab);
		heap_free_local(block, slab, heap);
	} else {
		outbox_add(heap, slab, block);
	}
}

/* ---- looking after the heap ---------------------------------------------------------------- */

/* Sends blocks home, to slabs of any heap, this one's too, or of none. */
SLOW_PATH static void push_all(struct block *block)
{
	while (block) {
		struct descriptor *slab = slab_or_run_of(block);
		struct block *next = block->next;

		push(slab, block);
		block = next;
	}
}

/* Puts the list at hand back. What is free as a whole then is left to the caller. */
SLOW_PATH static void flush_list(struct heap *heap, unsigned size_class)
{
	struct block *list = heap->free_list[size_class];

	heap->free_list[size_class] = NULL;
	if (exchange_is_on(heap, size_class))
		push_all(list);
	else if (heap->active[size_class])
		slab_put_chain(heap->active[size_class], list);
	exchange_set_level(heap, size_class, 0);
}

/* The class is not in use: the list goes back, what is free as a whole goes. */
SLOW_PATH static void tidy_class(struct heap *heap, unsigned size_class)
{
	struct descriptor *slab = heap->active[size_class];

	flush_list(heap, size_class);
	if (slab && slab_is_free(slab)) {
		heap->active[size_class] = NULL;
		heap_release_slab(heap, slab);
	}
	partial_release_free(heap, size_class);
}

SLOW_PATH void heap_trim(void)
{
	struct heap *heap = heap_current();

	reclaim_kept();
	if (heap_is_empty(heap))
		return;
	outbox_flush(heap);
	for (unsigned size_class = 1; size_class < CLASS_COUNT; size_class++)
		tidy_class(heap, size_class);
}

SLOW_PATH void heap_make_room(void)
{
	heap_trim();
	purge_for_room();
}

SLOW_PATH static void tidy(struct heap *heap)
{
	outbox_flush(heap);
	for (unsigned size_class = 1; size_class < CLASS_COUNT; size_class++) {
		if (bitmap_test(heap->refilled, size_class))
			partial_release_free(heap, size_class);
		else
			tidy_class(heap, size_class);
	}
	bitmap_clear(heap->refilled, 0, CLASS_COUNT);
}

SLOW_PATH void heap_tick(struct heap *heap)
{
	purge_clock_t now = purge_clock_now();

	heap->calls = 0;
	exchange_listen(heap);
	if (tidy_is_due(heap, now))
		tidy(heap);
	reclaim_tick(heap, now);
	purge_tick(now);
}

SLOW_PATH void heap_event_large(struct heap *heap)
{
	heap_event(heap, CALLS_LARGE);
}

SLOW_PATH void heap_retire_partial(struct heap *heap)
{
	struct descriptor *slab;

	/* Called by nobody then, but compiled. */
	if (!IS_ENABLED(CONFIG_THREADS))
		return;
	for (unsigned size_class = 1; size_class < CLASS_COUNT; size_class++) {
		while ((slab = partial_take(heap, size_class, ANY_WORTH)))
			retire(heap, slab);
	}
}

SLOW_PATH void heap_abandon(struct heap *heap)
{
	/* Called by nobody then, but compiled: retire_active() is inlined by how often it is called. */
	if (!IS_ENABLED(CONFIG_THREADS))
		return;
	for (unsigned size_class = 1; size_class < CLASS_COUNT; size_class++) {
		flush_list(heap, size_class);
		retire_active(heap, size_class);
	}
	bitmap_clear(heap->refilled, 0, CLASS_COUNT);
}
