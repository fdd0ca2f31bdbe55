/*
 * What the slot of a thread starts out with: an empty heap, in which malloc() finds nothing and
 * free() recognises nothing as its own.
 */
#include "heap/heap.h"

const struct heap heap_empty;
