/*
 * What the slot of a thread without a heap points to: zeroes, in which malloc() finds empty lists, and free()
 * recognises nothing as its own. Nothing else of such a heap is looked at (heap_is_empty()), so these are all
 * that is there.
 */
#include "heap/heap.h"

char heap_blank[HEAP_LISTS_SIZE + HEAP_BLANK_EXTRA] __attribute__((aligned(_Alignof(struct heap))));

static_assert(offsetof(struct heap, free_list) == 0, "a heap begins with its lists");
static_assert(offsetof(struct heap, active) == HEAP_LISTS_SIZE, "and with the classes of units");
static_assert(HEAP_BLANK_STEP % _Alignof(struct heap) == 0, "every place is a heap's");
