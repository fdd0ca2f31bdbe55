/*
 * The ownership protocol of one slab word, as an executable model.
 *
 * Threads allocate, free, claim, retire and exit; granules are released and taken again, for another class or for a large
 * run. Every access to a location that two threads may touch at once (word, owner, class, hint bits) is one step; fields that only the
 * slab's holder may touch are merged with the neighbouring step, and the ghost `holder` proves that only the holder does.
 * Memory is sequentially consistent here; weak.pml looks at the pairs of locations that must be ordered.
 *
 * Ghost state: holder[g] is the heap that rightfully owns the slab, place[b] says where each block is. The code under test
 * never decides by them (the block lists that a holder owns are kept as sets, in place[]).
 *
 * An instance is chosen by the constants below, a mutation by -DMUTATION_name; README.md lists the properties.
 */

#ifndef GRANULES
#define GRANULES 1
#endif
#ifndef REGIONS
#define REGIONS 1		/* granule g lies in region g % REGIONS */
#endif
#ifndef CAPACITY_A
#define CAPACITY_A 2
#endif
#ifndef CAPACITY_B
#define CAPACITY_B 1
#endif
#define CAPACITY_MAX 3
#define BLOCKS (GRANULES * CAPACITY_MAX)

/* What each thread may do and how many operations it may start; a frugal instance leaves some out. */
#ifndef OWNER_BUDGET
#define OWNER_BUDGET 2
#endif
#ifndef OWNER_CAN
#define OWNER_CAN (CAN_MALLOC | CAN_FREE | CAN_COLLECT | CAN_RETIRE | CAN_EXIT)
#endif
#ifndef CLAIMER_BUDGET
#define CLAIMER_BUDGET 2
#endif
#ifndef CLAIMER_CAN
#define CLAIMER_CAN (CAN_CLAIM | CAN_NEW | CAN_MALLOC | CAN_FREE | CAN_CLASS_B)
#endif
#ifndef PUSHERS
#define PUSHERS 2
#endif
#ifndef PUSHER_BUDGET
#define PUSHER_BUDGET 1
#endif

#define CAN_MALLOC 1
#define CAN_FREE 2
#define CAN_ADOPT 4		/* a free may claim the slab instead of pushing */
#define CAN_COLLECT 8
#define CAN_RETIRE 16
#define CAN_CLAIM 32
#define CAN_NEW 64
#define CAN_LARGE 128
#define CAN_EXIT 256
#define CAN_CLASS_B 512		/* claims and new slabs of class B too */

/* The word: UNOWNED:1 NOTIFY:1 count:3 head:3, head 0 is the empty chain. */
#define UNOWNED 128
#define NOTIFY 64
#define ONE 8
#define COUNT(w) (((w) >> 3) & 7)
#define HEAD(w) ((w) & 7)
#define IS_UNOWNED(w) ((w) >= UNOWNED)
#define HAS_NOTIFY(w) (((w) & NOTIFY) != 0)

#define NONE 0			/* no heap, no granule, no block */
#define CLASS_A 0
#define CLASS_B 1
#define CAPACITY(g) (class[g] == CLASS_A -> CAPACITY_A : CAPACITY_B)
#define REGION_BIT(g) (1 << ((g) % REGIONS))
#define BLOCK(g, i) ((g) * CAPACITY_MAX + (i))
#define GRANULE_OF(b) ((b) / CAPACITY_MAX)
#define INDEX_OF(b) ((b) % CAPACITY_MAX)

/* Use of a granule, kept under the arena's lock. */
#define FREE 0
#define SLAB 1
#define LARGE 2

/* place[] */
#define LOCAL 0			/* on the slab's own list or not carved */
#define HEAP 1			/* on the holder's heap list */
#define CHAIN 2			/* on the remote chain */
#define USER 3			/* allocated */
#define FREEING 4		/* in somebody's free() */

byte word[GRANULES];
byte owner[GRANULES];
byte class[GRANULES];
byte used[GRANULES];
byte next[BLOCKS];
byte use[GRANULES];
bit hint[GRANULES];		/* the bitmap of granules of a region */
byte class_hint[2];		/* a bitmap of regions for each class */
byte heap_pool;			/* a heap left by an exited thread */
byte done;			/* threads that have finished */

byte holder[GRANULES];
byte place[BLOCKS];

/* Scratch of d_steps, no part of the state. */
hidden byte i, n, b, t;

#define CHECK_WORD(g) \
	assert(!(IS_UNOWNED(word[g]) && owner[g] != NONE));	/* unowned means no owner */ \
	assert(owner[g] == NONE || owner[g] == holder[g]);	/* an owner is the holder */ \
	assert(use[g] == SLAB || word[g] == 0);			/* words of other granules rest */ \
	assert(COUNT(word[g]) <= CAPACITY(g))

/* All blocks of g that are at `from` go to `to`; n says how many. Inside d_step. */
inline move_all(g, from, to)
{
	n = 0;
	b = 0;
	do
	:: b < CAPACITY_MAX ->
		if
		:: place[BLOCK(g, b)] == from -> place[BLOCK(g, b)] = to; n++
		:: else
		fi;
		b++
	:: else -> break
	od;
	b = 0
}

/* Walk the chain of a word just taken: it must hold `length` blocks, all of them CHAIN, and leave none behind. */
inline take_chain(g, w, length, to)
{
	n = 0;
	i = HEAD(w);
	do
	:: i != 0 ->
		b = BLOCK(g, i - 1);
		assert(place[b] == CHAIN);
		place[b] = to;
		i = next[b];
		next[b] = 0;
		n++
	:: else -> break
	od;
	assert(n == length);
	b = 0;
	do
	:: b < CAPACITY_MAX -> assert(place[BLOCK(g, b)] != CHAIN); b++
	:: else -> break
	od;
	b = 0
}

/* The chain of an owned slab joins the local list. */
inline fold_chain(g, w, length)
{
	assert(holder[g] == me);
	take_chain(g, w, length, LOCAL);
#ifndef MUTATION_fold_keeps_used
	used[g] = used[g] - n;
#endif
	check_used(g)
}

/* `used` counts what is neither local nor uncarved. Inside d_step, by the holder. */
inline check_used(g)
{
	n = 0;
	b = 0;
	do
	:: b < CAPACITY_MAX ->
		if
		:: place[BLOCK(g, b)] != LOCAL -> n++
		:: else
		fi;
		b++
	:: else -> break
	od;
	b = 0;
	assert(used[g] == n)
}

/* Give the granule of an entirely free slab back; word is 0, owner NONE. */
inline release(g)
{
	d_step {
		assert(use[g] == SLAB && word[g] == 0 && owner[g] == NONE);
#ifdef MUTATION_release_frees_first
		use[g] = FREE;
#else
		hint[g] = 0
#endif
	};
	d_step {
#ifdef MUTATION_release_frees_first
		hint[g] = 0
#else
		use[g] = FREE
#endif
	}
}

/* First the granule, then its class: who sees the class bit finds the granule. */
inline set_hint(g, c)
{
#ifdef MUTATION_class_bit_first
	class_hint[c] = class_hint[c] | REGION_BIT(g);
	hint[g] = 1
#else
	hint[g] = 1;
	class_hint[c] = class_hint[c] | REGION_BIT(g)
#endif
}

/* The holder gives the slab g up: to everybody, or to the arena when it is entirely free. */
inline retire(g)
{
	d_step {
		assert(holder[g] == me);
		check_used(g);
#ifndef MUTATION_retire_word_first
		owner[g] = NONE;
#endif
		hint_class = class[g]
	};
	do
	:: d_step { used[g] == 0 && word[g] == 0 ->
		holder[g] = NONE;
		owner[g] = NONE };
		release(g);
		break
	:: d_step { used[g] != 0 || word[g] != 0 -> w = word[g] };
		if
		:: w != 0 ->
			d_step {
				w = word[g];
				word[g] = 0;
				fold_chain(g, w, COUNT(w));
				w = 0
			}
		:: else ->
			d_step {
				free_count = CAPACITY(g) - used[g];
				if
				:: word[g] == 0 ->
					word[g] = UNOWNED | (free_count * ONE) | (free_count == 0 -> NOTIFY : 0);
					holder[g] = NONE;
					retired = 1
				:: else
				fi
			};
			if
			:: retired && free_count != 0 -> set_hint(g, hint_class); break
			:: retired && free_count == 0 -> break
			:: else
			fi
		fi
	od;
	d_step { retired = 0; free_count = 0; hint_class = 0; w = 0 }
}
