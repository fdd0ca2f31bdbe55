/*
 * A live set of blocks of random sizes, of which one at random is replaced at a time, by each thread in its own.
 *
 *	live=BYTES	the live set of all threads together
 *	smallest=N largest=N	sizes, each doubling half as often
 *	threads=N	share the operations and the live set
 *	touch_only=1	the same choices in the same memory, but no block is replaced: what the memory alone costs
 */
#include "bench.h"

static struct sizes sizes;
static uint64_t operations;
static uint32_t slot_count;
static int touch_only;
static pthread_barrier_t edge; /* between filling, what is measured, and emptying */

struct worker {
	pthread_t thread;
	uint32_t **slot;
	struct random random;
	uint64_t done;
	uint32_t check;
} OF_ONE_THREAD;

static void fill(struct worker *worker)
{
	worker->slot = table_new(slot_count, sizeof(*worker->slot));
	for (uint32_t i = 0; i < slot_count; i++)
		worker->slot[i] = block_new(sizes_at(&sizes, i), i);
}

/* Not inlined, so that instructions can be counted in here alone. */
static __attribute__((noinline)) void replace(struct worker *worker)
{
	for (uint64_t done = 0; done < operations; done++) {
		uint32_t place = random_below(&worker->random, slot_count);

		worker->check += block_end(worker->slot[place]);
		worker->slot[place] = block_new(sizes_at(&sizes, done), (uint32_t)done);
	}
}

static __attribute__((noinline)) void touch(struct worker *worker)
{
	for (uint64_t done = 0; done < operations; done++) {
		uint32_t place = random_below(&worker->random, slot_count);

		worker->check += *worker->slot[place];
		*worker->slot[place] = sizes_at(&sizes, done) + (uint32_t)done;
	}
}

static void work(struct worker *worker)
{
	if (touch_only)
		touch(worker);
	else
		replace(worker);
}

static void empty(struct worker *worker)
{
	for (uint32_t i = 0; i < slot_count; i++)
		free(worker->slot[i]);
	free(worker->slot);
}

/* The live set is there before the time begins, and goes after it has ended. */
static void *work_in_thread(void *argument)
{
	struct worker *worker = argument;

	fill(worker);
	pthread_barrier_wait(&edge);
	work(worker);
	pthread_barrier_wait(&edge);
	empty(worker);
	return NULL;
}

static void run_threads(struct worker *worker, unsigned threads)
{
	pthread_barrier_init(&edge, NULL, threads + 1);
	for (unsigned i = 0; i < threads; i++)
		worker[i].thread = thread_start(work_in_thread, &worker[i]);
	pthread_barrier_wait(&edge);
	bench_begin();
	pthread_barrier_wait(&edge);
}

int main(int argc, char **argv)
{
	struct worker *worker;
	size_t threads;
	uint32_t check = 0;

	bench_start(argc, argv);
	threads = number("threads", 1);
	operations = scaled("operations", 10000000) / threads;
	touch_only = number("touch_only", 0) != 0;
	sizes_skewed(&sizes, (uint32_t)number("smallest", 16), (uint32_t)number("largest", 1024));
	slot_count = (uint32_t)(number("live", 1024 * 1024) / threads / sizes.mean) + 1;
	worker = table_for_threads(threads, sizeof(*worker));
	for (unsigned i = 0; i < threads; i++)
		worker[i].random = random_seeded(i);

	/* One thread is the program's first: some allocators do less as long as there is no second. */
	if (threads > 1) {
		run_threads(worker, (unsigned)threads);
	} else {
		fill(worker);
		bench_begin();
		work(worker);
	}
	for (unsigned i = 0; i < threads; i++)
		check += worker[i].check;
	bench_end(operations * threads, check, 0);
	printf("\n");

	if (threads == 1)
		empty(worker);
	for (unsigned i = 0; threads > 1 && i < threads; i++)
		thread_end(worker[i].thread);
	free(worker);
	return 0;
}
