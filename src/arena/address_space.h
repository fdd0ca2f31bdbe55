/*
 * Address space, aligned: what regions, reservations and huge blocks are made of.
 */
#ifndef ARENA_ADDRESS_SPACE_H
#define ARENA_ADDRESS_SPACE_H

#include "platform/compiler.h"

/* Readable and writable, or without access until it is committed. */
enum access {
	ACCESS_NONE,
	ACCESS_READ_WRITE,
};

/*
 * Maps `byte_count` bytes (a multiple of the page size) so that the byte `offset` bytes in, a multiple
 * of the page size below `alignment`, is aligned to `alignment`, a power of two. Near the one
 * before, if that can be had. Returns NULL when there is no address space.
 */
void *address_space_map(size_t byte_count, size_t alignment, size_t offset, enum access access);

/* Returns whether the system took it; if not, it is mapped as before. */
bool address_space_unmap(void *address, size_t byte_count);

/*
 * Moves a mapping to a place aligned like the one above and resizes it. Returns the new place, or
 * NULL, and then the old one is as it was: so, too, if it is several mappings to the system.
 */
void *address_space_move(void *address, size_t byte_count, size_t new_byte_count, size_t alignment,
			 size_t offset);

/*
 * Moves memory over a part of another mapping, both readable and writable. Returns how many bytes of it: less than all when
 * the system refused, and then the rest is as it was. Of what it would have replaced the next `*lost` bytes are not ours
 * any more, and no other may be used, for the system need not tell of holes: it is only to be unmapped.
 */
size_t address_space_replace(void *target, void *address, size_t byte_count, size_t *lost);

/* Resizes a mapping where it stands. Returns whether that was possible. */
bool address_space_resize(void *address, size_t byte_count, size_t new_byte_count);

#endif
