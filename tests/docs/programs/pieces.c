// SPDX-License-Identifier: MIT
/*
 * An address space of 32 bits in pieces: all of it is taken, and of each MiB three quarters are given back. So there
 * are 3 GiB of free addresses, and nowhere a MiB at an address that is a multiple of it. Then takes 20 MB of blocks.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define MIB ((uintptr_t)1 << 20)

enum {
	HELD_MAX = 4096,
	BLOCKS = 200000,
	BLOCK_SIZE = 100
};

static struct {
	uintptr_t begin, size;
} held[HELD_MAX];

static uintptr_t hold(size_t size)
{
	void *address =
		mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return address == MAP_FAILED ? 0 : (uintptr_t)address;
}

/* The stack grows into what is taken below: it takes what it needs before. */
static void grow_stack(void)
{
	volatile char room[1 << 17];

	for (size_t i = 0; i < sizeof(room); i += 1024)
		room[i] = 0;
}

static size_t hold_all(void)
{
	size_t count = 0;

	for (uintptr_t size = 64 * MIB; size >= MIB; size /= 2)
		while (count < HELD_MAX && (held[count].begin = hold(size)) != 0)
			held[count++].size = size;
	return count;
}

int main(void)
{
	size_t taken = 0;
	size_t count;

	grow_stack();
	count = hold_all();
	for (size_t i = 0; i < count; i++) {
		uintptr_t skipped = -held[i].begin % MIB;

		for (uintptr_t at = skipped; at + MIB <= held[i].size; at += MIB)
			munmap((void *)(held[i].begin + at + MIB / 4), MIB * 3 / 4);
	}
	while (taken < BLOCKS && malloc(BLOCK_SIZE))
		taken++;
	puts(taken == BLOCKS ? "all of them" : errno == ENOMEM ? "ENOMEM" : "another error");
	return taken < BLOCKS;
}
