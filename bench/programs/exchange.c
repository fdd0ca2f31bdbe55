/*
 * Threads that share a table: each puts what it allocates into a random place there and frees what it finds in
 * it, so that most blocks are freed by a thread that did not allocate them, in no order.
 *
 *	threads=N	share the operations
 *	slots=N		places in the table
 *	smallest=N largest=N	sizes, each doubling half as often
 */
#include <stdatomic.h>

#include "bench.h"

static struct sizes sizes;
static uint64_t operations;
static uint32_t slot_count;
static _Atomic(void *) *slot;

struct worker {
	pthread_t thread;
	struct random random;
	uint64_t first;
	uint32_t check;
} OF_ONE_THREAD;

static void *work(void *argument)
{
	struct worker *worker = argument;
	uint64_t end = worker->first + operations;

	for (uint64_t i = worker->first; i < end; i++) {
		void *block = block_new(sizes_at(&sizes, i), (uint32_t)i);

		block = atomic_exchange_explicit(&slot[random_below(&worker->random, slot_count)],
						 block, memory_order_acq_rel);
		if (block != NULL)
			worker->check += block_end(block);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct worker *worker;
	size_t threads;
	uint32_t check = 0;

	bench_start(argc, argv);
	threads = number("threads", 2);
	operations = scaled("operations", 10000000) / threads;
	slot_count = (uint32_t)number("slots", 10000);
	sizes_skewed(&sizes, (uint32_t)number("smallest", 16), (uint32_t)number("largest", 4096));
	worker = table_for_threads(threads, sizeof(*worker));
	slot = table_new(slot_count, sizeof(*slot));
	for (unsigned i = 0; i < threads; i++) {
		worker[i].random = random_seeded(i);
		worker[i].first = i * operations;
	}

	bench_begin();
	for (unsigned i = 0; i < threads; i++)
		worker[i].thread = thread_start(work, &worker[i]);
	for (unsigned i = 0; i < threads; i++) {
		thread_end(worker[i].thread);
		check += worker[i].check;
	}
	for (uint32_t i = 0; i < slot_count; i++) {
		void *block = atomic_load(&slot[i]);

		if (block != NULL)
			check += block_end(block);
	}
	bench_end(operations * threads, check, 0);
	printf("\n");
	free(slot);
	free(worker);
	return 0;
}
