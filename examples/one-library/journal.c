/*
 * All memory of the journal comes from tailor_malloc() and its relatives, and goes back there: none of its blocks is
 * handed to the caller to be freed.
 */
#include "journal.h"

#include <string.h>
#include <tailor.h>

struct journal {
	char **lines;
	size_t count;
	size_t room;
};

struct journal *journal_open(void)
{
	return tailor_calloc(1, sizeof(struct journal));
}

int journal_add(struct journal *journal, const char *line)
{
	char *copy;

	if (journal->count == journal->room) {
		size_t room = journal->room ? 2 * journal->room : 16;
		char **lines = tailor_reallocarray(journal->lines, room, sizeof(*lines));

		if (!lines)
			return -1;
		journal->lines = lines;
		journal->room = room;
	}
	copy = tailor_malloc(strlen(line) + 1);
	if (!copy)
		return -1;
	journal->lines[journal->count++] = strcpy(copy, line);
	return 0;
}

const char *journal_line(const struct journal *journal, size_t number)
{
	return number < journal->count ? journal->lines[number] : NULL;
}

void journal_close(struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++)
		tailor_free(journal->lines[i]);
	tailor_free(journal->lines);
	tailor_free(journal);
}
