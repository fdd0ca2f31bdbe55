/*
 * What of a slab is not carved goes back when its region stops having huge pages, while its owner makes it and carves.
 *
 * The owner writes the slab's span and that nothing is carved, then its kind (release); to carve it looks whether the
 * region is huge (acquire), and if so counts under the arena's lock, before the program writes into the block. Who
 * purges has the lock: it reads the kind (acquire), and what is carved; takes the memory of what is not; and says that
 * the region is huge no more (release). What the program wrote stays, and so does what stands behind the slab, up to
 * where the slab before in this place reached.
 */
#define LOCATIONS 7
#define WRITES 5
#define THREADS 2
#define LOCK 0			/* 1: held */
#define IS_HUGE 1
#define KIND 2			/* 1: a slab */
#define SPAN 3			/* 2 of the slab before, 1 of this one */
#define CARVED 4		/* blocks */
#define BLOCK 5			/* its memory */
#define NEIGHBOUR 6		/* the granule behind, another's */
#define FLUSHES FLUSH(0, SPAN) FLUSH(0, CARVED) FLUSH(0, KIND) FLUSH(0, BLOCK) FLUSH(0, LOCK) \
	FLUSH(1, BLOCK) FLUSH(1, NEIGHBOUR) FLUSH(1, IS_HUGE) FLUSH(1, LOCK)
#define DATA 1

#include "memory.h"

#define MADE_ORDER RELEASE
#define KIND_ORDER ACQUIRE
#define END_ORDER RELEASE
#define LOOK_ORDER ACQUIRE
#define TAKE_ORDER ACQUIRE
#define GIVE_ORDER RELEASE

inline lock_take(won)
{
	won = 0;
	do
	:: won == 0 && NEWEST(LOCK) == 0 -> compare_exchange(LOCK, 0, 1, TAKE_ORDER, won)
	:: won -> break
	od
}

proctype owner(byte me)
{
	byte huge;
	bit won;

	store(SPAN, 1, RELAXED);
	store(CARVED, 0, RELAXED);
	store(KIND, 1, MADE_ORDER);
	load(IS_HUGE, LOOK_ORDER, huge);
	if
	:: huge ->
		lock_take(won);
		store(CARVED, 1, RELAXED);
		store(LOCK, 0, GIVE_ORDER)
	:: !huge ->
		store(CARVED, 1, RELAXED)
	fi;
	store(BLOCK, DATA, RELAXED);
	done++
}

proctype purger(byte me)
{
	byte kind, span, carved;
	bit won;

	lock_take(won);
	load(KIND, KIND_ORDER, kind);
	if
	:: kind ->
		load(SPAN, RELAXED, span);
		load(CARVED, RELAXED, carved);
		if
		:: carved == 0 -> store(BLOCK, 0, RELAXED)
		:: carved != 0
		fi;
		if
		:: span == 2 -> store(NEIGHBOUR, 0, RELAXED)
		:: span == 1
		fi
	:: !kind
	fi;
	store(IS_HUGE, 0, END_ORDER);
	store(LOCK, 0, GIVE_ORDER);
	done++
}

init {
	atomic {
		WRITTEN(IS_HUGE, 0) = 1;
		WRITTEN(SPAN, 0) = 2;
		WRITTEN(NEIGHBOUR, 0) = DATA;
		run buffers();
		run owner(0);
		run purger(1)
	};
	done == THREADS && backlog[0] + backlog[1] == 0;
	HOLDS(LANDED, NEWEST(BLOCK) == DATA && NEWEST(NEIGHBOUR) == DATA)
}
