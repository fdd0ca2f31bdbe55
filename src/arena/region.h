/*
 * Geometry: regions, granules, descriptors.
 *
 * The address space is divided into regions, aligned to their own size. A region is divided into
 * granules; its first granule holds an array of descriptors, one a granule, so that the way from a
 * pointer to its descriptor is arithmetic alone. Entry 0 of the array would describe the first granule
 * itself, and holds what is known of the region instead.
 *
 *	region   | descriptors | granule 1 | granule 2 | ... |
 *	           ^ struct region, then struct descriptor for granules 1, 2, ...
 *
 * A huge block has a mapping of its own that begins with a region's header; only the first granules of
 * it can be looked up, and the block begins in one of them. No other block begins at a multiple of
 * the region's size. A huge block that must (a wider alignment) has its header one granule below.
 */
#ifndef ARENA_REGION_H
#define ARENA_REGION_H

#include "base/bits.h"
#include "platform/atomic.h"

#include <generated/constants.h>

#define REGION_SIZE  ((size_t)1 << REGION_SIZE_LOG2)
#define GRANULE_SIZE ((size_t)1 << GRANULE_SIZE_LOG2)

struct arena;
struct block;
struct heap;
struct region_group;

/* What a granule is part of. */
enum kind {
	KIND_FREE,  /* nothing: the arena's */
	KIND_SLAB,  /* the first granule of a slab */
	KIND_TAIL,  /* a later granule of a slab; `span` is the way back to the first */
	KIND_LARGE, /* the first granule of a large block; later ones stay KIND_FREE */
	KIND_HUGE,  /* where a huge block begins */
};

/*
 * A descriptor. What free() reads and writes stands first, in one cache line. `owner`, `word`,
 * `size_class` and `last_owner` are read by others than the owner, and `used` by who reclaims: always through
 * atomic_load(). What makes the ring, and `was_free`, is guarded by the owner's lock.
 * Everything else belongs to who owns the slab, or holds a block of it as far as it never changes
 * in a slab's life (kind, span, capacity).
 */
struct descriptor {
	struct heap *owner;	 /* who may free without asking; NULL: nobody */
	struct block *free_list; /* blocks that the owner freed */
	uint16_t used;		 /* blocks neither in free_list nor uncarved */
	uint16_t carved;	 /* blocks that have been handed out at least once */
	uint16_t capacity;	 /* blocks */
	uint8_t kind;
	uint8_t size_class;
	uint32_t word;		 /* the ownership word, slab/word.h */
	uint16_t span;		 /* granules */
	bool was_free;		 /* all its blocks were free when others looked, heap/reclaim.h */
	bool is_kept_empty;	 /* all its blocks are free, and the owner keeps it for the next */
	struct descriptor *next; /* in the ring of its owner's partial slabs */
	union {
		struct descriptor *previous; /* in that ring; while the slab is owned */
		struct heap *last_owner;     /* while it is not: a hint, for who frees into it */
	};
};

/* Whether memory that is full gets huge pages: at a tick of the clock, and not behind a fork, which only threads notice. */
#define REGIONS_COLLAPSE                                                  \
	(IS_ENABLED(CONFIG_THP_ADAPTIVE) && IS_ENABLED(CONFIG_THREADS) && \
	 (IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY)))

/* What is known of a region, in place of its first descriptor. */
struct region {
	struct region_group *group; /* NULL: a huge block's */
	uint32_t slot;		    /* place in the group */
	uint32_t kind;		    /* KIND_HUGE, else KIND_FREE */
	void *mapping;		    /* a huge block's: all of it, */
	size_t mapping_size;	    /* in bytes, */
	void *block;		    /* where the block begins, */
	size_t bytes_added;	    /* and what the mapping has beyond it */
	/* An arena's: which places a huge page was asked for (collapse.h). */
	word_t asked[REGIONS_COLLAPSE ? 1 : 0];
};

static_assert(sizeof(void *) == POINTER_SIZE, "the compiler's pointers are the configured ones");
static_assert(sizeof(struct descriptor) <= (size_t)1 << DESCRIPTOR_SIZE_LOG2, "fits its place");
static_assert(sizeof(struct region) <= (size_t)1 << DESCRIPTOR_SIZE_LOG2, "fits its place");
static_assert((size_t)GRANULES_PER_REGION << DESCRIPTOR_SIZE_LOG2 <= GRANULE_SIZE,
	      "the descriptors of a region fit in its first granule");
static_assert(CONFIG_REGION_SIZE_LOG2 == REGION_SIZE_LOG2 &&
		      CONFIG_GRANULE_SIZE_LOG2 == GRANULE_SIZE_LOG2,
	      "constants.h was made from this configuration");

static inline struct region *region_of(const void *address)
{
	return (struct region *)((uintptr_t)address & ~(uintptr_t)(REGION_SIZE - 1));
}

/* Where in its region the descriptor of an address's granule stands; 0 in the first granule, which has none. */
static inline uintptr_t descriptor_place(const void *address)
{
	const uintptr_t table_mask = (uintptr_t)(GRANULES_PER_REGION - 1) << DESCRIPTOR_SIZE_LOG2;

	return (uintptr_t)address >> (GRANULE_SIZE_LOG2 - DESCRIPTOR_SIZE_LOG2) & table_mask;
}

/* The descriptor of the granule that an address lies in; not for a region's first byte. */
static inline struct descriptor *descriptor_of(const void *address)
{
	return (struct descriptor *)((uintptr_t)region_of(address) | descriptor_place(address));
}

/*
 * For free(), which looks at an address twice: its place, which is 0 for a region's first byte and may be for others of
 * its first granule; and, by that, its descriptor. It is what is needed on the way to the descriptor anyway: where that
 * stands. On ARM the place of the address itself, at the top of the word: a shift tells whether it is 0, and all that
 * follows are shifts that other instructions do.
 */
static inline uintptr_t region_place(const void *address)
{
	if (HAS_FREE_SHIFTS)
		return (uintptr_t)address << (WORD_BITS - REGION_SIZE_LOG2);
	return descriptor_place(address);
}

static inline struct descriptor *descriptor_by_place(const void *address, uintptr_t place)
{
	uintptr_t granule;

	if (!HAS_FREE_SHIFTS)
		return (struct descriptor *)((uintptr_t)region_of(address) | place);
	place = AS_COMPUTED(place);
	granule = AS_COMPUTED(place >> (WORD_BITS - REGION_SIZE_LOG2 + GRANULE_SIZE_LOG2));
	return (struct descriptor *)((uintptr_t)address + (granule << DESCRIPTOR_SIZE_LOG2) -
				     (place >> (WORD_BITS - REGION_SIZE_LOG2)));
}

/* Which granule of its region a descriptor is of. */
static inline size_t descriptor_granule(const struct descriptor *descriptor)
{
	return ((uintptr_t)descriptor & (REGION_SIZE - 1)) >> DESCRIPTOR_SIZE_LOG2;
}

static inline struct descriptor *region_descriptor(struct region *region, size_t granule)
{
	return (struct descriptor *)((uintptr_t)region | (granule << DESCRIPTOR_SIZE_LOG2));
}

/* The next granule's. */
static inline struct descriptor *descriptor_at(struct descriptor *descriptor, ptrdiff_t granules)
{
	return (struct descriptor *)((uintptr_t)descriptor +
				     ((uintptr_t)granules << DESCRIPTOR_SIZE_LOG2));
}

/*
 * The neighbour in a ring. Relaxed: who frees into a slab of another owner may look for a last owner in
 * this place, and finds none.
 */
static inline struct descriptor *descriptor_previous(const struct descriptor *slab)
{
	return atomic_load(&slab->previous, RELAXED);
}

static inline void descriptor_set_previous(struct descriptor *slab, struct descriptor *previous)
{
	atomic_store(&slab->previous, previous, RELAXED);
}

/* Where the granule of a descriptor begins. */
static inline char *descriptor_memory(const struct descriptor *descriptor)
{
	return (char *)region_of(descriptor) +
	       (descriptor_granule(descriptor) << GRANULE_SIZE_LOG2);
}

#endif
