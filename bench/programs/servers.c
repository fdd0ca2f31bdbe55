/*
 * Server threads that replace blocks at random for a while, then hand all they hold to a successor and exit, so
 * that blocks outlive the threads that allocated them.
 *
 *	threads=N	alive at a time; they share the operations
 *	slots=N		blocks that each of them holds
 *	lifetime=N	blocks that a thread replaces before it hands over
 *	smallest=N largest=N	sizes, all between them alike
 */
#include <semaphore.h>

#include "bench.h"

static struct sizes sizes;
static uint64_t lifetime;
static uint32_t slot_count;

struct server {
	sem_t done;
	void **slot;
	struct random random;
	uint64_t left; /* operations */
	uint64_t number;
	uint32_t check;
} OF_ONE_THREAD;

static void *serve(void *argument)
{
	struct server *server = argument;
	uint64_t count = server->left < lifetime ? server->left : lifetime;

	for (uint64_t i = 0; i < count; i++) {
		uint32_t place = random_below(&server->random, slot_count);

		server->check += block_end(server->slot[place]);
		server->slot[place] = block_new(sizes_at(&sizes, server->number++), (uint32_t)i);
	}
	server->left -= count;
	if (server->left > 0)
		pthread_detach(thread_start(serve, server)); /* the successor */
	else
		sem_post(&server->done);
	return NULL;
}

static void prepare(struct server *server, unsigned number)
{
	if (sem_init(&server->done, 0, 0) != 0)
		fail("sem_init failed");
	server->slot = table_new(slot_count, sizeof(*server->slot));
	server->random = random_seeded(number);
	for (uint32_t i = 0; i < slot_count; i++)
		server->slot[i] = block_new(sizes_at(&sizes, i), i);
}

static void finish(struct server *server)
{
	for (uint32_t i = 0; i < slot_count; i++)
		free(server->slot[i]);
	free(server->slot);
}

int main(int argc, char **argv)
{
	struct server *server;
	uint64_t operations;
	size_t threads;
	uint32_t check = 0;

	bench_start(argc, argv);
	threads = number("threads", 2);
	operations = scaled("operations", 10000000) / threads;
	slot_count = (uint32_t)number("slots", 1000);
	lifetime = number("lifetime", 20000);
	sizes_even(&sizes, (uint32_t)number("smallest", 8), (uint32_t)number("largest", 1000));
	server = table_for_threads(threads, sizeof(*server));
	for (unsigned i = 0; i < threads; i++) {
		prepare(&server[i], i);
		server[i].left = operations;
	}

	bench_begin();
	for (unsigned i = 0; i < threads; i++)
		pthread_detach(thread_start(serve, &server[i]));
	for (unsigned i = 0; i < threads; i++) {
		while (sem_wait(&server[i].done) != 0)
			;
		check += server[i].check;
	}
	bench_end(operations * threads, check, 0);
	printf("\n");

	for (unsigned i = 0; i < threads; i++)
		finish(&server[i]);
	free(server);
	return 0;
}
