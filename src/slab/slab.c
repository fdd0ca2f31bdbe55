/*
 * Slabs: made, carved, taken from, retired, claimed, released.
 *
 * Ownership rests on the word (word.h). `owner` is only read to compare it with one's own heap: a
 * thread finds its own heap there only if it stored that itself, or a thread that had the heap
 * before. A slab is retired in this order: owner to NULL, then the word from 0 to UNOWNED by
 * compare-and-swap, which fails when somebody pushed in between. From then on every free goes through
 * the word, and the one that frees the last block takes the slab by the same compare-and-swap that
 * would have pushed.
 *
 * Plain fields change hands with the word: the release of the retirement is the partner of the
 * acquire of the claim; pushes in between are acquire and release, so that the chain hangs together.
 */
#include "slab/slab.h"

#include "arena/arena.h"
#include "base/check.h"
#include "diagnostics/statistics.h"
#include "slab/hint.h"

#define CLASS_CAN_BE_COUNTED(number, stride, span)                       \
	static_assert((span)*GRANULE_SIZE / (stride) <= WORD_COUNT_MASK, \
		      "its blocks can be counted");
SIZE_CLASSES(CLASS_CAN_BE_COUNTED)

enum {
	CARVE_SIZE = 4096, /* bytes: as much as a small page */
};

/* ---- made and released --------------------------------------------------------------------- */

/* Relaxed: nobody can see the slab yet, or all that matters is settled by the word. */
static void set_owner(struct descriptor *slab, struct heap *heap)
{
	atomic_store(&slab->owner, heap, RELAXED);
}

SLOW_PATH struct descriptor *slab_make(struct arena *arena, unsigned size_class, struct heap *heap)
{
	const struct size_class *class = &size_class_table[size_class];
	bool is_zeroed;
	struct descriptor *slab = arena_take_run(arena, class->span, 1, &is_zeroed);

	if (!slab)
		return NULL;
	ASSERT(atomic_load(&slab->word, RELAXED) == WORD_OWNED);
	slab->span = class->span;
	slab->capacity = (uint16_t)size_class_capacity(size_class);
	slab->free_list = NULL;
	slab->used = 0;
	slab->carved = 0;
	slab->is_kept_empty = false;
	slab->next = NULL;
	atomic_store(&slab->size_class, (uint8_t)size_class, RELAXED);
	set_owner(slab, heap);
	for (uint16_t i = 1; i < class->span; i++) {
		struct descriptor *tail = descriptor_at(slab, (ptrdiff_t)i);

		/* Relaxed: who purges only wants to know that no slab begins there. */
		atomic_store(&tail->kind, (uint8_t)KIND_TAIL, RELAXED);
		tail->span = i;
	}
	/* Release: partner of the acquire in discard_uncarved(). */
	atomic_store(&slab->kind, (uint8_t)KIND_SLAB, RELEASE);
	statistics_count(COUNTER_SLABS, 1);
	return slab;
}

void slab_release(struct descriptor *slab, enum age age)
{
	ASSERT(atomic_load(&slab->word, RELAXED) == WORD_OWNED);
	set_owner(slab, NULL);
	arena_release_run(slab, slab->span, age);
}

/* ---- for the owner ------------------------------------------------------------------------- */

static struct block *chain_of(const struct descriptor *slab, uint32_t word)
{
	return word_block_at(descriptor_memory(slab), word_index(word));
}

/* Takes the remote chain of an owned slab, as its word. */
static uint32_t take_word(struct descriptor *slab)
{
	uint32_t word;

	/* Acquire: partner of the release in slab_push(). */
	word = atomic_exchange(&slab->word, WORD_OWNED, ACQUIRE);
	ASSERT(!word_is_unowned(word));
	return word;
}

void slab_forget_remote(struct descriptor *slab)
{
	(void)take_word(slab);
}

struct block *slab_take_remote_chain(struct descriptor *slab)
{
	return chain_of(slab, take_word(slab));
}

/*
 * Counts blocks as carved, before anything is written into them: where the region has huge pages, what is behind them may
 * be on its way back (regions_end_huge()).
 */
static void count_carved(struct descriptor *slab, size_t count)
{
	uint16_t carved = (uint16_t)(slab->carved + count);

	/* Acquire: partner of the release in regions_end_huge(), after which nothing goes any more. */
	if (IS_ENABLED(CONFIG_THREADS) && !IS_ENABLED(CONFIG_THP_NEVER) &&
	    atomic_load(&region_slot(region_of(slab))->is_huge, ACQUIRE)) {
		struct arena *arena = region_of(slab)->group->arena;

		lock_take(&arena->lock);
		slab->carved = carved;
		lock_release(&arena->lock);
	} else {
		slab->carved = carved;
	}
}

struct block *slab_carve_some(struct descriptor *slab)
{
	size_t stride = slab_stride(slab);
	size_t left = (size_t)slab->capacity - slab->carved;
	size_t count = stride < CARVE_SIZE ? CARVE_SIZE / stride : 1;
	char *first = descriptor_memory(slab) + slab->carved * stride;
	char *block = first;
	char *last;
	/* As computed: one addition and one store for each block. */
	ptrdiff_t back = AS_COMPUTED(-(ptrdiff_t)stride);

	if (count > left)
		count = left;
	count_carved(slab, count);
	last = first + (count - 1) * stride;
	while (block != last) {
		block += stride;
		((struct block *)(void *)(block + back))->next = (struct block *)(void *)block;
	}
	((struct block *)(void *)last)->next = NULL;
	slab->used = (uint16_t)(slab->used + count);
	return (struct block *)(void *)first;
}

SLOW_PATH void slab_put_chain(struct descriptor *slab, struct block *chain)
{
	struct block **link = &chain;
	uint32_t count = 0;

	for (; *link; link = &(*link)->next)
		count++;
	*link = slab->free_list;
	slab->free_list = chain;
	slab->used = (uint16_t)(slab->used - count);
}

/* Where there is one thread nobody pushes, so the word only says that there is no owner; it is looked at in validation. */
static void retire_alone(struct descriptor *slab)
{
	uint32_t free_count = (uint32_t)slab->capacity - slab->used;

	set_owner(slab, NULL);
	slab->word = word_make(WORD_UNOWNED | (free_count ? 0 : WORD_NOTIFY), free_count, 0);
	statistics_count(COUNTER_RETIRED, 1);
}

/* Makes known that the slab has no owner; what was pushed stays where it is, and counts as free. */
static bool retire_shared(struct descriptor *slab)
{
	const uint32_t free_count = (uint32_t)slab->capacity - slab->used;
	/* Relaxed: the exchange confirms it. */
	uint32_t word = atomic_load(&slab->word, RELAXED);
	struct hint hint = {0};
	uint32_t count;
	uint32_t next;

	/* Relaxed, both: ordered by the exchange. */
	atomic_store(&slab->last_owner, atomic_load(&slab->owner, RELAXED), RELAXED);
	set_owner(slab, NULL);
	do {
		count = word_count(word) + free_count;
		if (count == slab->capacity)
			return false;
		/* The slab may be anybody's then, and gone. So where its hint is has to be known before. */
		if (UNLIKELY(count > 0))
			hint = hint_for(slab);
		next = word_make(WORD_UNOWNED | (count ? 0 : WORD_NOTIFY), count, word_index(word));
		/*
		 * Release: partner of the acquires in slab_push(), slab_claim_back() and try_claim(). Acquire: the
		 * links of those who pushed.
		 */
	} while (!atomic_compare_exchange(&slab->word, &word, next, ACQ_REL));
	if (UNLIKELY(count > 0))
		hint_set(hint);
	statistics_count(COUNTER_RETIRED, 1);
	return true;
}

bool slab_retire(struct descriptor *slab)
{
	if (IS_ENABLED(CONFIG_THREADS))
		return retire_shared(slab);
	retire_alone(slab);
	return true;
}

/* ---- for everybody else -------------------------------------------------------------------- */

/*
 * The slab was just claimed. What others pushed is its free_list, or, where the last owner left one, the remote chain
 * again: so that none of the two is walked along.
 */
static void keep_pushed(struct descriptor *slab, uint32_t word)
{
	uint32_t free_at_retirement = (uint32_t)slab->capacity - slab->used;
	uint32_t count = word_count(word) - free_at_retirement;
	uint32_t expected = WORD_OWNED;

	if (!slab->free_list) {
		slab->free_list = chain_of(slab, word);
		slab->used = (uint16_t)(slab->used - count);
		return;
	}
	word = word_make(0, count, word_index(word));
	/* Release: partner of the acquires of who takes it, as in slab_push(). Who has pushed meanwhile was first. */
	if (count > 0 && !atomic_compare_exchange(&slab->word, &expected, word, ACQ_REL))
		slab_put_chain(slab, chain_of(slab, word));
}

static void adopt(struct descriptor *slab, struct heap *heap)
{
	set_owner(slab, heap);
	statistics_count(COUNTER_CLAIMED, 1);
}

enum push slab_push(struct descriptor *slab, struct block *first, struct block *last,
		    uint32_t count)
{
	char *memory = descriptor_memory(slab);
	struct hint hint = {0};
	/* Acquire: as below, for the exchange may confirm what was read here. */
	uint32_t word = atomic_load(&slab->word, ACQUIRE);
	uint32_t next;

	do {
		uint32_t all = word_count(word) + count;

		if (word_is_unowned(word) && all == slab->capacity) {
			next = WORD_OWNED;
		} else {
			last->next = word_block_at(memory, word_index(word));
			next = word_make(word & WORD_UNOWNED, all, word_index_of(memory, first));
		}
		/* Filled now: behind the exchange the slab may be gone. */
		if (UNLIKELY(word_wants_notice(word)))
			hint = hint_for(slab);
		/*
		 * Release: the blocks' links and content, partner of the acquire of who takes them.
		 * Acquire: what the last owner left, partner of the release in slab_retire(), and
		 * the links of those who pushed before.
		 */
	} while (!atomic_compare_exchange(&slab->word, &word, next, ACQ_REL));
	statistics_count(COUNTER_REMOTE, count);
	if (UNLIKELY(next == WORD_OWNED))
		return PUSH_EMPTIED;
	if (UNLIKELY(word_wants_notice(word)))
		hint_set(hint);
	return PUSH_DONE;
}

bool slab_claim_back(struct descriptor *slab, struct heap *heap)
{
	/* Acquire: partner of the release in slab_retire() and slab_push(). */
	uint32_t word = atomic_load(&slab->word, ACQUIRE);

	if (!IS_ENABLED(CONFIG_THREADS)) {
		slab->word = WORD_OWNED;
		adopt(slab, heap);
		return true;
	}
	do {
		/* Relaxed: a claim by anybody is right; this only says when it pays. */
		if (!word_is_unowned(word) || atomic_load(&slab->last_owner, RELAXED) != heap)
			return false;
	} while (!atomic_compare_exchange(&slab->word, &word, WORD_OWNED, ACQ_REL));
	keep_pushed(slab, word);
	adopt(slab, heap);
	return true;
}

/*
 * Claims a slab of a class that has free blocks and no owner. Called with the arena's lock: once the
 * slab is seen without an owner it cannot be released, so its class is settled. If that is another one,
 * the hint that brought us here was its own, and is set again.
 */
static bool try_claim(struct descriptor *slab, unsigned size_class)
{
	/* Acquire: partner of the release in slab_retire() and slab_push(). */
	uint32_t word = atomic_load(&slab->word, ACQUIRE);

	do {
		if (!word_is_unowned(word) || word_count(word) == 0)
			return false;
		/* Relaxed: as new as the word. */
		if (atomic_load(&slab->size_class, RELAXED) != size_class) {
			hint_set(hint_for(slab));
			return false;
		}
	} while (!atomic_compare_exchange(&slab->word, &word, WORD_OWNED, ACQ_REL));
	keep_pushed(slab, word);
	return true;
}

SLOW_PATH struct descriptor *slab_claim(struct arena *arena, unsigned size_class, struct heap *heap)
{
	struct descriptor *slab;

	if (!hint_may_be(arena, size_class))
		return NULL;
	lock_take(&arena->lock);
	slab = hint_search(arena, size_class, try_claim);
	lock_release(&arena->lock);
	if (!slab)
		return NULL;
	ASSERT(atomic_load(&slab->size_class, RELAXED) == size_class && slab->kind == KIND_SLAB);
	adopt(slab, heap);
	return slab;
}
