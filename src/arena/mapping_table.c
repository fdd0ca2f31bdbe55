/*
 * Invariants: the entries ascend and are not empty; neighbours of the same age do not stay apart for long (they are
 * joined when the next one is added).
 */
#include "arena/mapping_table.h"

#include "base/bits.h"

struct mapping mapping_table_remove(struct mapping_table *table, size_t place)
{
	struct mapping removed = table->entries[place];

	table->count--;
	table->byte_count -= mapping_size(&removed);
	for (size_t i = place; i < table->count; i++)
		table->entries[i] = table->entries[i + 1];
	return removed;
}

static void insert(struct mapping_table *table, size_t place, struct mapping mapping)
{
	for (size_t i = table->count; i > place; i--)
		table->entries[i] = table->entries[i - 1];
	table->entries[place] = mapping;
	table->byte_count += mapping_size(&mapping);
	table->count++;
}

/* Joins the entry behind a place to that at the place, if they are neighbours of the same age. */
static void join_next(struct mapping_table *table, size_t place)
{
	struct mapping mapping = table->entries[place];
	struct mapping next;

	if (place + 1 >= table->count)
		return;
	next = table->entries[place + 1];
	if (next.begin != mapping.end || next.is_old != mapping.is_old)
		return;
	mapping_table_remove(table, place + 1);
	mapping_table_remove(table, place);
	mapping.end = next.end;
	insert(table, place, mapping);
}

void mapping_table_add(struct mapping_table *table, struct mapping mapping)
{
	size_t place = 0;

	while (place < table->count && table->entries[place].begin < mapping.begin)
		place++;
	insert(table, place, mapping);
	join_next(table, place);
	if (place > 0)
		join_next(table, place - 1);
}

size_t mapping_table_extreme(const struct mapping_table *table, bool is_longest)
{
	size_t extreme = 0;

	for (size_t i = 1; i < table->count; i++) {
		if ((mapping_size(&table->entries[i]) > mapping_size(&table->entries[extreme])) ==
		    is_longest)
			extreme = i;
	}
	return extreme;
}

/* Takes a range out of an entry: what is left of it goes back. */
static void cut_out(struct mapping_table *table, size_t place, uintptr_t begin, uintptr_t end)
{
	struct mapping front = mapping_table_remove(table, place);
	struct mapping back = front;

	front.end = begin;
	back.begin = end;
	if (back.begin < back.end)
		insert(table, place, back);
	if (front.begin < front.end)
		insert(table, place, front);
}

uintptr_t mapping_table_take(struct mapping_table *table, size_t byte_count, size_t alignment,
			     size_t offset)
{
	uintptr_t found = 0;
	size_t found_place = 0;

	for (size_t place = 0; place < table->count; place++) {
		const struct mapping *entry = &table->entries[place];
		uintptr_t aligned = align_up(entry->begin + offset, alignment) - offset;

		if (aligned < entry->begin || aligned >= entry->end ||
		    entry->end - aligned < byte_count)
			continue;
		if (!found || mapping_size(entry) < mapping_size(&table->entries[found_place])) {
			found = aligned;
			found_place = place;
		}
	}
	if (found)
		cut_out(table, found_place, found, found + byte_count);
	return found;
}

struct mapping mapping_table_take_piece(struct mapping_table *table, size_t byte_count,
					size_t least)
{
	struct mapping piece = {0};
	size_t longest = mapping_table_extreme(table, true);
	struct mapping *entry = &table->entries[longest];

	if (table->count == 0 || mapping_size(entry) < least)
		return piece;
	piece = *entry;
	if (mapping_size(&piece) > byte_count)
		piece.end = piece.begin + byte_count;
	cut_out(table, longest, piece.begin, piece.end);
	return piece;
}
