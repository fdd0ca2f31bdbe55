/*
 * Nothing but sizes: what the compiler makes of the structures that scripts/budget/layout.awk lays out. Each object
 * is as large as its name says.
 */
#include "arena/arena.h"
#include "arena/mapping_cache.h"
#include "heap/heap.h"

char probe_heap[sizeof(struct heap)];
char probe_group[sizeof(struct region_group)];
char probe_arena[sizeof(struct arena)];
