/*
 * A weak memory, for the few locations of a pair: C11's release, acquire and relaxed accesses, but
 * for load buffering.
 *
 * - A location is the history of what was written to it. A thread has a view: how much of each
 *   history it must have seen. A load may return any older value that its view still admits.
 * - A write carries a view: the writer's, if it is a release; an acquiring read takes it over. A
 *   read-modify-write reads the newest write, and hands on what that one carried.
 * - A relaxed store stays in the thread's buffer for as long as it likes, but not past a release of
 *   the same thread.
 *
 * A pair defines before this text: LOCATIONS, WRITES (the longest history), THREADS, and FLUSHES,
 * FLUSH(thread, location) for each relaxed store. Threads are numbered from 0; `me` is one's own.
 */
#define RELAXED 0
#define ACQUIRE 1
#define RELEASE 2
#define ACQ_REL 3

byte written[LOCATIONS * WRITES];
byte carried[LOCATIONS * WRITES * LOCATIONS];
byte last[LOCATIONS];			/* the newest write of each location */
byte view[THREADS * LOCATIONS];
byte buffered[THREADS * LOCATIONS];	/* a value + 1 */
byte backlog[THREADS];			/* how many of those there are */
byte chosen;
byte done;

/* Scratch of d_steps, no part of the state. */
hidden byte x, newest, had;

#define VIEW(t, l) view[(t) * LOCATIONS + (l)]
#define BUFFERED(t, l) buffered[(t) * LOCATIONS + (l)]
#define WRITTEN(l, n) written[(l) * WRITES + (n)]
#define CARRIED(l, n, x) carried[((l) * WRITES + (n)) * LOCATIONS + (x)]
#define NEWEST(l) WRITTEN(l, last[l])
#define MAX(a, b) ((a) > (b) -> (a) : (b))
#define MAY_WRITE(t, l, order) (BUFFERED(t, l) == 0 && (!(order & RELEASE) || backlog[t] == 0))

/* A failing assertion names its property by a label that is always false. */
#define HOLDS(property, condition) assert(property || (condition))
hidden byte EMPTY, HINTED, TRUE_CLASS, LINKED, LANDED, SEEN;

/* Inside d_steps: thread t has read write n of location l. */
inline see(t, l, n, order)
{
	VIEW(t, l) = MAX(VIEW(t, l), n);
	x = 0;
	do
	:: x < LOCATIONS && (order & ACQUIRE) -> VIEW(t, x) = MAX(VIEW(t, x), CARRIED(l, n, x)); x++
	:: else -> break
	od;
	x = 0
}

/* Inside d_steps: a write by thread t; `atop`: it hands on what the last one carried. */
inline append(t, l, value, order, atop)
{
	newest = last[l] + 1;
	assert(newest < WRITES);
	last[l] = newest;
	WRITTEN(l, newest) = value;
	VIEW(t, l) = newest;
	x = 0;
	do
	:: x < LOCATIONS ->
		had = (order & RELEASE -> VIEW(t, x) : 0);
		CARRIED(l, newest, x) = MAX(had, (atop -> CARRIED(l, newest - 1, x) : 0));
		x++
	:: else -> break
	od;
	CARRIED(l, newest, l) = newest;
	x = 0; newest = 0; had = 0
}

inline load(l, order, into)
{
	atomic {
		chosen = VIEW(me, l);
		do
		:: chosen < last[l] -> chosen++
		:: break
		od;
		d_step {
			into = (BUFFERED(me, l) != 0 -> BUFFERED(me, l) - 1 : WRITTEN(l, chosen));
			see(me, l, chosen, order);
			chosen = 0
		}
	}
}

inline store(l, value, order)
{
	if
	:: d_step { (order & RELEASE) && backlog[me] == 0 -> append(me, l, value, order, false) }
	:: d_step { !(order & RELEASE) && BUFFERED(me, l) == 0 ->
		BUFFERED(me, l) = value + 1;
		backlog[me]++ }
	fi
}

/* Read-modify-write: `into` is the old value, and `value` may be made of it. */
inline modify(l, value, order, into)
{
	d_step { MAY_WRITE(me, l, order) ->
		into = NEWEST(l);
		see(me, l, last[l], order);
		append(me, l, value, order, true) }
}

/* `won` is whether the location held `expected` and holds `value` now. */
inline compare_exchange(l, expected, value, order, won)
{
	d_step { MAY_WRITE(me, l, order) ->
		won = (NEWEST(l) == (expected) -> 1 : 0);
		see(me, l, last[l], order);
		if
		:: won -> append(me, l, value, order, true)
		:: else
		fi }
}

#define FLUSH(t, l) \
	:: d_step { BUFFERED(t, l) != 0 -> \
		append(t, l, BUFFERED(t, l) - 1, RELAXED, false); \
		BUFFERED(t, l) = 0; \
		backlog[t]-- }

proctype buffers()
{
end:
	do
	FLUSHES
	od
}
