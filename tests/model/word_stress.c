/*
 * The real engine under the model's conditions: threads that allocate, hand blocks to each other,
 * free, sleep and exit, on slabs of few blocks that change their class all the time, each atomic access a
 * place where a thread may stop (steps.h). The purge delay is a millisecond, so that slabs of those who sleep are
 * reclaimed.
 *
 *	word_stress SECONDS SEED
 *
 * A block is filled to its end with what its place and size say, and looked at before it is freed:
 * one that was handed out twice, or that is smaller than asked for, is overwritten. At the end all
 * blocks are freed and the heap is validated. Built with ThreadSanitizer, which watches the orders.
 */
#include "tailor.h"

#include "slab/slab.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	THREADS = 4,
	SLOTS = 40,
	ROUND_STEPS = 400,
};

struct parcel {
	size_t size;
	unsigned char fill[];
};

/* Small slabs of several classes, medium ones of four granules, and a large run. */
static const size_t sizes[] = {32, 400, 500, 700, 1000, 1000, 1000, 1500, 3000, 6000, 9000, 20000};

static struct parcel *slots[SLOTS];
static time_t end_time;
static bool is_broken;
static unsigned round_count;
static unsigned reclaimed_count;

static _Thread_local uint32_t random_state = 1;

void model_step(void);

/* Only who reclaims calls it. */
__typeof__(slab_forget_remote) __real_slab_forget_remote, __wrap_slab_forget_remote;

void __wrap_slab_forget_remote(struct descriptor *slab)
{
	__atomic_fetch_add(&reclaimed_count, 1, __ATOMIC_RELAXED);
	__real_slab_forget_remote(slab);
}

static uint32_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

/* Mostly nothing; now and then long enough for others to take a slab through its whole life. */
void model_step(void)
{
	const struct timespec pause = {.tv_nsec = 50000};
	uint32_t chance = next_random() % 512;

	if (chance == 0)
		nanosleep(&pause, NULL);
	else if (chance < 32)
		sched_yield();
}

static unsigned char pattern_of(const struct parcel *parcel)
{
	return (unsigned char)(((uintptr_t)parcel >> 3) * 31 + parcel->size);
}

static struct parcel *make_parcel(void)
{
	size_t size = sizes[next_random() % (sizeof(sizes) / sizeof(*sizes))];
	struct parcel *parcel = tailor_malloc(size);

	if (!parcel)
		return NULL;
	parcel->size = size;
	for (size_t i = 0; i < size - sizeof(*parcel); i++)
		parcel->fill[i] = pattern_of(parcel);
	return parcel;
}

static void free_parcel(struct parcel *parcel)
{
	if (!parcel)
		return;
	for (size_t i = 0; i < parcel->size - sizeof(*parcel); i++) {
		if (parcel->fill[i] != pattern_of(parcel))
			__atomic_store_n(&is_broken, true, __ATOMIC_RELAXED);
	}
	tailor_free(parcel);
}

static void *run_round(void *seed)
{
	const struct timespec sleep = {.tv_nsec = 20000000};

	random_state = (uint32_t)(uintptr_t)seed | 1;
	for (int i = 0; i < ROUND_STEPS; i++) {
		struct parcel *parcel = next_random() % 8 < 5 ? make_parcel() : NULL;
		struct parcel **slot = &slots[next_random() % SLOTS];

		free_parcel(__atomic_exchange_n(slot, parcel, __ATOMIC_ACQ_REL));
		/* Long enough for others to free what it has, and to look twice. */
		if (next_random() % 256 == 0)
			nanosleep(&sleep, NULL);
	}
	return NULL;
}

/* Threads come and go; a new one finds the heap and the slabs of one before. */
static void *start_rounds(void *seed)
{
	uintptr_t round_seed = (uintptr_t)seed;

	while (time(NULL) < end_time && !__atomic_load_n(&is_broken, __ATOMIC_RELAXED)) {
		pthread_t thread;

		round_seed = round_seed * 1103515245 + 12345;
		if (pthread_create(&thread, NULL, run_round, (void *)round_seed) != 0)
			exit(2);
		pthread_join(thread, NULL);
		__atomic_fetch_add(&round_count, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	int seconds = argc > 1 && *argv[1] ? atoi(argv[1]) : 10;
	uintptr_t seed = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
	size_t contradictions;

	end_time = time(NULL) + seconds;
	for (uintptr_t i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, start_rounds, (void *)(seed + i * 7919)) != 0)
			return 2;
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < SLOTS; i++)
		free_parcel(slots[i]);
	contradictions = tailor_validate();
	if (is_broken)
		puts("a block was overwritten by somebody else");
	if (contradictions > 0)
		printf("the heap holds %zu contradictions\n", contradictions);
	if (is_broken || contradictions > 0)
		return 1;
	if (reclaimed_count == 0) {
		puts("no slab was reclaimed");
		return 1;
	}
	printf("ok stress: %d threads, %u times anew, %d steps each, %u slabs reclaimed\n", THREADS,
	       round_count, ROUND_STEPS, reclaimed_count);
	return 0;
}
