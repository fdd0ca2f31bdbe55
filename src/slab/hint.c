/*
 * Hints, set and followed. See hint.h for the order of the steps.
 */
#include "slab/hint.h"

SLOW_PATH struct hint hint_for(const struct descriptor *slab)
{
	const struct region *region = region_of(slab);

	return (struct hint){
		.group = region->group,
		.granule = (uint16_t)descriptor_granule(slab),
		.slot = (uint8_t)region->slot,
		/* Relaxed: who may set a hint holds a block, or the slab. */
		.size_class = (uint8_t)atomic_load(&slab->size_class, RELAXED),
	};
}

void hint_set(struct hint hint)
{
	struct region_slot *slot = &hint.group->slots[hint.slot];
	word_t granule_bit = (word_t)1 << (hint.granule % WORD_BITS);
	word_t slot_bit = (word_t)1 << hint.slot;

	/* Acquire and release: partners are the clearing in search_slot() and hint_search(). */
	atomic_fetch_or(&slot->hint[hint.granule / WORD_BITS], granule_bit, ACQ_REL);
	atomic_fetch_or(&hint.group->class_hint[hint.size_class], slot_bit, ACQ_REL);
}

bool hint_may_be(const struct arena *arena, unsigned size_class)
{
	/* Acquire: partner of the release with which a group is entered. */
	const struct region_group *group = atomic_load(&arena->groups, ACQUIRE);

	for (; group; group = atomic_load(&group->next, ACQUIRE)) {
		/* Relaxed: whoever claims looks again. */
		if (atomic_load(&group->class_hint[size_class], RELAXED) != 0)
			return true;
	}
	return false;
}

/* Tries the hinted slabs of a class in one region. Under the lock none of them can be released. */
static struct descriptor *search_slot(struct region_slot *slot, unsigned size_class,
				      bool (*take)(struct descriptor *slab, unsigned size_class))
{
	for (size_t w = 0; slot->region && w < GRANULE_WORDS; w++) {
		/* Acquire: partner of hint_set(); the class that is peeked at is as new as the bit. */
		word_t left = atomic_load(&slot->hint[w], ACQUIRE);

		for (; left != 0; left &= left - 1) {
			word_t bit = left & (0 - left);
			struct descriptor *slab =
				region_descriptor(slot->region, w * WORD_BITS + lowest_bit(left));

			/* Relaxed: it may be of the slab before; `take` looks again when it knows. */
			if (atomic_load(&slab->size_class, RELAXED) != size_class)
				continue;
			/* Acquire: partner of the setting; what is read of the slab is as new as the bit. */
			atomic_fetch_and(&slot->hint[w], ~bit, ACQ_REL);
			if (take(slab, size_class))
				return slab;
		}
	}
	return NULL;
}

struct descriptor *hint_search(struct arena *arena, unsigned size_class,
			       bool (*take)(struct descriptor *slab, unsigned size_class))
{
	for (struct region_group *group = arena->groups; group; group = group->next) {
		word_t *class_hint = &group->class_hint[size_class];

		/* Relaxed: where to look; the clearing below orders what is seen there. */
		for (word_t left = atomic_load(class_hint, RELAXED); left != 0; left &= left - 1) {
			word_t slot_bit = left & (0 - left);
			struct descriptor *slab;

			/* Acquire: partner of hint_set(); the granules' bits are as new as this one. */
			atomic_fetch_and(class_hint, ~slot_bit, ACQ_REL);
			slab = search_slot(&group->slots[lowest_bit(left)], size_class, take);
			if (!slab)
				continue;
			/* There may be more of them; release: partner of the next clearing. */
			atomic_fetch_or(class_hint, slot_bit, ACQ_REL);
			return slab;
		}
	}
	return NULL;
}
