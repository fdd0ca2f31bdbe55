/*
 * A double of the operating system: white-box tests link it in place of platform/os.h's calls
 * (-Wl,--wrap). It passes everything on, keeps the ledger of address space, refuses what is planned
 * (refusals.h), and on demand hands out memory that is aligned to a page and to nothing more, sets
 * the clock, and notes what was discarded and said.
 */
#ifndef TESTS_SUPPORT_OS_DOUBLE_H
#define TESTS_SUPPORT_OS_DOUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Calls that may fail. */
enum os_call {
	OS_MAP,
	OS_RESERVE,
	OS_COMMIT,
	OS_MOVE,
	OS_RESIZE,
	OS_DISCARD,
	OS_CALLS,
};

/* How many of a kind there were. Which of them fail is said by refusals.h. */
size_t os_double_calls_of(enum os_call kind);

/* Every mapping from now on stands at an odd page. */
void os_double_misalign(bool wanted);

/* The clock stands at that time from now on. */
void os_double_set_clock(uint64_t ms);

/* The clock stands still from now on, but for this. */
void os_double_advance_clock(uint64_t ms);
/* Each look at the clock, once it is set, moves it on by so much from now on. */
void os_double_run_clock(uint64_t ms);

/*
 * Refuses each move but for the first few from now on, as Linux does: where it was to go is unmapped by then. And then this
 * is called. NULL: none is, but those of the plan.
 */
void os_double_refuse_moves(size_t but, void (*action)(void *target, size_t byte_count));

/* How many moves have ended within a huge page of 2 MiB, which is cut in two then unless the mapping ends there as well. */
size_t os_double_ends_in_huge_pages(void);

/* Every other move that the plan refuses unmaps from now on where it was to go. */
void os_double_refuse_late(bool wanted);

/*
 * Whether the system tells from now on what is one mapping: where it does not, as under qemu-user, any is said to be, and
 * where a refused move was to go cannot be read or written.
 */
void os_double_tell_mappings(bool wanted);

/* Called before each discard from now on, by the thread that discards; NULL: nothing is. */
void os_double_before_discard(void (*action)(void));

/* Whether that is so now: a purge is half done. */
bool os_double_is_in_action(void);

/* How many bytes of a range were discarded since the last os_double_forget(). */
size_t os_double_discarded(const void *address, size_t size);
size_t os_double_discarded_in_all(void);

/* How often a text was written since the start, and all that was. */
size_t os_double_said(const char *text);
const char *os_double_text(void);

/* Forgets discards and texts. */
void os_double_forget(void);

#endif
