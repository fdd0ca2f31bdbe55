/*
 * Small objects that live for a short time, in one of two orders.
 *
 *	order=lifo	a batch is allocated and freed from its end, as by a program with nested calls
 *	order=fifo	each block is freed after `batch` others were allocated, as in a queue
 *	batch=N		blocks alive at a time
 *	smallest=N largest=N	sizes, all between them alike
 */
#include "bench.h"

static struct sizes sizes;

static uint32_t churn_lifo(void **block, size_t batch, uint64_t operations)
{
	uint64_t done = 0;
	uint32_t check = 0;

	while (done < operations) {
		for (size_t i = 0; i < batch; i++, done++)
			block[i] = block_new(sizes_at(&sizes, done), (uint32_t)done);
		for (size_t i = batch; i-- > 0;)
			check += block_end(block[i]);
	}
	return check;
}

static uint32_t churn_fifo(void **block, size_t batch, uint64_t operations)
{
	size_t oldest = 0;
	uint32_t check = 0;

	for (size_t i = 0; i < batch; i++)
		block[i] = block_new(sizes_at(&sizes, i), (uint32_t)i);
	for (uint64_t done = batch; done < operations; done++) {
		check += block_end(block[oldest]);
		block[oldest] = block_new(sizes_at(&sizes, done), (uint32_t)done);
		if (++oldest == batch)
			oldest = 0;
	}
	for (size_t i = 0; i < batch; i++)
		check += block_end(block[i]);
	return check;
}

int main(int argc, char **argv)
{
	const char *order;
	uint64_t operations;
	size_t batch;
	void **block;
	uint32_t check;

	bench_start(argc, argv);
	order = argument("order");
	batch = number("batch", 1000);
	operations = scaled("operations", 10000000);
	sizes_even(&sizes, (uint32_t)number("smallest", 16), (uint32_t)number("largest", 128));
	block = table_new(batch, sizeof(*block));

	bench_begin();
	if (order != NULL && strcmp(order, "fifo") == 0)
		check = churn_fifo(block, batch, operations);
	else
		check = churn_lifo(block, batch, operations);
	bench_end(operations, check, 0);
	printf("\n");
	free(block);
	return 0;
}
