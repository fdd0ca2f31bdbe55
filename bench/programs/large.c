/*
 * Large blocks, allocated and freed in turn: a few are alive, the oldest goes, a new one of another size comes.
 * Each page of them is written, so page faults are counted with them.
 *
 *	slots=N		blocks alive at a time
 *	smallest=N largest=N	sizes, all between them alike
 */
#include "bench.h"

int main(int argc, char **argv)
{
	struct sizes sizes;
	uint64_t operations;
	size_t slots;
	uint32_t check = 0;
	void **slot;

	bench_start(argc, argv);
	operations = scaled("operations", 1000);
	slots = number("slots", 8);
	sizes_even(&sizes, (uint32_t)number("smallest", 1 << 20),
		   (uint32_t)number("largest", 32 << 20));
	slot = table_new(slots, sizeof(*slot));

	bench_begin();
	for (uint64_t done = 0; done < operations; done++) {
		void **place = &slot[done % slots];
		uint32_t size = sizes_at(&sizes, done);

		if (*place != NULL)
			check += block_end(*place);
		*place = block_new(size, (uint32_t)done);
		block_touch(*place, sizeof(uint32_t), size, (uint32_t)done);
	}
	for (size_t i = 0; i < slots; i++)
		free(slot[i]);
	bench_end(operations, check, 0);
	printf("\n");
	free(slot);
	return 0;
}
