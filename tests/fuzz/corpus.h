/*
 * A corpus as it is kept: a text, an input a line, two hexadecimal digits a byte, lines in order. So it is
 * one file, and a change of it can be read.
 */
#ifndef FUZZ_CORPUS_H
#define FUZZ_CORPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	CORPUS_INPUT_MAX = 4096,
};

static inline int corpus_digit(int letter)
{
	if (letter >= '0' && letter <= '9')
		return letter - '0';
	return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Reads the next input into `bytes`. Returns false at the end. */
static inline bool corpus_read(FILE *corpus, uint8_t bytes[CORPUS_INPUT_MAX], size_t *length)
{
	int letter = getc(corpus);

	*length = 0;
	if (letter == EOF)
		return false;
	while (*length < CORPUS_INPUT_MAX) {
		int high = corpus_digit(letter);

		if (high < 0)
			break;
		bytes[(*length)++] = (uint8_t)(high * 16 + corpus_digit(getc(corpus)));
		letter = getc(corpus);
	}
	return true;
}

#endif
