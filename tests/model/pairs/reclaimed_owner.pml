/*
 * The owner's name against the lock of its heap, where another thread takes it away.
 *
 * A thread puts its name on a slab and the slab into its ring; another one reclaims the slab and takes the name off,
 * a third makes the granule a slab of its own, and hands a block of it to the first. That one must not read its own
 * name there, nor may its name land on the third one's.
 */
#define LOCATIONS 4
#define WRITES 5
#define THREADS 3
#define OWNER 0
#define RING 1			/* 1: the slab is in it; changes under the heap's lock */
#define GRANULE 2		/* 1: in the arena, free; changes under its lock */
#define BLOCK 3			/* 1: handed over, by what the program uses for that */
#define FLUSHES FLUSH(0, OWNER) FLUSH(1, OWNER) FLUSH(2, OWNER)
#define NONE 0
#define HEAP 1
#define OTHER_HEAP 2

#include "memory.h"

#define LINK_ORDER RELEASE
#define UNLOCK_ORDER RELEASE

proctype owner(byte me)
{
	byte r;

	store(OWNER, HEAP, RELAXED);
	modify(RING, 1, LINK_ORDER, r);
	NEWEST(BLOCK) == 1;
	load(BLOCK, ACQUIRE, r);
	if
	:: r == 1 ->
		load(OWNER, RELAXED, r);
		HOLDS(SEEN, r == OTHER_HEAP)
	:: else
	fi;
	done++
}

proctype reclaimer(byte me)
{
	byte r;

	NEWEST(RING) == 1;
	modify(RING, 0, ACQUIRE, r);
	store(OWNER, NONE, RELAXED);
	modify(GRANULE, 1, UNLOCK_ORDER, r);
	done++
}

proctype user(byte me)
{
	byte r;

	NEWEST(GRANULE) == 1;
	modify(GRANULE, 0, ACQUIRE, r);
	store(OWNER, OTHER_HEAP, RELAXED);
	modify(BLOCK, 1, RELEASE, r);
	done++
}

init {
	atomic { run buffers(); run owner(0); run reclaimer(1); run user(2) };
	done == THREADS && backlog[0] + backlog[1] + backlog[2] == 0;
	HOLDS(LANDED, NEWEST(OWNER) == OTHER_HEAP)
}
