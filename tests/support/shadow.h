/*
 * A shadow heap: what the allocator under test has handed out, kept beside it in static memory
 * and checked against it. Every live block has a slot, an address, a size and a pattern.
 */
#ifndef TESTS_SUPPORT_SHADOW_H
#define TESTS_SUPPORT_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SHADOW_SLOTS = 1024,
};

struct shadow_block {
	unsigned char *address; /* NULL: the slot is free */
	size_t size;
	uint32_t tag;
};

struct shadow {
	struct shadow_block blocks[SHADOW_SLOTS];
	size_t live_bytes;
	uint32_t next_tag;
};

/* Takes over a block of `size` usable bytes into a free slot and fills it. */
void shadow_add(struct shadow *shadow, size_t slot, void *address, size_t size);

/* Gives up a block: its content must still be what was written. Returns its address. */
void *shadow_remove(struct shadow *shadow, size_t slot);

/* After a realloc: the old content must stand at the new address, then it is filled anew. */
void shadow_move(struct shadow *shadow, size_t slot, void *address, size_t size);

/* Every pattern intact, and no two blocks overlap. */
void shadow_check(const struct shadow *shadow);

#endif
