/*
 * A plan of refusals: which of the calls that may fail are to fail. Those who stand in for the system's calls ask it
 * (os_double.c, public.c), tests make it.
 */
#ifndef TESTS_SUPPORT_REFUSALS_H
#define TESTS_SUPPORT_REFUSALS_H

#include <stdbool.h>
#include <stddef.h>

/* The `nth` such call from now on fails, and if `for_good` all later ones. 0: none any more. */
void refusals_plan(size_t nth, bool for_good);

/* A call is made: whether it is to fail. */
bool refusals_due(void);

/* How many calls there were, and how many of them failed because they were told to. */
size_t refusals_asked(void);
size_t refusals_made(void);

#endif
