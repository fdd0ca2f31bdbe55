/*
 * Transparent huge pages, by the menu: never, always, or from a heap of some size on (adaptive), for
 * they multiply the memory of small programs.
 */
#ifndef ARENA_HUGE_PAGES_H
#define ARENA_HUGE_PAGES_H

struct arena;

/* Tells the system what is wanted of a new region of an arena. The caller holds its lock. */
void huge_pages_advise(const struct arena *arena, void *region);

#endif
