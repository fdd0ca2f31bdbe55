/*
 * Counts the words of its input, in a hash table that grows: each word is a block of its own. Nothing here names
 * Tailor: the program is linked with it, and malloc() is Tailor's.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word {
	struct word *next;
	size_t count;
	char text[];
};

struct table {
	struct word **slots;
	size_t slot_count;
	size_t word_count;
};

static size_t hash(const char *text)
{
	size_t sum = 5381;

	while (*text)
		sum = sum * 33 + (unsigned char)*text++;
	return sum;
}

/* Doubles the table; its words stay where they are. */
static int grow(struct table *table)
{
	size_t slot_count = table->slot_count ? 2 * table->slot_count : 64;
	struct word **slots = calloc(slot_count, sizeof(*slots));

	if (!slots)
		return -1;
	for (size_t i = 0; i < table->slot_count; i++) {
		while (table->slots[i]) {
			struct word *word = table->slots[i];
			struct word **slot = &slots[hash(word->text) % slot_count];

			table->slots[i] = word->next;
			word->next = *slot;
			*slot = word;
		}
	}
	free(table->slots);
	table->slots = slots;
	table->slot_count = slot_count;
	return 0;
}

static int count_word(struct table *table, const char *text)
{
	if (table->word_count == table->slot_count && grow(table))
		return -1;

	struct word **slot = &table->slots[hash(text) % table->slot_count];
	struct word *word = *slot;

	while (word && strcmp(word->text, text) != 0)
		word = word->next;
	if (!word) {
		word = malloc(sizeof(*word) + strlen(text) + 1);
		if (!word)
			return -1;
		strcpy(word->text, text);
		word->count = 0;
		word->next = *slot;
		*slot = word;
		table->word_count++;
	}
	word->count++;
	return 0;
}

/* Prints the totals and gives everything back. */
static void finish(struct table *table)
{
	size_t total = 0;

	for (size_t i = 0; i < table->slot_count; i++) {
		while (table->slots[i]) {
			struct word *word = table->slots[i];

			table->slots[i] = word->next;
			total += word->count;
			free(word);
		}
	}
	printf("%zu words, %zu different\n", total, table->word_count);
	free(table->slots);
}

int main(void)
{
	struct table table = {0};
	char text[64];
	size_t length = 0;
	int c;

	do {
		c = getchar();
		if (c != EOF && isalnum(c) && length < sizeof(text) - 1) {
			text[length++] = (char)tolower(c);
			continue;
		}
		text[length] = '\0';
		if (length && count_word(&table, text)) {
			fputs("no memory\n", stderr);
			return 1;
		}
		length = 0;
	} while (c != EOF);
	finish(&table);
	return 0;
}
