/*
 * Exchange: threads that free each other's blocks of a class about as often as their own.
 *
 * Such a block goes back to its slab by way of another processor's cache, and so does what was in it. Where a class is
 * exchanged a thread puts the block into its own list at hand instead, and hands it out next. Nobody need know: blocks
 * at hand count as used. And it retires a slab as soon as it has taken its blocks, so that its own frees write to
 * nothing either that others read.
 *
 * A class is exchanged by a heap while its level is high. It is 0 until a refill, for who allocates none of a class has
 * no use for its blocks. Each block that is sent home raises it, but not those that a tidying sends; a refill lowers it,
 * where it is worth a look, by half of what the owner itself had freed, and by one. Who keeps a block tells the heap that
 * owns its slab, which does not notice by itself, and raises its level at its next tick. It is 0 again when a tidying
 * finds the class without a refill. So threads that keep to their own blocks keep their slabs, and so do those that
 * inherit blocks from a thread that ended: they send some home, and then have their own. Who inherits a heap has its levels
 * as well.
 */
#ifndef HEAP_EXCHANGE_H
#define HEAP_EXCHANGE_H

#include "heap/heap.h"

enum {
	EXCHANGE_LEVEL = 128, /* from here on a class is exchanged */
	EXCHANGE_LEVEL_MAX = 255,
	EXCHANGE_LEVEL_NOTICED = 16, /* up to here refills do not look */
	EXCHANGE_LEVEL_TOLD = 100,   /* by so much it rises at a tick, if the heap was told */
	EXCHANGE_DEPTH_MAX = 64,     /* blocks of others at hand; each may keep a slab */
};

static_assert(sizeof(struct block) <= BLOCK_ALIGN, "a block has room for a note");

#ifdef CONFIG_EXCHANGE

/*
 * Relaxed, here and below: a level is a guess, and orders nothing. The heap's own thread writes it, or who gives the heap
 * up.
 */
static inline uint32_t exchange_level(const struct heap *heap, unsigned size_class)
{
	return atomic_load(&heap->exchange->level[size_class], RELAXED);
}

static inline void exchange_set_level(struct heap *heap, unsigned size_class, uint32_t level)
{
	atomic_store(&heap->exchange->level[size_class], (uint8_t)level, RELAXED);
}

/*
 * Whether a class is exchanged. If not, the list at hand is of the active slab alone: what lowers the level is a refill
 * that found the list empty, and who puts it back.
 */
static inline bool exchange_is_on(const struct heap *heap, unsigned size_class)
{
	return exchange_level(heap, size_class) >= EXCHANGE_LEVEL;
}

/*
 * The same, of the class of a slab, if the descriptor is one's: others have what is left there of a slab before. Relaxed:
 * who asks holds a block there, so the kind is settled, and a slab's class.
 */
static inline bool exchange_is_on_of(const struct heap *heap, const struct descriptor *slab)
{
	return exchange_is_on(heap, atomic_load(&slab->size_class, RELAXED)) &&
	       slab->kind == KIND_SLAB;
}

/* Whether a refill is to look: there were none yet, or some blocks were sent home. */
static inline bool exchange_is_noticed(const struct heap *heap, unsigned size_class)
{
	return (uint8_t)(exchange_level(heap, size_class) - 1) >= EXCHANGE_LEVEL_NOTICED;
}

/* Not of a heap that allocates none of the class. */
static inline void exchange_raise(struct heap *heap, unsigned size_class, uint32_t by)
{
	uint32_t level = exchange_level(heap, size_class);

	if (level == 0 || level >= EXCHANGE_LEVEL)
		return;
	level += by;
	exchange_set_level(heap, size_class, level < EXCHANGE_LEVEL ? level : EXCHANGE_LEVEL_MAX);
}

/* Blocks of a slab of others are sent home. */
static inline void exchange_count_sent(struct heap *heap, const struct descriptor *slab,
				       uint32_t count)
{
	/* Relaxed: whoever asks holds a block of the slab, whose class is settled. */
	exchange_raise(heap, atomic_load(&slab->size_class, RELAXED), count);
}

/* A refill found the list empty; before it `freed` blocks of the active slab were freed by the owner. */
static inline void exchange_lower(struct heap *heap, unsigned size_class, uint32_t freed)
{
	uint32_t level = exchange_level(heap, size_class);
	uint32_t less = freed / 2 + 1;

	exchange_set_level(heap, size_class, level > less ? level - less : 1);
}

/* What the owner of the slab cannot see: a block of it does not come back. */
static inline void exchange_tell(const struct descriptor *slab, unsigned size_class)
{
	/* Relaxed, all: a heap is never given back, so what was the owner is one still; and nothing goes with a bit. */
	struct heap *owner = atomic_load(&slab->owner, RELAXED);
	word_t bit = (word_t)1 << size_class % WORD_BITS;

	if (owner && !exchange_is_on(owner, size_class) &&
	    !(atomic_load(&owner->exchange->told[size_class / WORD_BITS], RELAXED) & bit))
		atomic_fetch_or(&owner->exchange->told[size_class / WORD_BITS], bit, RELAXED);
}

/* Another thread has the heap: what others have told is not for it. */
static inline void exchange_begin(struct heap *heap)
{
	for (unsigned first = 0; first < CLASS_COUNT; first += WORD_BITS)
		atomic_store(&heap->exchange->told[first / WORD_BITS], (word_t)0, RELAXED);
}

/* At a tick: what others have told. */
static inline void exchange_listen(struct heap *heap)
{
	for (unsigned first = 0; first < CLASS_COUNT; first += WORD_BITS) {
		/* Relaxed: nothing goes with a bit. */
		word_t told = atomic_load(&heap->exchange->told[first / WORD_BITS], RELAXED);

		if (LIKELY(!told))
			continue;
		atomic_store(&heap->exchange->told[first / WORD_BITS], (word_t)0, RELAXED);
		for (unsigned i = first; told; i++, told >>= 1) {
			if (told & 1)
				exchange_raise(heap, i, EXCHANGE_LEVEL_TOLD);
		}
	}
}

/*
 * Puts a block of others into the list at hand of its class, which is exchanged. Returns false when there are enough.
 * Each says how many there are from it on, so the first says how many there are; blocks that a refill took are only
 * behind them, and have what the program left there, which says nothing once it is mixed with their address.
 */
static inline bool exchange_keep(struct heap *heap, unsigned size_class,
				 const struct descriptor *slab, struct block *block)
{
	struct block *first = heap->free_list[size_class];
	uintptr_t depth_max =
		slab->capacity < EXCHANGE_DEPTH_MAX ? slab->capacity : EXCHANGE_DEPTH_MAX;
	uintptr_t depth = first ? first->note ^ (uintptr_t)first : 0;

	if (depth == depth_max)
		return false;
	exchange_tell(slab, size_class);
	block->next = first;
	block->note = (depth < depth_max ? depth + 1 : 1) ^ (uintptr_t)block;
	heap->free_list[size_class] = block;
	return true;
}

#else

static inline void exchange_set_level(struct heap *heap, unsigned size_class, uint32_t level)
{
	(void)heap;
	(void)size_class;
	(void)level;
}

static inline bool exchange_is_on(const struct heap *heap, unsigned size_class)
{
	(void)heap;
	(void)size_class;
	return false;
}

static inline bool exchange_is_on_of(const struct heap *heap, const struct descriptor *slab)
{
	(void)heap;
	(void)slab;
	return false;
}

static inline bool exchange_is_noticed(const struct heap *heap, unsigned size_class)
{
	(void)heap;
	(void)size_class;
	return false;
}

static inline void exchange_count_sent(struct heap *heap, const struct descriptor *slab,
				       uint32_t count)
{
	(void)heap;
	(void)slab;
	(void)count;
}

static inline void exchange_lower(struct heap *heap, unsigned size_class, uint32_t freed)
{
	(void)heap;
	(void)size_class;
	(void)freed;
}

static inline void exchange_begin(struct heap *heap)
{
	(void)heap;
}

static inline void exchange_listen(struct heap *heap)
{
	(void)heap;
}

static inline bool exchange_keep(struct heap *heap, unsigned size_class,
				 const struct descriptor *slab, struct block *block)
{
	(void)heap;
	(void)size_class;
	(void)slab;
	(void)block;
	return false;
}

#endif

#endif
