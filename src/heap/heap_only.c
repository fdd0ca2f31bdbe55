/*
 * The heap of a single-threaded build.
 */
#include "heap/heap.h"

struct heap heap_only;
