/*
 * A slab: granules of one size class, cut into blocks, owned by one heap or by nobody.
 *
 * Its descriptor is that of its first granule. The owner alone may call what is here, or who gives up a heap that no
 * thread has, except slab_push(), which is for everybody else who frees a block, and slab_claim().
 *
 *	made -> owned <-> unowned (retired, claimed) -> emptied -> released to its arena
 *
 * A free block is in one of four places: uncarved; in the slab's free_list (freed by the owner); in the
 * remote chain of the word (freed by others); in a heap's list. The last two count as used.
 * A chain of blocks is given by its first; the last has no next.
 */
#ifndef SLAB_SLAB_H
#define SLAB_SLAB_H

#include "arena/arena.h"
#include "slab/size_class.h"
#include "slab/word.h"

/*
 * A free block: the link to the next one, in its first bytes. The program may have had anything there, and has left it
 * in `note`, which only blocks of others have: those that are exchanged (heap/exchange.h) and those that are gathered
 * (heap/outbox.h).
 */
struct block {
	struct block *next;
	uintptr_t note;
} ALIASES_ANYTHING;

/* A new slab of a class for a heap, or NULL when there is no memory. */
struct descriptor *slab_make(struct arena *arena, unsigned size_class, struct heap *heap);

/* Gives an owned slab back to its arena. All its blocks are free. */
void slab_release(struct descriptor *slab, enum age age);

/* ---- for the owner ---- */

/* Takes the blocks that the owner freed: a chain, or NULL. They count as used from now on. */
static inline struct block *slab_take_freed(struct descriptor *slab)
{
	struct block *chain = slab->free_list;

	slab->free_list = NULL;
	slab->used = slab->carved;
	return chain;
}

/* All blocks are free: empties the remote chain, before the slab is released. */
void slab_forget_remote(struct descriptor *slab);

/*
 * Whether an owned slab has a remote chain; most have none. Relaxed: whether to take it is a question of when, not of
 * what.
 */
static inline bool slab_is_pushed_to(const struct descriptor *slab)
{
	return IS_ENABLED(CONFIG_THREADS) &&
	       UNLIKELY(atomic_load(&slab->word, RELAXED) != WORD_OWNED);
}

/* The remote chain, where there is one. */
struct block *slab_take_remote_chain(struct descriptor *slab);

/* Takes the remote chain, or NULL. Its blocks go on counting as used. */
static inline struct block *slab_take_remote(struct descriptor *slab)
{
	return slab_is_pushed_to(slab) ? slab_take_remote_chain(slab) : NULL;
}

/* Of a slab that has blocks to carve. */
struct block *slab_carve_some(struct descriptor *slab);

/* Carves blocks that were never handed out, of some 4 KiB: a chain, or NULL. They count as used. */
static inline struct block *slab_carve(struct descriptor *slab)
{
	return slab->carved < slab->capacity ? slab_carve_some(slab) : NULL;
}

/* Puts a chain of blocks that count as used into free_list. */
void slab_put_chain(struct descriptor *slab, struct block *chain);

/*
 * Whether all blocks of an owned slab are free, those of the remote chain among them. Relaxed: once it is so nobody can
 * push any more, and who forgets the chain acquires what its blocks' users wrote.
 */
static inline bool slab_is_free(const struct descriptor *slab)
{
	uint32_t count =
		IS_ENABLED(CONFIG_THREADS) ? word_count(atomic_load(&slab->word, RELAXED)) : 0;

	return count == slab->used;
}

/*
 * Gives up ownership, and leaves the remote chain to who claims the slab. Returns false when that could not be, for
 * all blocks are free: the slab is still the caller's, to be released.
 */
bool slab_retire(struct descriptor *slab);

/* ---- for everybody else ---- */

enum push {
	PUSH_DONE,
	PUSH_EMPTIED, /* the slab is the caller's now, all its blocks are free: to be released */
};

/* Frees `count` blocks of a slab that the caller does not own, linked from `first` to `last`, whose link is not set. */
enum push slab_push(struct descriptor *slab, struct block *first, struct block *last,
		    uint32_t count);

/*
 * Claims a slab without an owner that was `heap`'s last; the caller holds a block of it. Returns whether that could
 * be.
 */
bool slab_claim_back(struct descriptor *slab, struct heap *heap);

/*
 * Claims a retired slab of a class with a free block, for a heap, the lowest of an arena. Returns NULL
 * when there is none.
 */
struct descriptor *slab_claim(struct arena *arena, unsigned size_class, struct heap *heap);

/* The first block of the granules, and a class's stride. */
static inline size_t slab_stride(const struct descriptor *slab)
{
	/* Relaxed: whoever asks holds a block of the slab, whose class is settled. */
	return size_class_stride(atomic_load(&slab->size_class, RELAXED));
}

/* How many blocks of an owned slab are free. Relaxed: what others are just freeing may be missing. */
static inline uint32_t slab_free_count(const struct descriptor *slab)
{
	return (uint32_t)slab->capacity - slab->used +
	       word_count(atomic_load(&slab->word, RELAXED));
}

/* The descriptor of the slab that a tail granule belongs to. */
static inline struct descriptor *slab_head(struct descriptor *tail)
{
	return descriptor_at(tail, -(ptrdiff_t)tail->span);
}

/* The descriptor that knows a block of a granule: of a slab its first. */
static inline struct descriptor *slab_or_run_at(struct descriptor *granule)
{
	return granule->kind == KIND_TAIL ? slab_head(granule) : granule;
}

/* The same, of a block. Not for a multiple of the region's size. */
static inline struct descriptor *slab_or_run_of(const void *block)
{
	return slab_or_run_at(descriptor_of(block));
}

#endif
