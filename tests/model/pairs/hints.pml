/*
 * The word against its hint bits, the granule's bit against its class's, and the class against all.
 *
 * A slab, once of class D, was made one of class C and is retired. One claimer looks for C; another
 * one looks for D and comes late: it may read the old class, takes the granule's hint away, finds
 * the word unowned and then the class to be C, and sets the hints again. At the end an unowned slab
 * has both hints, whichever of the bits were set at the beginning.
 */
#define LOCATIONS 4
#define WRITES 7
#define THREADS 3
#define WORD 0			/* 1: unowned */
#define HINT 1			/* the granule's bit */
#define CLASS_HINT 2		/* the region's bit for class C */
#define CLASS 3
#define FLUSHES FLUSH(0, CLASS) FLUSH(0, HINT) FLUSH(1, HINT) FLUSH(1, CLASS_HINT) FLUSH(2, HINT)
#define C 0
#define D 1

#include "memory.h"

/* The compare-and-swap that makes the word unowned, and the load of who means to claim it. */
#define RETIRE_ORDER ACQ_REL
#define WORD_ORDER ACQUIRE
#define SET_HINT_ORDER ACQ_REL
#define SET_CLASS_ORDER ACQ_REL
#define CLEAR_HINT_ORDER ACQ_REL
#define CLEAR_CLASS_ORDER ACQ_REL

bit is_hinted, is_class_hinted;		/* left over from before */

inline set_hint()
{
	modify(HINT, 1, SET_HINT_ORDER, r);
	modify(CLASS_HINT, 1, SET_CLASS_ORDER, r)
}

inline retire()
{
	compare_exchange(WORD, 0, 1, RETIRE_ORDER, won);
	set_hint()
}

proctype retirer(byte me)
{
	byte r;
	bit won;

	store(CLASS, C, RELAXED);
	retire();
	done++
}

/* The slab's granule was seen hinted, with the class that is wanted. */
inline claim(wanted)
{
	modify(HINT, 0, CLEAR_HINT_ORDER, r);
	load(WORD, WORD_ORDER, r);
	if
	:: r == 1 ->
		load(CLASS, RELAXED, r);
		HOLDS(TRUE_CLASS, r == C);
		if
		:: wanted != C -> set_hint()
		:: wanted == C ->
			compare_exchange(WORD, 1, 0, ACQ_REL, won);
			modify(CLASS_HINT, 1, SET_CLASS_ORDER, r)
		fi
	:: else
	fi
}

proctype claimer(byte me)
{
	byte r;
	bit won;

	load(CLASS_HINT, RELAXED, r);
	if
	:: r == 1 ->
		modify(CLASS_HINT, 0, CLEAR_CLASS_ORDER, r);
		load(HINT, RELAXED, r);
		if
		:: r == 1 ->
			load(CLASS, RELAXED, r);
			if
			:: r == C -> claim(C)
			:: else
			fi
		:: else
		fi
	:: else
	fi;
	done++
}

proctype late_claimer(byte me)
{
	byte r;
	bit won;

	load(HINT, RELAXED, r);
	if
	:: r == 1 ->
		load(CLASS, RELAXED, r);
		if
		:: r == D -> claim(D)
		:: else
		fi
	:: else
	fi;
	done++
}

init {
	atomic {
		if
		:: is_hinted = 1
		:: true
		fi;
		if
		:: is_class_hinted = 1
		:: true
		fi;
		WRITTEN(HINT, 0) = is_hinted;
		WRITTEN(CLASS_HINT, 0) = is_class_hinted;
		WRITTEN(CLASS, 0) = D;
		run buffers();
		run retirer(0);
		run claimer(1);
		run late_claimer(2)
	};
	done == THREADS && backlog[0] + backlog[1] + backlog[2] == 0;
	HOLDS(HINTED, NEWEST(WORD) == 0 || (NEWEST(HINT) == 1 && NEWEST(CLASS_HINT) == 1))
}
