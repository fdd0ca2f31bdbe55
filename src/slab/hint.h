/*
 * Hints: where a retired slab with free blocks may be found. Two levels: bits of granules in each
 * region's slot, of any class; and for each class a word in the group that says in which slots to look.
 *
 * A hint is only a hint: it may be set late, by a thread that no longer has anything to do with the slab,
 * when the granule is something else already. But no slab with free blocks stays without one for
 * good, which rests on the order of the steps:
 *
 *	who sets:    ownership word (UNOWNED), granule's bit, class's bit
 *	who clears:  class's bit, granule's bit, then looks at the ownership word
 *
 * each an atomic read-modify-write with acquire and release, and none left out because the bit
 * already had the wanted value. So whoever clears a bit after it was set sees all that came before.
 */
#ifndef SLAB_HINT_H
#define SLAB_HINT_H

#include "arena/arena.h"

/*
 * Where to set the hint of a slab. It is filled while the slab is certain to be there, and used when
 * it may be gone: it only leads to metadata, which is never given back.
 */
struct hint {
	struct region_group *group;
	uint16_t granule;
	uint8_t slot;
	uint8_t size_class;
};

struct hint hint_for(const struct descriptor *slab);
void hint_set(struct hint hint);

/* Whether there may be a hint for a class in an arena: a cheap look, without the lock. */
bool hint_may_be(const struct arena *arena, unsigned size_class);

/*
 * Looks for a hinted slab of a class in an arena, whose lock the caller holds, the lowest first, and
 * has `take` try each. Returns the first that could be taken, or NULL.
 */
struct descriptor *hint_search(struct arena *arena, unsigned size_class,
			       bool (*take)(struct descriptor *slab, unsigned size_class));

#endif
