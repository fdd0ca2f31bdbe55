/*
 * Blocks that one thread allocates and another frees: in bulk, through a queue, and by exchanging
 * them at random, each block with a pattern that the freeing thread checks first.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/resident.h"
#include "support/thread.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

enum {
	BULK = 3000,
	QUEUE_SLOTS = 256,
	EXCHANGE_SLOTS = 512,
	WORKERS = 4,
	PARCEL_ROUNDS = 8,
};

/* Where nothing goes, what stays is the most that there was at once: that settles slowly. */
#if IS_ENABLED(CONFIG_PURGE_NEVER)
#define RESIDENT_MORE_MAX (4 * MIB)
#else
#define RESIDENT_MORE_MAX (MIB / 2)
#endif

/* A block in flight carries what its receiver must find in it. */
struct parcel {
	size_t size;
	uint32_t tag;
	unsigned char content[];
};

static struct parcel *parcel_new(struct test_random *random, size_t bound)
{
	size_t size = sizeof(struct parcel) + test_random_size(random, bound);
	struct parcel *parcel = fam_malloc(size);

	if (!THREAD_EXPECT(parcel != NULL))
		return NULL;
	parcel->size = size - sizeof(*parcel);
	parcel->tag = test_random_next(random);
	pattern_fill(parcel->content, parcel->size, parcel->tag);
	return parcel;
}

static void parcel_check_and_free(struct parcel *parcel)
{
	if (!parcel)
		return;
	THREAD_EXPECT(pattern_holds(parcel->content, parcel->size, parcel->tag));
	THREAD_EXPECT(fam_malloc_usable_size(parcel) >= parcel->size + sizeof(*parcel));
	fam_free(parcel);
}

static struct parcel *bulk[BULK];

static void *allocate_bulk(void *argument)
{
	struct test_random random = {.state = (uint32_t)(uintptr_t)argument * 77u + 1u};

	for (size_t i = 0; i < BULK; i++)
		bulk[i] = parcel_new(&random, i % 64 ? 600 : 100 * KIB);
	return NULL;
}

static void *free_bulk(void *argument)
{
	(void)argument;
	for (size_t i = 0; i < BULK; i++)
		parcel_check_and_free(bulk[(i * 1009) % BULK]);
	return NULL;
}

static void another_thread_frees_it_all(void **state)
{
	const size_t rounds = test_rounds(16);

	(void)state;
	for (size_t i = 0; i < rounds; i++) {
		/* Nobody's blocks, or those of the heap that the next thread has. */
		if (i % 2)
			thread_run_and_retire(allocate_bulk, (void *)(uintptr_t)i);
		else
			thread_run(allocate_bulk, (void *)(uintptr_t)i);
		thread_run(free_bulk, NULL);
		/* And the other way round: main owns, a thread frees, main frees. */
		allocate_bulk((void *)(uintptr_t)i);
		thread_run(free_bulk, NULL);
		thread_run(allocate_bulk, (void *)(uintptr_t)i);
		free_bulk(NULL);
	}
	assert_int_equal(thread_failures(), 0);
}

static _Atomic(struct parcel *) queue[QUEUE_SLOTS];
static atomic_uint produced;
static atomic_uint consumed;
static unsigned parcels_to_send;

/* Odd numbers produce, even ones consume; a slot is empty when it holds NULL. */
static void *produce_or_consume(void *argument)
{
	uint32_t number = (uint32_t)(uintptr_t)argument;
	struct test_random random = {.state = number * 131u + 7u};

	if (number % 2) {
		unsigned ticket;

		while ((ticket = atomic_fetch_add(&produced, 1)) < parcels_to_send) {
			struct parcel *parcel = parcel_new(&random, ticket % 200 ? 1200 : 40 * KIB);
			struct parcel *empty = NULL;

			while (!atomic_compare_exchange_weak(&queue[ticket % QUEUE_SLOTS], &empty,
							     parcel)) {
				empty = NULL;
				sched_yield();
			}
		}
		return NULL;
	}
	unsigned ticket;

	while ((ticket = atomic_fetch_add(&consumed, 1)) < parcels_to_send) {
		struct parcel *parcel;

		while (!(parcel = atomic_exchange(&queue[ticket % QUEUE_SLOTS], NULL)))
			sched_yield();
		parcel_check_and_free(parcel);
	}
	return NULL;
}

static void send_parcels(void)
{
	atomic_store(&produced, 0);
	atomic_store(&consumed, 0);
	threads_run(WORKERS, produce_or_consume);
	fam_malloc_trim(0);
}

/* A block that is lost on its way keeps its slab: round after round no more stays resident. */
static void producers_and_consumers(void **state)
{
	(void)state;
	parcels_to_send = (unsigned)test_rounds(20000);
	send_parcels();
	size_t before = resident_bytes();

	for (size_t round = 0; round < PARCEL_ROUNDS; round++)
		send_parcels();
	size_t after = resident_bytes();

	print_message("%zu KiB resident, then %zu\n", before / KIB, after / KIB);
	if (!test_is_emulated())
		assert_in_range(after, 0, before + RESIDENT_MORE_MAX);
}

static _Atomic(struct parcel *) exchange[EXCHANGE_SLOTS];

static void *exchange_at_random(void *argument)
{
	struct test_random random = {.state = (uint32_t)(uintptr_t)argument * 977u + 3u};
	const size_t rounds = test_rounds(60000);

	for (size_t i = 0; i < rounds; i++) {
		size_t slot = test_random_below(&random, EXCHANGE_SLOTS);
		struct parcel *mine = NULL;

		if (test_random_below(&random, 3))
			mine = parcel_new(&random, i % 500 ? 1500 : 200 * KIB);
		parcel_check_and_free(atomic_exchange(&exchange[slot], mine));
	}
	return NULL;
}

static void random_exchange(void **state)
{
	(void)state;
	threads_run(WORKERS, exchange_at_random);
	for (size_t slot = 0; slot < EXCHANGE_SLOTS; slot++)
		parcel_check_and_free(atomic_exchange(&exchange[slot], NULL));
	assert_int_equal(thread_failures(), 0);
}

enum {
	MOVED = 400
};
static unsigned char *moved[MOVED];

static void *allocate_to_move(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < MOVED; i++) {
		moved[i] = i % 3 ? fam_malloc(i + 1) : fam_aligned_alloc(256, i + 1);
		if (THREAD_EXPECT(moved[i] != NULL))
			pattern_fill(moved[i], i + 1, i);
	}
	return NULL;
}

/* realloc of a block of another thread, alive or not. */
static void realloc_of_foreign_blocks(void **state)
{
	(void)state;
	thread_run(allocate_to_move, NULL);
	for (uint32_t i = 0; i < MOVED; i++) {
		moved[i] = fam_realloc(moved[i], 3 * i + 500);
		assert_non_null(moved[i]);
		assert_true(pattern_holds(moved[i], i + 1, i));
		fam_free(moved[i]);
	}
}

static void *free_large(void *argument)
{
	void **blocks = argument;

	for (size_t i = 0; i < 8; i++)
		fam_free(blocks[i]);
	return NULL;
}

/* Large, huge and region-aligned blocks cross threads, too. */
static void large_blocks_cross_threads(void **state)
{
	const size_t unit = test_bytes_max() / 64 < MIB ? test_bytes_max() / 64 : MIB;
	void *blocks[8];

	(void)state;
	for (size_t round = 0; round < test_rounds(40); round++) {
		for (size_t i = 0; i < 8; i++) {
			blocks[i] = i % 2 ? fam_malloc(unit * (i + 1) / 2)
					  : fam_aligned_alloc(64 * KIB, unit * (i + 1) / 4);
			assert_non_null(blocks[i]);
			memset(blocks[i], 1, 5000);
		}
		thread_run(free_large, blocks);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_thread_frees_it_all),
		cmocka_unit_test(producers_and_consumers),
		cmocka_unit_test(random_exchange),
		cmocka_unit_test(realloc_of_foreign_blocks),
		cmocka_unit_test(large_blocks_cross_threads),
	};

	return cmocka_run_group_tests_name("thread_remote", tests, NULL, NULL);
}
