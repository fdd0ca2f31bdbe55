/*
 * A table of mappings that nobody uses, in the order of their addresses. Neighbours of the same age are one entry, of
 * different ages they stay apart, so that each goes when it is due.
 *
 * The caller holds the lock that guards it (mapping_cache.h).
 */
#ifndef ARENA_MAPPING_TABLE_H
#define ARENA_MAPPING_TABLE_H

#include "platform/compiler.h"

struct mapping {
	uintptr_t begin;
	uintptr_t end;
	bool is_old; /* was here at the last tick of the purge clock already */
};

struct mapping_table {
	size_t count;
	size_t byte_count; /* of all entries */
	/* One more place than may be kept, for the moment in which an entry is cut in two. */
	struct mapping entries[CONFIG_MAPPINGS_KEPT_MAX + 1];
};

static inline size_t mapping_size(const struct mapping *mapping)
{
	return mapping->end - mapping->begin;
}

void mapping_table_add(struct mapping_table *table, struct mapping mapping);

/*
 * Finds the lowest place in the shortest entry that has room, takes it out and returns it; 0 when there is none.
 * Alignment and offset as for address_space_map().
 */
uintptr_t mapping_table_take(struct mapping_table *table, size_t byte_count, size_t alignment,
			     size_t offset);

/* Takes an entry out. */
struct mapping mapping_table_remove(struct mapping_table *table, size_t place);

/* Takes at most `byte_count` bytes out of the longest entry; none if that is shorter than `least`, or there is none. */
struct mapping mapping_table_take_piece(struct mapping_table *table, size_t byte_count,
					size_t least);

/* The place of the longest entry, or of the shortest. */
size_t mapping_table_extreme(const struct mapping_table *table, bool is_longest);

#endif
