/*
 * The fields that the word guards: owner and used, against the word; owner, against the heap pool.
 *
 * A thread retires its slab and exits; its heap goes to the pool, and another thread starts on it.
 * A claimer takes the slab. The name that the claimer writes must be the last one, it must read the
 * right count of used blocks, and the thread on the old heap must not find its slab to be its own.
 */
#define LOCATIONS 4
#define WRITES 4
#define THREADS 3
#define WORD 0			/* 1: unowned */
#define OWNER 1
#define USED 2
#define POOL 3			/* 1: the heap is in the pool */
#define FLUSHES FLUSH(0, OWNER) FLUSH(0, USED) FLUSH(1, OWNER)
#define NONE 0
#define HEAP 1
#define OTHER_HEAP 2
#define USED_COUNT 5

#include "memory.h"

#define RETIRE_ORDER RELEASE
#define CLAIM_ORDER ACQUIRE
#define POOL_GIVE_ORDER RELEASE
#define POOL_TAKE_ORDER ACQUIRE

proctype leaver(byte me)
{
	byte r;
	bit won;

	store(USED, USED_COUNT, RELAXED);
	store(OWNER, NONE, RELAXED);
	compare_exchange(WORD, 0, 1, RETIRE_ORDER, won);
	modify(POOL, 1, POOL_GIVE_ORDER, r);
	done++
}

proctype claimer(byte me)
{
	byte r;
	bit won;

	load(WORD, RELAXED, r);
	if
	:: r == 1 ->
		compare_exchange(WORD, 1, 0, CLAIM_ORDER, won);
		store(OWNER, OTHER_HEAP, RELAXED);
		load(USED, RELAXED, r);
		HOLDS(SEEN, r == USED_COUNT)
	:: else
	fi;
	done++
}

proctype heir(byte me)
{
	byte r;

	modify(POOL, 0, POOL_TAKE_ORDER, r);
	if
	:: r == 1 ->
		load(OWNER, RELAXED, r);
		HOLDS(SEEN, r != HEAP)
	:: else
	fi;
	done++
}

init {
	atomic {
		WRITTEN(OWNER, 0) = HEAP;
		run buffers();
		run leaver(0);
		run claimer(1);
		run heir(2)
	};
	done == THREADS && backlog[0] + backlog[1] + backlog[2] == 0;
	HOLDS(LANDED, NEWEST(WORD) == 1 || NEWEST(OWNER) == OTHER_HEAP)
}
