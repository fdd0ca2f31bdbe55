/*
 * A journal of lines, in memory that is its own: it allocates from Tailor, whatever malloc() the program has.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stddef.h>

struct journal;

/* Returns an empty journal, or NULL when there is no memory. */
struct journal *journal_open(void);

/* Adds a copy of a line. Returns 0, or -1 when there is no memory. */
int journal_add(struct journal *journal, const char *line);

/* The line of that number, from 0, or NULL. */
const char *journal_line(const struct journal *journal, size_t number);

/* Frees the journal and its lines. */
void journal_close(struct journal *journal);

#endif
