/*
 * A program whose own memory comes from the C library, with a library in it whose memory comes from Tailor.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"

int main(void)
{
	struct journal *journal = journal_open();
	char *line = malloc(64);
	int status = 1;

	if (journal && line) {
		for (int i = 0; i < 1000; i++) {
			snprintf(line, 64, "line %d", i);
			if (journal_add(journal, line))
				abort();
		}
		printf("%s, %s\n", journal_line(journal, 0), journal_line(journal, 999));
		status = strcmp(journal_line(journal, 999), line) != 0;
	}
	free(line);
	if (journal)
		journal_close(journal);
	return status;
}
