/*
 * The links of a chain, plain stores, against the word.
 *
 * Two pushers write the link of their block, then compare-and-swap the word (release). The owner
 * exchanges the word (acquire), walks the chain, and uses the blocks: it must see every link, and
 * no late link may land on what it writes into them. The chain hands the first pusher's release
 * on through the second's read-modify-write.
 */
#define LOCATIONS 3
#define WRITES 5
#define THREADS 3
#define WORD 0			/* index of the first block, 0 for none */
#define LINK(block) (block)	/* blocks 1 and 2 */
#define FLUSHES FLUSH(0, LINK(1)) FLUSH(1, LINK(2)) FLUSH(2, LINK(1)) FLUSH(2, LINK(2))
#define USER_DATA 7

#include "memory.h"

#define PUSH_ORDER RELEASE
#define TAKE_ORDER ACQUIRE

byte linked[3];			/* what the pushers meant the links to be */

proctype pusher(byte me)
{
	byte block = me + 1;
	byte w;
	bit won;

	do
	:: !won ->
		load(WORD, RELAXED, w);
		store(LINK(block), w, RELAXED);
		linked[block] = w;
		compare_exchange(WORD, w, block, PUSH_ORDER, won)
	:: won -> break
	od;
	done++
}

proctype taker(byte me)
{
	byte block, link, w;

	do
	:: NEWEST(WORD) != 0 ->
		modify(WORD, 0, TAKE_ORDER, block);
		do
		:: block != 0 ->
			load(LINK(block), RELAXED, link);
			HOLDS(LINKED, link == linked[block]);
			store(LINK(block), USER_DATA, RELAXED);
			w++;
			block = link
		:: block == 0 -> break
		od
	:: w == 2 -> break
	od;
	done++
}

init {
	atomic { run buffers(); run pusher(0); run pusher(1); run taker(2) };
	done == THREADS && backlog[0] + backlog[1] + backlog[2] == 0;
	HOLDS(LANDED, NEWEST(LINK(1)) == USER_DATA && NEWEST(LINK(2)) == USER_DATA)
}
