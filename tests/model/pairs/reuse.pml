/*
 * The memory of a slab that the last free releases, against its next use.
 *
 * One thread writes into its block and frees it (compare-and-swap, release); another one frees the
 * last block and takes the word by the same step (acquire), then hands the granule to the arena
 * under its lock. A third takes it from there: it must find the first thread's write behind it, and
 * none may land on its own.
 */
#define LOCATIONS 3
#define WRITES 4
#define THREADS 3
#define WORD 0			/* how many blocks are free; 2 of 2 would be 0 again */
#define GRANULE 1		/* 1: in the arena, free; changes under its lock */
#define MEMORY 2
#define FLUSHES FLUSH(0, MEMORY) FLUSH(1, MEMORY) FLUSH(2, MEMORY)
#define OLD_DATA 1
#define NEW_DATA 2

#include "memory.h"

#define PUSH_ORDER RELEASE
#define LAST_PUSH_ORDER ACQUIRE
#define UNLOCK_ORDER RELEASE
#define LOCK_ORDER ACQUIRE

/* Two threads run this; whoever comes second releases the slab. */
proctype pusher(byte me)
{
	byte w;
	bit won;

	if
	:: me == 0 -> store(MEMORY, OLD_DATA, RELAXED)
	:: else
	fi;
	do
	:: !won ->
		load(WORD, RELAXED, w);
		if
		:: w == 0 -> compare_exchange(WORD, 0, 1, PUSH_ORDER, won)
		:: w == 1 ->
			compare_exchange(WORD, 1, 0, LAST_PUSH_ORDER, won);
			modify(GRANULE, 1, UNLOCK_ORDER, w)
		fi
	:: won -> break
	od;
	done++
}

proctype taker(byte me)
{
	byte r;

	NEWEST(GRANULE) == 1;
	modify(GRANULE, 0, LOCK_ORDER, r);
	load(MEMORY, RELAXED, r);
	HOLDS(SEEN, r == OLD_DATA);
	store(MEMORY, NEW_DATA, RELAXED);
	done++
}

init {
	atomic { run buffers(); run pusher(0); run pusher(1); run taker(2) };
	done == THREADS && backlog[0] + backlog[1] + backlog[2] == 0;
	HOLDS(LANDED, NEWEST(MEMORY) == NEW_DATA)
}
