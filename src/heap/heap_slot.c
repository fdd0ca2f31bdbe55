/*
 * What the slot of a thread without a heap points to: zeroes, in which malloc() finds empty lists, and free()
 * recognises nothing as its own.
 */
#include "heap/heap.h"

const char heap_blank[sizeof(struct heap) + HEAP_BLANK_EXTRA]
	__attribute__((aligned(_Alignof(struct heap))));

static_assert(HEAP_BLANK_STEP % _Alignof(struct heap) == 0, "every place is a heap's");
