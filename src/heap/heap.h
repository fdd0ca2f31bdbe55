/*
 * A heap: what one thread allocates from, without asking anybody.
 *
 * For each class it has a list of blocks at hand, the slab that the list came from (active), and
 * other slabs with free blocks (partial). malloc() pops the list and touches nothing else;
 * free() of a block of its own slabs pushes on the slab's list. All blocks in the list of a class
 * are the active slab's, unless the class is exchanged (heap/exchange.h).
 *
 * The heap's address is its identity, as the owner of slabs. Heaps are never given back, only
 * pooled: whoever finds an old owner in a descriptor finds a heap.
 */
#ifndef HEAP_HEAP_H
#define HEAP_HEAP_H

#include "base/bitmap.h"
#include "platform/tls.h"
#include "slab/slab.h"

/* What a heap knows of the exchange of blocks (heap/exchange.h). */
struct exchange {
	word_t told[(CLASS_COUNT + WORD_BITS - 1) /
		    WORD_BITS]; /* classes of which others keep blocks of this heap */
	uint8_t level[CLASS_COUNT];
};

struct heap {
	struct block *free_list[CLASS_COUNT]; /* first: reached from the slot with one offset */
	/* The class of so many units of BLOCK_ALIGN, where DIRECT_SIZE_MAX is more than LINEAR_SIZE_MAX; 0 as yet. */
	uint8_t class_of[HEAP_UNITS];
	struct descriptor *active[CLASS_COUNT];
	struct descriptor *partial[CLASS_COUNT]; /* rings, heap/partial.h */
	struct block *outbox[OUTBOX_PLACES]; /* blocks of slabs of others, by slab; NULL: none */
	struct exchange exchange[IS_ENABLED(CONFIG_EXCHANGE) ? 1 : 0];
	word_t refilled[(CLASS_COUNT + WORD_BITS - 1) /
			WORD_BITS]; /* classes, since it last tidied */
	struct arena *arena;	    /* where its slabs come from; NULL: never used */
	struct heap *next;	    /* in the registry of all heaps */
	struct heap *next_pooled;   /* in the pool of those that no thread has, without slabs */
	uintptr_t thread;	    /* the identity of who took it last; 0: it cannot be told */
	uint32_t calls;		    /* since the last tick */
	uint32_t tidy_clock;	    /* of the last time: milliseconds, or ticks; wraps around */
	uint32_t empty_granules;    /* of slabs that are kept although they are free as a whole */
	struct lock lock;	    /* guards `partial`; taken before an arena's */
	bool is_lost;		    /* its thread was left behind by a fork */
	uint8_t outgoing[CONFIG_OUTBOX_SLOTS > 0
				 ? 1
				 : 0]; /* in how many places of the outbox there are blocks */
};

static_assert(sizeof(struct heap) <= HEAP_SIZE_MAX, "the budget of a thread holds");

/* ---- small and medium blocks ---- */

/* A block of a class when the list at hand is empty, or NULL when there is no memory. */
INTERNAL struct block *heap_refill(unsigned size_class);

/* Takes the first block of a list. The next one will be read and written soon, and may have left the caches. */
static inline struct block *heap_pop(struct block **list, struct block *block)
{
	*list = block->next;
	if (IS_ENABLED(CONFIG_PREFETCH))
		__builtin_prefetch(block->next, 1);
	return block;
}

/* A block of a class; NULL when there is no memory. */
static inline struct block *heap_take(unsigned size_class)
{
	struct heap *heap = heap_current();
	struct block *block = heap->free_list[size_class];

	if (UNLIKELY(!block))
		return heap_refill(size_class);
	return heap_pop(&heap->free_list[size_class], block);
}

/*
 * Whether the heap may free into a slab. Relaxed: the own heap stands there only if this thread stored it, or one that
 * had the heap before, ordered by the registry's lock. Where there is one heap, whatever has an owner is its own.
 */
static inline bool heap_owns(const struct heap *heap, const struct descriptor *slab)
{
	if (IS_ENABLED(CONFIG_TLS_NONE))
		return slab->owner != NULL;
	return atomic_is(&slab->owner, heap);
}

/* Gives a slab of the heap back to its arena; all its blocks are free, and it is neither active nor partial. */
void heap_release_slab(struct heap *heap, struct descriptor *slab);

/* The owner freed the last used block of a slab. */
INTERNAL void heap_slab_emptied(struct heap *heap, struct descriptor *slab);

/* Frees a block of a slab that the heap does not own, and whose class it exchanges (heap/exchange.h). */
void heap_free_exchanged(struct block *block, struct descriptor *slab, struct heap *heap);

/* Frees a block whose slab another heap owns, or none, and of which no other block is in the outbox. */
void heap_free_remote(struct block *block, struct descriptor *slab, struct heap *heap);

/* The same, of a thread that has no heap. */
void heap_free_without(struct block *block, struct descriptor *slab);

/* Frees a block of the heap's own slab. */
static inline void heap_free_local(struct block *block, struct descriptor *slab, struct heap *heap)
{
	block->next = slab->free_list;
	slab->free_list = block;
	/* Last: from then on the slab may be free as a whole, and whoever reclaims it does not wait (reclaim.c). */
	if (UNLIKELY(atomic_count_down(&slab->used) == 0))
		heap_slab_emptied(heap, slab);
}

/*
 * Something happened on a slow path, worth as many calls of malloc() as it says. Every CALLS_PER_TICK the clock is
 * looked at: is it time to purge, or for the heap to give up what it does not use? So a thread that makes a thousand
 * calls a second looks several times in it. The caller holds no lock.
 */
enum {
	CALLS_PER_TICK = 128,
	CALLS_LEAST = 8,  /* a refill, however few blocks it found */
	CALLS_LARGE = 16, /* a block beyond the classes, a slab */
};

INTERNAL void heap_tick(struct heap *heap);

static inline void heap_event(struct heap *heap, uint32_t calls)
{
	heap->calls += calls;
	if (UNLIKELY(heap->calls >= CALLS_PER_TICK))
		heap_tick(heap);
}

/* A block beyond the classes, or a slab: CALLS_LARGE. */
void heap_event_large(struct heap *heap);

/* Retires the partial slabs of a heap whose thread ends. */
void heap_retire_partial(struct heap *heap);

/* Gives up the rest: the blocks at hand and the active slabs of a heap that no thread has any more. */
void heap_abandon(struct heap *heap);

/*
 * Gives back the empty slabs of the calling thread's heap, whatever it may need soon, and what is kept of a thread that
 * ended. The caller holds no lock.
 */
void heap_trim(void);

/*
 * There is no memory: gives back what the calling thread's heap holds idle, a slab of which may be all that keeps a
 * region, what is kept of a thread that ended, and what everybody's regions and mappings keep for reuse. Then it may be
 * worth a second try. The caller holds no lock.
 */
void heap_make_room(void);

/* ---- the registry (heap_registry.c) ---- */

/* The calling thread's heap, made or taken over from a thread that ended if it has none; NULL without memory. */
INTERNAL struct heap *heap_attach(void);

/* The first of all heaps there ever were, for a walk along `next`. */
struct heap *heap_first(void);

/* Around a fork, on the forking thread. */
void heap_before_fork(void);
void heap_after_fork_in_parent(void);
void heap_after_fork_in_child(void);

/* Whether a slot's value says that the thread has no heap, or none any more. */
static inline bool heap_is_empty(const struct heap *heap)
{
	return !IS_ENABLED(CONFIG_TLS_NONE) &&
	       (uintptr_t)heap - (uintptr_t)HEAP_NONE <= HEAP_BLANK_EXTRA;
}

#endif
