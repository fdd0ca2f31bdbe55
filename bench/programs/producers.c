/*
 * Producers that only allocate and consumers that only free: every block is freed by another thread. A pair
 * hands its blocks over in batches, through a ring.
 *
 *	pairs=N		of a producer and a consumer; they share the operations
 *	batch=N		blocks handed over at a time
 *	smallest=N largest=N	sizes, each doubling half as often
 */
#include <semaphore.h>

#include "bench.h"

enum {
	RING_SIZE = 16, /* batches */
};

static struct sizes sizes;
static uint64_t batches;
static size_t batch_size;

struct pair {
	pthread_t producer, consumer;
	void **block; /* RING_SIZE batches */
	sem_t full, empty;
	uint32_t check OF_ONE_THREAD; /* the consumer's */
};

static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore) != 0)
		;
}

static void *produce(void *argument)
{
	struct pair *pair = argument;

	for (uint64_t i = 0; i < batches; i++) {
		void **batch = pair->block + i % RING_SIZE * batch_size;

		wait_for(&pair->empty);
		for (size_t k = 0; k < batch_size; k++)
			batch[k] = block_new(sizes_at(&sizes, i * batch_size + k), (uint32_t)k);
		sem_post(&pair->full);
	}
	return NULL;
}

static void *consume(void *argument)
{
	struct pair *pair = argument;

	for (uint64_t i = 0; i < batches; i++) {
		void **batch = pair->block + i % RING_SIZE * batch_size;

		wait_for(&pair->full);
		for (size_t k = 0; k < batch_size; k++)
			pair->check += block_end(batch[k]);
		sem_post(&pair->empty);
	}
	return NULL;
}

static void start(struct pair *pair)
{
	pair->block = table_new(RING_SIZE * batch_size, sizeof(*pair->block));
	if (sem_init(&pair->full, 0, 0) != 0 || sem_init(&pair->empty, 0, RING_SIZE) != 0)
		fail("sem_init failed");
	pair->producer = thread_start(produce, pair);
	pair->consumer = thread_start(consume, pair);
}

int main(int argc, char **argv)
{
	struct pair *pair;
	size_t pairs;
	uint32_t check = 0;

	bench_start(argc, argv);
	pairs = number("pairs", 1);
	batch_size = number("batch", 512);
	batches = scaled("operations", 10000000) / pairs / batch_size + 1;
	sizes_skewed(&sizes, (uint32_t)number("smallest", 16), (uint32_t)number("largest", 1024));
	pair = table_for_threads(pairs, sizeof(*pair));

	bench_begin();
	for (size_t i = 0; i < pairs; i++)
		start(&pair[i]);
	for (size_t i = 0; i < pairs; i++) {
		thread_end(pair[i].producer);
		thread_end(pair[i].consumer);
		check += pair[i].check;
	}
	bench_end(batches * batch_size * pairs, check, 0);
	printf("\n");

	for (size_t i = 0; i < pairs; i++)
		free(pair[i].block);
	free(pair);
	return 0;
}
