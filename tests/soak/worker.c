/*
 * What the workers of the soak do: see worker.h. Blocks are looked at before each free and realloc.
 */
#include "soak/worker.h"

#include "soak/block.h"
#include "support/family.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	NURSERY_OPERATIONS = 300,
	OPERATIONS_PER_LOOK = 16, /* at whether to rest */
	FORK_CHANCE = 20000,
	TRIM_CHANCE = 30000,
	HUGE_CHANCE = 2000,
	LARGE_CHANCE = 60,
};

static struct soak_block *exchange[EXCHANGE_SLOTS];
static bool has_failed;

bool soak_failed(void)
{
	return __atomic_load_n(&has_failed, __ATOMIC_RELAXED);
}

bool soak_fail(const char *what)
{
	if (!__atomic_exchange_n(&has_failed, true, __ATOMIC_RELAXED))
		dprintf(STDERR_FILENO, "soak: %s\n", what);
	return false;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Mostly small; now and then of a size that goes to the arenas or to the system. */
static size_t random_size(struct worker *worker)
{
	size_t left = worker->live_bytes < worker->room ? worker->room - worker->live_bytes : 0;
	size_t bound = 2000;
	size_t size;

	if (test_random_below(&worker->random, HUGE_CHANCE) == 0)
		bound = 16 * MIB;
	else if (worker->role == ROLE_RESIZER || !test_random_below(&worker->random, LARGE_CHANCE))
		bound = 300 * KIB;
	size = test_random_size(&worker->random, bound);
	if (size > left / 4)
		size = left / 4;
	return size < SOAK_BLOCK_MIN ? SOAK_BLOCK_MIN : size;
}

static struct soak_block *allocate(struct worker *worker, size_t size)
{
	size_t alignment = (size_t)16 << test_random_below(&worker->random, 10);
	struct soak_block *block;

	switch (test_random_below(&worker->random, worker->role == ROLE_RESIZER ? 4 : 12)) {
	case 0:
		block = fam_calloc(1, size);
		if (block && !bytes_are(block, size, 0))
			soak_fail("calloc gives something else than zeroes");
		break;
	case 1:
		block = fam_aligned_alloc(alignment, size);
		if (!test_is_aligned(block, alignment))
			soak_fail("aligned_alloc gives an address that is not aligned");
		break;
	default:
		block = fam_malloc(size);
		break;
	}
	if (block && fam_malloc_usable_size(block) < size)
		soak_fail("a block is smaller than was asked for");
	return block;
}

static struct soak_block *make_block(struct worker *worker)
{
	size_t size = random_size(worker);
	struct soak_block *block = allocate(worker, size);

	if (!block) {
		worker->refusals++;
		return NULL;
	}
	soak_block_make(block, size, test_random_next(&worker->random));
	worker->live_bytes += size;
	return block;
}

static void free_block(struct worker *worker, struct soak_block *block)
{
	const char *fault;

	if (!block)
		return;
	fault = soak_block_fault(block);
	if (fault) {
		soak_fail(fault);
		return;
	}
	worker->live_bytes -= block->size;
	fam_free(block);
}

/* ---- operations ------------------------------------------------------------------------------ */

static void renew_slot(struct worker *worker)
{
	struct soak_block **slot = &worker->slots[test_random_below(&worker->random, WORKER_SLOTS)];

	free_block(worker, *slot);
	*slot = NULL;
	if (test_random_below(&worker->random, 5) < 3)
		*slot = make_block(worker);
}

static void resize_slot(struct worker *worker)
{
	struct soak_block **slot = &worker->slots[test_random_below(&worker->random, WORKER_SLOTS)];
	size_t size = random_size(worker);
	struct soak_block *block;
	uintptr_t old_place = (uintptr_t)*slot;
	const char *fault;
	size_t old_size;

	if (!*slot)
		return;
	old_size = (*slot)->size;
	fault = soak_block_fault(*slot);
	if (fault) {
		soak_fail(fault);
		return;
	}
	block = fam_realloc(*slot, size);
	if (!block) {
		worker->refusals++;
		return;
	}
	*slot = block;
	worker->live_bytes += size - old_size;
	fault = soak_block_moved_fault(block, old_place, old_size,
				       size < old_size ? size : old_size);
	if (fault)
		soak_fail(fault);
	soak_block_make(block, size, test_random_next(&worker->random));
}

/* Puts a block, or none, into the exchange, and frees what was there. */
static void exchange_block(struct worker *worker, struct soak_block *block)
{
	size_t place = test_random_below(&worker->random, EXCHANGE_SLOTS);

	/* What is in the exchange counts for nobody. */
	worker->live_bytes -= block ? block->size : 0;
	block = __atomic_exchange_n(&exchange[place], block, __ATOMIC_ACQ_REL);
	worker->live_bytes += block ? block->size : 0;
	free_block(worker, block);
}

/* A child has this thread alone: what it has must be whole, and the allocator must work. */
static void live_as_child(struct worker *worker)
{
	alarm(2 * test_child_seconds());
	worker_free_all(worker);
	worker->role = ROLE_CHURN;
	for (int i = 0; i < NURSERY_OPERATIONS && !soak_failed(); i++)
		renew_slot(worker);
	worker_free_all(worker);
	_exit(soak_failed());
}

static void fork_child(struct worker *worker)
{
#ifndef __SANITIZE_THREAD__ /* its runtime does not stand a fork among threads */
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		live_as_child(worker);
	worker->forks++;
	if (child > 0 && (waitpid(child, &status, 0) != child || status != 0))
		soak_fail("a forked child ends badly");
#else
	(void)live_as_child;
	(void)worker;
#endif
}

#if IS_ENABLED(CONFIG_THREADS)
static void *live_shortly(void *argument)
{
	struct worker *worker = argument;

	for (int i = 0; i < NURSERY_OPERATIONS && !soak_failed(); i++) {
		renew_slot(worker);
		if (i % 8 == 0)
			exchange_block(worker, make_block(worker));
	}
	return NULL;
}

/* The thread ends, its blocks live on with the worker. */
static void bear_thread(struct worker *worker)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, live_shortly, worker) != 0) {
		worker->refusals++;
		return;
	}
	worker->births++;
	pthread_join(thread, NULL);
}
#else
static void bear_thread(struct worker *worker)
{
	renew_slot(worker);
}
#endif

static void work_by_role(struct worker *worker)
{
	switch (worker->role) {
	case ROLE_PRODUCER:
		exchange_block(worker, make_block(worker));
		return;
	case ROLE_CONSUMER:
		exchange_block(worker, NULL);
		return;
	case ROLE_NURSERY:
		if (test_random_below(&worker->random, 100) == 0)
			bear_thread(worker);
		return;
	case ROLE_RESIZER:
		resize_slot(worker);
		return;
	default:
		renew_slot(worker);
		return;
	}
}

static void work_once(struct worker *worker)
{
	work_by_role(worker);
	switch (test_random_below(&worker->random, 8)) {
	case 0:
		resize_slot(worker);
		break;
	case 1:
		exchange_block(worker, make_block(worker));
		break;
	default:
		renew_slot(worker);
		break;
	}
	if (test_random_below(&worker->random, FORK_CHANCE) == 0)
		fork_child(worker);
	if (test_random_below(&worker->random, TRIM_CHANCE) == 0)
		fam_malloc_trim(0);
	worker->operations += 2;
}

void worker_run(struct worker *worker, const bool *must_rest, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		if (i % OPERATIONS_PER_LOOK == 0 &&
		    (soak_failed() || __atomic_load_n(must_rest, __ATOMIC_RELAXED)))
			return;
		work_once(worker);
	}
}

void worker_free_all(struct worker *worker)
{
	for (size_t i = 0; i < WORKER_SLOTS; i++) {
		free_block(worker, worker->slots[i]);
		worker->slots[i] = NULL;
	}
	if (!soak_failed() && worker->live_bytes != 0)
		soak_fail("the soak has lost count of its bytes");
}

/* ---- the exchange ---------------------------------------------------------------------------- */

size_t exchange_bytes(void)
{
	size_t bytes = 0;

	for (size_t i = 0; i < EXCHANGE_SLOTS; i++)
		bytes += exchange[i] ? exchange[i]->size : 0;
	return bytes;
}

void exchange_free_all(void)
{
	struct worker nobody = {.live_bytes = exchange_bytes()};

	for (size_t i = 0; i < EXCHANGE_SLOTS; i++) {
		free_block(&nobody, exchange[i]);
		exchange[i] = NULL;
	}
}
