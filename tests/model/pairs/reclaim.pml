/*
 * What the owner stores last, by plain stores (in its block, free_list and `used`), against the word, the heap's
 * lock, and the slab's next use.
 *
 * A slab of two used blocks joins a ring, under the heap's lock. The owner frees its block, or keeps it; another thread
 * pushes the other one. Who reclaims takes the lock, compares `used` with the word, twice, with a tick of the
 * clock between, and hands the granule to the arena; a third writes its own there. None of the
 * owner's stores may land on that, and no slab with a block in use is reclaimed.
 *
 * Stores of the owner arrive in any order. That a second look is enough rests on one assumption about time, TICK: what
 * was under way at one look has arrived a tick later, at the next. Without it only a release would do, which the
 * owner's fast path does not pay for (USED_ORDER; `reclaim_by_release` in the file `harmless`).
 */
#define LOCATIONS 5
#define WRITES 6
#define THREADS 4
#define WORD 0			/* how many blocks wait in it */
#define USED 1
#define FREE_LIST 2		/* or what the owner wrote into its block */
#define RING 3			/* 1: the slab is in it; changes under the heap's lock */
#define GRANULE 4		/* 1: in the arena, free; changes under its lock */
#define FLUSHES FLUSH(0, USED) FLUSH(0, FREE_LIST) FLUSH(3, USED) FLUSH(3, FREE_LIST)
#define OLD 1
#define NEW 2

#include "memory.h"

/* The owner gives the heap's lock back; the reclaimer takes it, and reads `used`; what the owner stores last. */
#define LINK_ORDER RELEASE
#define LOOK_ORDER ACQUIRE
#define USED_ORDER RELAXED

bit was_free;			/* left from before: guarded by the lock */
bit is_kept;			/* the owner's block is in use */
bit is_reused;
bit list_is_due, used_is_due;	/* under way at the first look */

proctype owner(byte me)
{
	byte r;

	/* The slab was claimed: `used` is new. */
	store(USED, 2, RELAXED);
	was_free = 0;
	modify(RING, 1, LINK_ORDER, r);
	if
	:: is_kept = 1
	:: true ->
		store(FREE_LIST, OLD, RELAXED);
		store(USED, 1, USED_ORDER)
	fi;
	done++
}

proctype pusher(byte me)
{
	byte r;

	modify(WORD, 1, RELEASE, r);
	done++
}

/* A look, with the heap's lock: was the slab free as a whole? */
inline look()
{
	modify(RING, 1, LOOK_ORDER, r);
	load(USED, LOOK_ORDER, used);
	load(WORD, RELAXED, r)
}

/* A tick later: what was under way at the first look has arrived. */
#define TICK \
	((!list_is_due || BUFFERED(0, FREE_LIST) == 0) && (!used_is_due || BUFFERED(0, USED) == 0))

proctype reclaimer(byte me)
{
	byte r, used;

	NEWEST(RING) == 1;
	do
	:: look();
		if
		:: d_step { used == r && !was_free ->
			was_free = 1;
			list_is_due = (BUFFERED(0, FREE_LIST) != 0 -> 1 : 0);
			used_is_due = (BUFFERED(0, USED) != 0 -> 1 : 0) };
			TICK
		:: used == r && was_free ->
			HOLDS(EMPTY, !is_kept);
			modify(WORD, 0, ACQUIRE, r);
			modify(GRANULE, 1, RELEASE, r);
			break
		:: used != r -> break
		fi
	od;
	done++
}

proctype user(byte me)
{
	byte r;

	if
	:: NEWEST(GRANULE) == 1 ->
		modify(GRANULE, 0, ACQUIRE, r);
		is_reused = 1;
		store(USED, 0, RELAXED);
		store(FREE_LIST, NEW, RELAXED)
	:: done == THREADS - 1
	fi;
	done++
}

init {
	atomic {
		if
		:: was_free = 1
		:: true
		fi;
		WRITTEN(USED, 0) = 1;
		run buffers();
		run owner(0);
		run pusher(1);
		run reclaimer(2);
		run user(3)
	};
	done == THREADS && backlog[0] + backlog[1] + backlog[2] + backlog[3] == 0;
	HOLDS(LANDED, !is_reused || (NEWEST(FREE_LIST) == NEW && NEWEST(USED) == 0))
}
