/*
 * The header that allocates in place, beside the single file that it was made with: blocks that are different,
 * aligned and writable, from the first on and after they were freed.
 */
#include "tailor_inline.h"

#include <stdint.h>
#include <string.h>

enum {
	COUNT = 1000,
	SIZE = 48,
};

static int fill(unsigned char *blocks[])
{
	for (int i = 0; i < COUNT; i++) {
		blocks[i] = tailor_malloc(SIZE);
		if (!blocks[i] || (uintptr_t)blocks[i] % sizeof(void *) != 0)
			return 1;
		memset(blocks[i], i % 251, SIZE);
	}
	return 0;
}

static int verify(unsigned char *blocks[])
{
	for (int i = 0; i < COUNT; i++) {
		for (int k = 0; k < SIZE; k++) {
			if (blocks[i][k] != i % 251)
				return 2;
		}
		tailor_free(blocks[i]);
	}
	return 0;
}

int main(void)
{
	static unsigned char *blocks[COUNT];

	for (int round = 0; round < 3; round++) {
		int result = fill(blocks);

		if (result == 0)
			result = verify(blocks);
		if (result != 0)
			return result;
	}
	return 0;
}
