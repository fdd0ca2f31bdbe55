/*
 * The ownership protocol of a slab's word, as an executable model.
 *
 * Threads allocate, free, gather, claim, retire, reclaim and exit; granules are given back and taken
 * again, for another class or for a large run. Every access to a location that two threads may touch at once
 * (word, owner, class, hint bits, `used` where it is reclaimed) is a step of its own. Fields that only the slab's
 * holder may touch are merged into the neighbouring step, and the ghost `holder` proves that nobody else does.
 * So is what a heap's lock guards, with the step that finds it free, where no other step comes in between.
 * Memory is sequentially consistent here; pairs/ looks at the locations that must be ordered.
 *
 * Two ghosts: holder[g] is the heap that rightfully has the slab, place[b] says where each block
 * is. Lists that are private to the holder are kept as sets, in place[]; the remote chain is a real
 * linked list, in next[].
 *
 * An instance (instances/NAME.h) gives the constants and starts the threads; a mutation is an edit
 * of this text (file `mutations`).
 */
#include "instance.h"

/* What a thread may do. */
#define CAN_MALLOC 1
#define CAN_FREE 2
#define CAN_ADOPT 4		/* a free may claim the slab instead of pushing */
#define CAN_COLLECT 8		/* its current slab's chain, and those of its ring */
#define CAN_RETIRE 16
#define CAN_CLAIM 32
#define CAN_NEW 64
#define CAN_LARGE 128
#define CAN_EXIT 256
#define CAN_A 512		/* the classes that it claims and makes */
#define CAN_B 1024
#define CAN_INHERIT 2048	/* start on the heap of an exited thread */
#define CAN_UNMAP 4096		/* have the arena unmap a region that is free as a whole */
#define CAN_GATHER 8192		/* a free may leave the block in the outbox */
#define CAN_RECLAIM 16384	/* look at the rings of other heaps */

/* The word: UNOWNED:1 NOTIFY:1 count:3 head:3. Head 0 is the empty chain. */
#define UNOWNED 128
#define NOTIFY 64
#define ONE 8
#define COUNT(w) (((w) >> 3) & 7)
#define HEAD(w) ((w) & 7)
#define HEAD_BLOCK(g, w) (HEAD(w) == 0 -> 0 : BLOCK(g, HEAD(w)))	/* a block + 1 */
#define IS_UNOWNED(w) ((w) >= UNOWNED)
#define HAS_NOTIFY(w) (((w) & NOTIFY) != 0)
#define IS_CLAIMABLE(w) (IS_UNOWNED(w) && COUNT(w) != 0)

/* Heaps. */
#define NONE 0
#define OWNER_HEAP 1
#define CLAIMER_HEAP 2		/* the second claimer's is 3 */
#define RECLAIMER_HEAP 4
#define HEAPS 5
#define EMPTY_HEAP 7		/* the pushers'; never owns anything */

#define CLASS_A 0
#define CLASS_B 1
#define CAPACITY(c) ((c) == CLASS_A -> CAPACITY_A : CAPACITY_B)

/* Granule g lies in region g % REGIONS, as its granule g / REGIONS. */
#define REGION(g) ((g) % REGIONS)
#define REGION_BIT(g) (1 << REGION(g))
#define HINT_BIT(g) (1 << ((g) / REGIONS))
#define BLOCKS (GRANULES * BLOCKS_EACH)
#define BLOCK(g, k) ((g) * BLOCKS_EACH + (k))
#define GRANULE_OF(b) ((b) / BLOCKS_EACH)
#define INDEX_OF(b) ((b) % BLOCKS_EACH)

/* use[]: what a granule serves as; changes under the arena's lock. */
#define FREE 0
#define SLAB 1
#define LARGE 2

/* place[]: where a block is. */
#define LOCAL 0			/* on the slab's own list, or not carved */
#define HEAP 1			/* on the holder's heap list */
#define CHAIN 2			/* on the remote chain */
#define USER 3			/* allocated */
#define FREEING 4		/* inside somebody's free() */
#define OUTBOX 5		/* gathered by somebody who freed it, and linked */

byte word[GRANULES];
byte owner[GRANULES];
byte class[GRANULES];
byte used[GRANULES];
byte next[BLOCKS];		/* a block + 1 */
byte use[GRANULES];
byte hint[REGIONS];		/* bitmaps of granules */
byte class_hint[2];		/* bitmaps of regions, one a class */
bit unmapped[REGIONS];		/* its descriptors are not there */
bit lock;			/* the arena's */
bit heap_lock[HEAPS];		/* guard the rings */
byte ring[GRANULES];		/* the heap in whose ring of partial slabs it is */
bit was_free[GRANULES];		/* it was free as a whole when it was looked at */
byte heap_pool;			/* the heap left by an exited thread */
byte done;			/* threads that have finished */
byte holder[GRANULES];
byte place[BLOCKS];

/* Scratch of d_steps, no part of the state. */
hidden byte k, n, at, b, length;

/* These are always false: they label the expression that pan prints with its property. */
#define HOLDS(property, condition) assert(property || (condition))
hidden byte ONE_HOLDER, ONE_PLACE, COUNTED, EMPTY_RELEASE, UNOWNED_OR_OWNED;
hidden byte TRUE_CLASS, HINTED, KEPT, AT_REST, MAPPED, RINGED;

/* After every write to word, owner, holder or use. */
#define CHECK_SLAB(g) \
	HOLDS(UNOWNED_OR_OWNED, !IS_UNOWNED(word[g]) || (owner[g] == NONE && holder[g] == NONE)); \
	HOLDS(ONE_HOLDER, owner[g] == NONE || owner[g] == holder[g]); \
	HOLDS(AT_REST, use[g] == SLAB || (word[g] == 0 && owner[g] == NONE && ring[g] == NONE)); \
	HOLDS(RINGED, ring[g] == NONE || ring[g] == owner[g]); \
	HOLDS(COUNTED, COUNT(word[g]) <= CAPACITY(class[g])); \
	HOLDS(COUNTED, !IS_UNOWNED(word[g]) || COUNT(word[g]) < CAPACITY(class[g])); \
	HOLDS(MAPPED, !unmapped[REGION(g)])

/* --- Private work of a slab's holder, inside d_steps --- */

/* n = how many blocks of g are at `where`. */
inline count_blocks(g, where)
{
	n = 0; k = 0;
	do
	:: k < CAPACITY(class[g]) -> n = n + (place[BLOCK(g, k)] == where -> 1 : 0); k++
	:: else -> break
	od;
	k = 0
}

/* All blocks of g that are at `from` go to `to`. */
inline move_all(g, from, to)
{
	k = 0;
	do
	:: k < CAPACITY(class[g]) ->
		place[BLOCK(g, k)] = (place[BLOCK(g, k)] == from -> to : place[BLOCK(g, k)]);
		k++
	:: else -> break
	od;
	k = 0
}

/* `used` counts exactly the blocks that are not local. */
inline check_used(g)
{
	HOLDS(ONE_HOLDER, holder[g] == me);
	count_blocks(g, LOCAL);
	HOLDS(COUNTED, used[g] + n == CAPACITY(class[g]))
}

/* Walk the chain of a word just taken: `length` (set before) blocks, each once. */
inline walk_chain(g, taken, to)
{
	HOLDS(ONE_HOLDER, holder[g] == me);
	n = 0;
	at = HEAD_BLOCK(g, taken);
	do
	:: at != 0 ->
		b = at - 1;
		HOLDS(ONE_PLACE, place[b] == CHAIN);
		place[b] = to;
		at = next[b];
		next[b] = 0;
		n++
	:: else -> break
	od;
	HOLDS(ONE_PLACE, n == length);
	b = 0
}

inline none_is_left(g)
{
	count_blocks(g, CHAIN);
	HOLDS(ONE_PLACE, n == 0)
}

/* All that was pushed goes to a place. */
inline take_chain(g, taken, to)
{
	walk_chain(g, taken, to);
	none_is_left(g)
}

/* A chain joins the slab's own list; there may be another. */
inline fold_part(g, taken)
{
	walk_chain(g, taken, LOCAL);
	used[g] = used[g] - length;
	check_used(g)
}

/* The chain joins the slab's own list. */
inline fold_chain(g, taken)
{
	fold_part(g, taken);
	none_is_left(g)
}

/* The heap's list goes back to the slab that its blocks are of. */
inline fold_heap_list(g)
{
	count_blocks(g, HEAP);
	used[g] = used[g] - n;
	move_all(g, HEAP, LOCAL);
	check_used(g)
}

/* --- Steps that others see. `me` is the thread's heap; w, c, free_count are its registers --- */

/* The granule of an entirely free slab, held by nobody but us, goes back to the arena. */
inline release(g)
{
	d_step { lock == 0 ->
		lock = 1;
		count_blocks(g, LOCAL);
		HOLDS(EMPTY_RELEASE, n == CAPACITY(class[g]));
		used[g] = 0;
		hint[REGION(g)] = hint[REGION(g)] & ~HINT_BIT(g)
	};
	d_step {
		HOLDS(ONE_HOLDER, holder[g] == me);
		holder[g] = NONE;
		use[g] = FREE;
		CHECK_SLAB(g);
		lock = 0
	}
}

/* First the granule, then its class: who sees the class bit finds the granule. */
inline set_hint(g, c)
{
	hint[REGION(g)] = hint[REGION(g)] | HINT_BIT(g);
	class_hint[c] = class_hint[c] | REGION_BIT(g)
}

/*
 * The holder gives the slab up: to everybody, with the chain as it is, or to the arena if all its blocks are free,
 * those of the chain among them; then nobody can push any more.
 */
inline retire(g)
{
	d_step {
		check_used(g);
		owner[g] = NONE;
		c = class[g];
		free_count = CAPACITY(c) - used[g];
		w = word[g]
	};
	do
	:: COUNT(w) == used[g] -> forget_chain(g); release(g); break
	:: COUNT(w) != used[g] ->
		if
		:: d_step { word[g] == w ->
			word[g] = UNOWNED | ((COUNT(w) + free_count) * ONE) | HEAD(w);
			word[g] = word[g] | (COUNT(w) + free_count == 0 -> NOTIFY : 0);
			count_blocks(g, HEAP);
			HOLDS(ONE_PLACE, n == 0);
			holder[g] = NONE;
			CHECK_SLAB(g) };
			if
			:: COUNT(w) + free_count != 0 -> set_hint(g, c)
			:: else
			fi;
			break
		:: d_step { word[g] != w -> w = word[g] }
		fi
	od;
	w = 0; c = 0; free_count = 0
}

/* All blocks are free: the chain is taken, before the slab is released. */
inline forget_chain(g)
{
	d_step {
		w = word[g];
		word[g] = 0;
		length = COUNT(w);
		fold_chain(g, w)
	}
}

/*
 * In the step of a claim, whose word is w: the `length` blocks that were pushed become the slab's own list, unless that
 * has blocks; then w is theirs.
 */
inline sort_pushed(g)
{
	w = (length * ONE) | (length == 0 -> 0 : HEAD(w));
	count_blocks(g, LOCAL);
	if
	:: n == 0 -> fold_chain(g, w); w = 0
	:: else
	fi
}

/* They become the chain again, or where somebody has pushed since they are put among the others after all. */
inline keep_pushed(g)
{
	if
	:: d_step { w != 0 && word[g] == 0 -> word[g] = w; CHECK_SLAB(g) }
	:: d_step { w != 0 && word[g] != 0 -> length = COUNT(w); fold_part(g, w) }
	:: w == 0
	fi
}

/* A slab joins the ring of its owner, whose lock is held for that alone. */
inline ring_add(g)
{
	d_step { heap_lock[me] == 0 ->
		HOLDS(ONE_HOLDER, holder[g] == me);
		HOLDS(RINGED, ring[g] == NONE);
		ring[g] = me;
		was_free[g] = 0;
		CHECK_SLAB(g) }
}

/* free() of block `block`, which the caller has in its hands. */
inline free_block(block, g)
{
	if
	:: owner[g] == me
	:: owner[g] != me && (may & CAN_ADOPT) -> claim_back(g)
	:: owner[g] != me
	fi;
	if
	:: owner[g] == me -> free_local(block, g)
	:: owner[g] != me ->
		d_step {
			place[block] = OUTBOX;
			next[block] = first;
			first = block + 1;
			last = (gathered == 0 -> block + 1 : last);
			gathered++ }
	fi;
	w = 0; c = 0
}

/* An unowned slab becomes the caller's, who has a block of it in hand; then it joins the ring. */
inline claim_back(g)
{
	w = word[g];
	do
	:: IS_UNOWNED(w) ->
		if
		:: d_step { word[g] == w ->
			word[g] = 0;
			HOLDS(ONE_HOLDER, holder[g] == NONE);
			holder[g] = me;
			length = COUNT(w) - (CAPACITY(c) - used[g]);
			sort_pushed(g) };
			keep_pushed(g);
			d_step { owner[g] = me; CHECK_SLAB(g) };
			ring_add(g);
			break
		:: d_step { word[g] != w -> w = word[g] }
		fi
	:: !IS_UNOWNED(w) -> break
	od
}

/*
 * The owner frees, without a lock, for the slab may be in its ring or its current one. The last block: unless
 * it is the current one it is released, or stays in the ring, if it is alone there.
 */
inline free_local(block, g)
{
	d_step {
		HOLDS(ONE_HOLDER, holder[g] == me);
		place[block] = LOCAL;
		used[g]--;
		w = used[g];
		check_used(g) };
	if
	:: w == 0 && current != g + 1 ->
		if
		:: d_step { heap_lock[me] == 0 ->
			HOLDS(RINGED, ring[g] == me);
			ring[g] = NONE };
			d_step {
				HOLDS(AT_REST, word[g] == 0);
				owner[g] = NONE };
			release(g)
		:: d_step { heap_lock[me] == 0 -> HOLDS(RINGED, ring[g] == me) }
		fi
	:: w != 0 || current == g + 1
	fi
}

/* The blocks of the outbox, now the thread's own, go from there to a place. */
inline empty_outbox(g, to)
{
	at = first;
	do
	:: at != NONE -> b = at - 1; at = next[b]; place[b] = to
	:: else -> break
	od;
	b = 0
}

/* The outbox, all of slab g, goes out by one compare-and-swap. */
inline push(g)
{
	c = class[g];
	w = word[g];
	do
	:: IS_UNOWNED(w) && COUNT(w) + gathered == CAPACITY(c) ->
		/* The last blocks: the slab is ours, and released, by one and the same step. */
		if
		:: d_step { word[g] == w ->
			word[g] = 0;
			HOLDS(ONE_HOLDER, holder[g] == NONE);
			holder[g] = me;
			empty_outbox(g, LOCAL);
			length = COUNT(w) - (CAPACITY(c) - used[g]);
			take_chain(g, w, LOCAL) };
			release(g);
			break
		:: d_step { word[g] != w -> w = word[g] }
		fi
	:: IS_UNOWNED(w) && COUNT(w) + gathered != CAPACITY(c) ->
		if
		:: d_step { word[g] == w ->
			empty_outbox(g, CHAIN);
			next[last - 1] = HEAD_BLOCK(g, w);
			word[g] = UNOWNED | ((COUNT(w) + gathered) * ONE) | (INDEX_OF(first - 1) + 1);
			CHECK_SLAB(g) };
			if
			:: HAS_NOTIFY(w) -> set_hint(g, c)
			:: else
			fi;
			break
		:: d_step { word[g] != w -> w = word[g] }
		fi
	:: !IS_UNOWNED(w) ->
		if
		:: d_step { word[g] == w ->
			empty_outbox(g, CHAIN);
			next[last - 1] = HEAD_BLOCK(g, w);
			word[g] = ((COUNT(w) + gathered) * ONE) | (INDEX_OF(first - 1) + 1);
			CHECK_SLAB(g) };
			break
		:: d_step { word[g] != w -> w = word[g] }
		fi
	od;
	atomic { first = NONE; last = NONE; gathered = 0; w = 0; c = 0 }
}

/*
 * Somebody else looks at a slab in a heap's ring, whose lock it has, of heap `left`: is it free as a whole, and was
 * it so the last time? `used` is read, then the word.
 */
inline reclaim(g)
{
	c = used[g];
	w = word[g];
	if
	:: d_step { c != 0 && COUNT(w) == c && !was_free[g] -> was_free[g] = 1 }
	:: d_step { c != 0 && COUNT(w) == c && was_free[g] ->
		HOLDS(ONE_HOLDER, holder[g] == left);
		holder[g] = me;
		ring[g] = NONE };
		d_step {
			w = word[g];
			word[g] = 0;
			length = COUNT(w);
			take_chain(g, w, LOCAL) };
		d_step {
			owner[g] = NONE;
			CHECK_SLAB(g) };
		release(g)
	:: c == 0 || COUNT(w) != c
	fi;
	d_step { heap_lock[left] = 0; left = 0; w = 0; c = 0 }
}

/* The owner looks at a slab in its ring, under the lock, and releases it if all its blocks are free. */
inline tidy(g)
{
	w = word[g];
	if
	:: d_step { COUNT(w) == used[g] -> ring[g] = NONE };
		forget_chain(g);
		d_step { owner[g] = NONE; CHECK_SLAB(g) };
		release(g)
	:: COUNT(w) != used[g]
	fi;
	d_step { heap_lock[me] = 0; w = 0 }
}

/*
 * Look for an unowned slab of class `wanted` with free blocks, under the arena's lock; it becomes
 * the current one.
 */
inline claim()
{
	d_step { lock == 0 -> lock = 1; left = class_hint[wanted] };
	do
	:: d_step { left != 0 && current == NONE ->
		region = (left & 1 -> 0 : 1);
		left = left & ~(1 << region) };
		class_hint[wanted] = class_hint[wanted] & ~(1 << region);
		scan = (unmapped[region] -> 0 : hint[region]);
		claim_in_region();
		if
		:: current != NONE -> class_hint[wanted] = class_hint[wanted] | (1 << region)
		:: else
		fi
	:: left == 0 || current != NONE -> break
	od;
	lock = 0;
	region = 0; left = 0
}

/* Try each granule whose hint was seen, and whose class, read when it may yet change, is right. */
inline claim_in_region()
{
	do
	:: d_step { scan != 0 && current == NONE ->
		at = (scan & 1 -> 0 : 1);
		scan = scan & ~(1 << at);
		at = at * REGIONS + region;
		HOLDS(MAPPED, !unmapped[region]);
		candidate = (class[at] == wanted -> at + 1 : NONE) };
		if
		:: candidate != NONE ->
			hint[region] = hint[region] & ~HINT_BIT(candidate - 1);
			claim_word(candidate - 1)
		:: else
		fi
	:: scan == 0 || current != NONE -> break
	od;
	scan = 0; candidate = NONE
}

/*
 * Claim a slab, if its word says that it can be. Only then is its class certain, for what is
 * unowned can go back to the arena under the lock alone; if it is not the one wanted, the hint that
 * was cleared was another's.
 */
inline claim_word(g)
{
	d_step { HOLDS(MAPPED, !unmapped[region]); w = word[g] };
	do
	:: IS_CLAIMABLE(w) && class[g] == wanted ->
		if
		:: d_step { word[g] == w ->
			word[g] = 0;
			HOLDS(ONE_HOLDER, holder[g] == NONE);
			holder[g] = me;
			length = COUNT(w) - (CAPACITY(class[g]) - used[g]);
			sort_pushed(g) };
			keep_pushed(g);
			d_step {
				owner[g] = me;
				current = g + 1;
				CHECK_SLAB(g) };
			break
		:: d_step { word[g] != w -> w = word[g] }
		fi
	:: IS_CLAIMABLE(w) && class[g] != wanted -> c = class[g]; set_hint(g, c); break
	:: !IS_CLAIMABLE(w) -> break
	od;
	w = 0; c = 0
}

/*
 * malloc() of the current slab's class: from the heap's list, else from the slab's own, else from
 * its remote chain; else the slab is full.
 */
inline allocate(g)
{
	d_step {
		HOLDS(ONE_HOLDER, holder[g] == me);
		count_blocks(g, HEAP);
		if
		:: n == 0 ->
			count_blocks(g, LOCAL);
			used[g] = used[g] + n;
			move_all(g, LOCAL, HEAP)
		:: else
		fi;
		w = n
	};
	if
	:: w == 0 ->
		w = word[g];
		if
		:: d_step { w != 0 ->
			w = word[g];
			word[g] = 0;
			length = COUNT(w);
			take_chain(g, w, HEAP);
			pop(g);
			w = 0 }
		:: d_step { w == 0 -> victim = g + 1; current = NONE }
		fi
	:: d_step { w != 0 -> pop(g); w = 0 }
	fi
}

/* The first block of the heap's list goes to the user. */
inline pop(g)
{
	k = 0;
	do
	:: place[BLOCK(g, k)] != HEAP -> k++
	:: else -> place[BLOCK(g, k)] = USER; break
	od;
	k = 0;
	check_used(g)
}

/* A granule is taken from the arena, whose region may have to be mapped: with all words at rest. */
inline take_granule(g)
{
	HOLDS(AT_REST, word[g] == 0 && owner[g] == NONE);
	use[g] = SLAB;
	holder[g] = me;
	class[g] = (unmapped[REGION(g)] -> CLASS_A : class[g]);
	unmapped[REGION(g)] = 0
}

/* It becomes the current slab, no longer under the lock. No word is written. */
inline make_slab(g)
{
	class[g] = wanted;
	used[g] = 0;
	owner[g] = me;
	current = g + 1;
	wanted = 0;
	CHECK_SLAB(g)
}

#define CAN(what) (budget > 0 && (may & (what)) == (what))
/* In the own ring. */
#define MINE(g) (g < GRANULES && ring[(g) % GRANULES] == me)
#define IS_FREE(g) (g < GRANULES && use[(g) % GRANULES] == FREE)
/* A block to free: the outbox holds blocks of one slab at a time, and goes out before one of another. */
#define PICK(b) \
	:: d_step { CAN(CAN_FREE) && b < BLOCKS && place[(b) % BLOCKS] == USER && \
			(first == NONE || GRANULE_OF(first - 1) == GRANULE_OF((b) % BLOCKS)) -> \
		budget--; \
		place[(b) % BLOCKS] = FREEING; \
		c = class[GRANULE_OF((b) % BLOCKS)]; \
		block = (b) % BLOCKS + 1 }
#define MAKE(g, allowed, of_class) \
	:: d_step { CAN(CAN_NEW + allowed) && current == NONE && lock == 0 && IS_FREE(g) -> \
		budget--; \
		take_granule((g) % GRANULES); \
		wanted = of_class; \
		taken = (g) % GRANULES + 1 }
#define SEEK(allowed, of_class) \
	:: d_step { CAN(CAN_CLAIM + allowed) && current == NONE && class_hint[of_class] != 0 -> \
		budget--; \
		wanted = of_class; \
		seeking = 1 }
#define ENTER(g) \
	:: d_step { CAN(CAN_MALLOC) && current == NONE && MINE(g) && heap_lock[me] == 0 -> \
		ring[(g) % GRANULES] = NONE; \
		current = (g) % GRANULES + 1 }
#define LEAVE(g) \
	:: d_step { MINE(g) && heap_lock[me] == 0 -> \
		ring[(g) % GRANULES] = NONE; \
		victim = (g) % GRANULES + 1 }
#define TIDY(g) \
	:: d_step { CAN(CAN_COLLECT) && MINE(g) && heap_lock[me] == 0 -> \
		budget--; \
		heap_lock[me] = 1; \
		tidied = (g) % GRANULES + 1 }
#define LOOK(g) \
	:: d_step { CAN(CAN_RECLAIM) && g < GRANULES && ring[(g) % GRANULES] != NONE && \
			ring[(g) % GRANULES] != me && heap_lock[ring[(g) % GRANULES]] == 0 -> \
		budget--; \
		left = ring[(g) % GRANULES]; \
		heap_lock[left] = 1; \
		looked = (g) % GRANULES + 1 }

/* Nothing is begun. The outbox may hold blocks, or must be emptied at once. */
#define IS_AT_REST \
	(block == NONE && victim == NONE && taken == NONE && tidied == NONE && looked == NONE && !seeking)

/* One thread. What it has begun (block, victim, seeking) it finishes before it chooses again. */
proctype thread(byte me; int may; byte budget)
{
	byte current, victim, candidate, taken;	/* a granule + 1 */
	byte tidied, looked;			/* the same */
	byte block, first, last;		/* a block + 1; the outbox's ends */
	byte gathered;				/* blocks in it */
	byte w, c, free_count, wanted, region, left, scan;
	bit seeking, leaving;

	if
	:: d_step { (may & CAN_INHERIT) && heap_pool != NONE -> me = heap_pool; heap_pool = NONE }
	:: true
	fi;
	do
	:: block != NONE -> free_block(block - 1, GRANULE_OF(block - 1)); block = NONE
	:: victim != NONE -> retire(victim - 1); victim = NONE
	:: tidied != NONE -> tidy(tidied - 1); tidied = NONE
	:: looked != NONE -> reclaim(looked - 1); looked = NONE
	:: d_step { taken != NONE -> make_slab(taken - 1); taken = NONE }
	:: seeking -> claim();
		d_step {
			HOLDS(TRUE_CLASS, current == NONE || class[current - 1] == wanted);
			seeking = 0;
			wanted = 0 }
	:: IS_AT_REST && first != NONE -> push(GRANULE_OF(first - 1))
	:: IS_AT_REST && !leaving && (first == NONE || (may & CAN_GATHER)) ->
		if
		PICK(0) PICK(1) PICK(2) PICK(3) PICK(4) PICK(5)
		MAKE(0, CAN_A, CLASS_A) MAKE(0, CAN_B, CLASS_B)
		MAKE(1, CAN_A, CLASS_A) MAKE(1, CAN_B, CLASS_B)
		:: d_step { CAN(CAN_MALLOC) && current != NONE -> budget-- };
			allocate(current - 1)
		ENTER(0) ENTER(1)
		TIDY(0) TIDY(1)
		LOOK(0) LOOK(1)
		SEEK(CAN_A, CLASS_A) SEEK(CAN_B, CLASS_B)
		:: d_step { CAN(CAN_COLLECT) && current != NONE ->
			budget--;
			fold_heap_list(current - 1);
			victim = (COUNT(word[current - 1]) == used[current - 1] -> current : NONE);
			current = (victim == NONE -> current : NONE) }
		:: d_step { CAN(CAN_RETIRE) && current != NONE ->
			budget--;
			fold_heap_list(current - 1);
			victim = current;
			current = NONE }
		:: d_step { CAN(CAN_LARGE) && lock == 0 && IS_FREE(0) ->
			budget--;
			take_granule(0);
			holder[0] = NONE;
			use[0] = LARGE };
			d_step { lock == 0 -> CHECK_SLAB(0); use[0] = FREE }
		:: d_step { CAN(CAN_UNMAP) && lock == 0 && IS_FREE(0) && IS_FREE((GRANULES - 1)) ->
			budget--;
			unmapped[0] = 1 }
		:: d_step { may & CAN_EXIT ->
			leaving = 1;
			if
			:: current != NONE ->
				fold_heap_list(current - 1);
				victim = current;
				current = NONE
			:: else
			fi }
		:: first == NONE -> break
		:: first != NONE
		fi
	:: victim == NONE && leaving && first == NONE ->
		if
		LEAVE(0) LEAVE(1)
		:: d_step { !MINE(0) && !MINE(1) ->
			HOLDS(KEPT, holder[0] != me && holder[1 % GRANULES] != me);
			heap_pool = me };
			break
		fi
	od;
	atomic { current = NONE; budget = 0; leaving = 0; done++ }
}

/* At the end: nothing lost, nothing withheld by nobody. */
inline check_quiescence(g)
{
	if
	:: use[g] == SLAB ->
		CHECK_SLAB(g);
		HOLDS(KEPT, (owner[g] != NONE) != IS_UNOWNED(word[g]));
		HOLDS(KEPT, owner[g] == holder[g] && (owner[g] == NONE || owner[g] != heap_pool));
		HOLDS(RINGED, ring[g] == NONE || ring[g] == owner[g]);
		count_blocks(g, CHAIN);
		length = n;
		count_blocks(g, LOCAL);
		HOLDS(COUNTED, used[g] + n == CAPACITY(class[g]));
		HOLDS(COUNTED, COUNT(word[g]) == length + (IS_UNOWNED(word[g]) -> n : 0));
		HOLDS(HINTED, !IS_UNOWNED(word[g]) || n + length == 0 ||
			((hint[REGION(g)] & HINT_BIT(g)) &&
				(class_hint[class[g]] & REGION_BIT(g))));
		count_blocks(g, FREEING);
		HOLDS(ONE_PLACE, n == 0);
		count_blocks(g, OUTBOX);
		HOLDS(ONE_PLACE, n == 0)
	:: else ->
		count_blocks(g, LOCAL);
		HOLDS(ONE_PLACE, n == CAPACITY(class[g]))
	fi
}

init {
	/* Granule 0 is a partial slab of the owner, of class A; START of its blocks are in use. */
	atomic {
		use[0] = SLAB;
		owner[0] = OWNER_HEAP;
		holder[0] = OWNER_HEAP;
		ring[0] = OWNER_HEAP;
		used[0] = START;
		k = 0;
		do
		:: k < START -> place[k] = USER; k++
		:: else -> break
		od;
		k = 0;
		START_THREADS
	};
	d_step { done == THREADS ->
		check_quiescence(0);
		if
		:: GRANULES > 1 -> check_quiescence(1 % GRANULES)
		:: else
		fi
	}
}
