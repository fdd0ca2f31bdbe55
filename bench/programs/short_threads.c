/*
 * Many threads, each of which allocates a few blocks, frees most of them and ends soon; the last block it
 * returns to the program's first thread.
 *
 *	operations=N	threads
 *	together=N	alive at a time
 *	blocks=N	that each allocates
 *	smallest=N largest=N	sizes, each doubling half as often
 */
#include "bench.h"

enum {
	BLOCKS_MAX = 4096,
};

static struct sizes sizes;
static size_t block_count;

struct task {
	pthread_t thread;
	uint64_t number;
	uint32_t check;
} OF_ONE_THREAD;

static void *live_shortly(void *argument)
{
	struct task *task = argument;
	void *block[BLOCKS_MAX];

	for (size_t i = 0; i < block_count; i++)
		block[i] = block_new(sizes_at(&sizes, task->number * block_count + i), (uint32_t)i);
	for (size_t i = 0; i + 1 < block_count; i++)
		task->check += block_end(block[i]);
	return block[block_count - 1];
}

int main(int argc, char **argv)
{
	struct task *task;
	uint64_t operations;
	size_t together;
	uint32_t check = 0;

	bench_start(argc, argv);
	operations = scaled("operations", 100000);
	together = number("together", 2);
	block_count = number("blocks", 100);
	if (block_count < 1 || block_count > BLOCKS_MAX)
		fail("blocks: out of range");
	sizes_skewed(&sizes, (uint32_t)number("smallest", 16), (uint32_t)number("largest", 4096));
	task = table_for_threads(together, sizeof(*task));

	bench_begin();
	for (uint64_t done = 0; done < operations; done++) {
		struct task *next = &task[done % together];

		if (done >= together)
			check += block_end(thread_end(next->thread));
		next->number = done;
		next->thread = thread_start(live_shortly, next);
	}
	for (uint64_t i = 0; i < together && i < operations; i++)
		check += block_end(thread_end(task[i].thread));
	for (size_t i = 0; i < together; i++)
		check += task[i].check;
	bench_end(operations * block_count, check, 0);
	printf("\n");
	free(task);
	return 0;
}
