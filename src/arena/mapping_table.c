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

size_t mapping_table_shortest(const struct mapping_table *table)
{
	size_t shortest = 0;

	for (size_t i = 1; i < table->count; i++) {
		if (mapping_size(&table->entries[i]) < mapping_size(&table->entries[shortest]))
			shortest = i;
	}
	return shortest;
}

/* Takes a range out of the run of neighbours that it lies in: what is left of its first and last goes back. */
static void cut_out(struct mapping_table *table, uintptr_t begin, uintptr_t end)
{
	size_t place = 0;

	while (table->entries[place].end <= begin)
		place++;
	while (place < table->count && table->entries[place].begin < end) {
		struct mapping front = mapping_table_remove(table, place);
		struct mapping back = front;

		front.end = begin;
		back.begin = end;
		if (back.begin < back.end)
			insert(table, place, back);
		if (front.begin < front.end)
			insert(table, place++, front);
	}
}

/* The place behind the run of neighbours that begins at a place. */
static size_t run_end(const struct mapping_table *table, size_t place)
{
	const struct mapping *entries = table->entries;

	while (place + 1 < table->count && entries[place + 1].begin == entries[place].end)
		place++;
	return place + 1;
}

uintptr_t mapping_table_take(struct mapping_table *table, size_t byte_count, size_t alignment,
			     size_t offset)
{
	uintptr_t found = 0;
	size_t found_size = SIZE_MAX;
	size_t next;

	for (size_t place = 0; place < table->count; place = next) {
		uintptr_t begin = table->entries[place].begin;
		uintptr_t aligned = align_up(begin + offset, alignment) - offset;
		uintptr_t end;

		next = run_end(table, place);
		end = table->entries[next - 1].end;
		if (aligned >= begin && aligned < end && end - aligned >= byte_count &&
		    end - begin < found_size) {
			found = aligned;
			found_size = end - begin;
		}
	}
	if (found)
		cut_out(table, found, found + byte_count);
	return found;
}
