/*
 * Mixed sizes, of which most live for a short time and a few for long: what is short-lived leaves holes between
 * the survivors. Survivors are replaced at random once there are as many as may be.
 *
 *	window=N	short-lived blocks alive at a time
 *	survivors=N	long-lived blocks alive at a time
 *	one_in=N	blocks one becomes a survivor
 *	smallest=N largest=N	sizes, each doubling half as often
 */
#include "bench.h"

int main(int argc, char **argv)
{
	struct sizes sizes;
	struct random random;
	uint64_t operations;
	uint32_t window, survivors, one_in, survived = 0, check = 0;
	void **young, **old;

	bench_start(argc, argv);
	operations = scaled("operations", 10000000);
	window = (uint32_t)number("window", 10000);
	survivors = (uint32_t)number("survivors", 100000);
	one_in = (uint32_t)number("one_in", 50);
	sizes_skewed(&sizes, (uint32_t)number("smallest", 16), (uint32_t)number("largest", 16384));
	young = table_new(window, sizeof(*young));
	old = table_new(survivors, sizeof(*old));
	random = random_seeded(0);

	bench_begin();
	for (uint64_t done = 0; done < operations; done++) {
		void **place = &young[random_below(&random, window)];

		if (*place != NULL && random_below(&random, one_in) == 0) {
			uint32_t which = survived < survivors ? survived++
							      : random_below(&random, survivors);
			void *replaced = old[which];

			old[which] = *place;
			*place = replaced;
		}
		if (*place != NULL)
			check += block_end(*place);
		*place = block_new(sizes_at(&sizes, done), (uint32_t)done);
	}
	bench_end(operations, check, 0);
	printf("\n");

	for (uint32_t i = 0; i < window; i++)
		free(young[i]);
	for (uint32_t i = 0; i < survivors; i++)
		free(old[i]);
	free(young);
	free(old);
	return 0;
}
