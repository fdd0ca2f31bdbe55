/*
 * The control of tests/kernel: accesses of 64 bits at an address that is no multiple of 8, which this machine's
 * kernel and processor must treat as hardware does, or the tests that pass there say nothing.
 *
 *	control exclusive	an atomic at 4 mod 8, as in static memory that is not aligned: dies of SIGBUS, for
 *				neither processor nor kernel can carry it out
 *	control aligned		the same at 0 mod 8: ends with 0
 *	control pair		LDRD at 2 mod 4: the processor traps, the kernel carries it out and counts it; ends
 *				with 0
 *
 * For ARM, compiled for ARMv7-A.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
	AREA_SIZE = 32,
	MISALIGNED_FOR_EXCLUSIVES = 4,
	MISALIGNED_FOR_PAIRS = 2,
};

static _Alignas(16) unsigned char area[AREA_SIZE];

/* The address, as the linker would give it: the compiler cannot know it. */
static void *address_at(size_t offset)
{
	unsigned char *volatile address = area + offset;

	return address;
}

static int add_atomically(size_t offset)
{
	_Atomic uint64_t *expire = address_at(offset);

	*expire += 5;
	return *expire == 5 ? 0 : 1;
}

static int load_pair(size_t offset)
{
	const uint64_t written = UINT64_C(0x0123456789abcdef);
	uint64_t read;

	memcpy(address_at(offset), &written, sizeof(written));
	__asm__ volatile("ldrd %Q0, %R0, [%1]" : "=&r"(read) : "r"(address_at(offset)) : "memory");
	return read == written ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (strcmp(what, "exclusive") == 0)
		return add_atomically(MISALIGNED_FOR_EXCLUSIVES);
	if (strcmp(what, "aligned") == 0)
		return add_atomically(0);
	if (strcmp(what, "pair") == 0)
		return load_pair(MISALIGNED_FOR_PAIRS);
	fputs("usage: control exclusive|aligned|pair\n", stderr);
	return 2;
}
