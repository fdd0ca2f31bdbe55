// SPDX-License-Identifier: MIT
/*
 * A program with the fault that dies of SIGBUS on ARM: it aligns an offset into a buffer, and nobody has aligned the
 * buffer. With -DALIGNED the buffer is aligned as well.
 */
#include <stdint.h>
#include <stdlib.h>

static struct {
#ifndef ALIGNED
	uint32_t before;
#endif
	_Alignas(4) char buffer[64];
} misaligned __attribute__((aligned(8)));

int main(void)
{
	uint64_t *expires = (uint64_t *)(void *)(misaligned.buffer + 8);

	free(malloc(100));
	return (int)__atomic_exchange_n(expires, 0, __ATOMIC_SEQ_CST);
}
