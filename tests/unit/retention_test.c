/*
 * Memory does not stay with those who no longer need it: an owner that sleeps while others free
 * its blocks, threads that are gone, classes that are no longer used, regions that are empty.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/granules.h"
#include "support/incore.h"
#include "support/ledger.h"
#include "support/stock.h"
#include "support/thread.h"

#include "diagnostics/validate.h"
#include "base/bits.h"
#include "heap/heap.h"
#include "heap/large.h"
#include "platform/os.h"
#include "slab/slab.h"

#include <semaphore.h>
#include <string.h>
#include <unistd.h>

enum {
	COUNT_USUAL = 30000,
	COUNT_MAX = 150000,
	FREE_STEP = 7919, /* a prime: blocks are freed in an order of its own */
	/* The active slab and the partial ones: what an owner may withhold in a class. */
	SLABS_WITHHELD_MAX = CONFIG_PARTIAL_SLABS_MAX + 1,
};

#if IS_ENABLED(CONFIG_THREADS)

static void *blocks[COUNT_MAX];
static size_t block_count;
static size_t block_size;

static size_t granules_of_slabs(size_t slabs)
{
	return slabs * size_class_table[size_class_of(block_size)].span;
}

/* As many blocks as fill several times what an owner may withhold, at the least. */
static void choose(size_t size)
{
	size_t least;

	block_size = size;
	least = granules_of_slabs(5 * SLABS_WITHHELD_MAX) * GRANULE_SIZE / size;
	block_count = test_bytes_max() / 8 / size;
	if (block_count > COUNT_USUAL)
		block_count = COUNT_USUAL;
	if (block_count < least)
		block_count = least < COUNT_MAX ? least : COUNT_MAX;
	if (block_count % FREE_STEP == 0)
		block_count--;
}

static void *allocate_all(void *argument)
{
	for (size_t i = 0; i < block_count; i++) {
		blocks[i] = fam_malloc(block_size);
		THREAD_EXPECT(blocks[i] != NULL);
	}
	return argument;
}

static void *free_all(void *argument)
{
	for (size_t i = 0; i < block_count; i++)
		fam_free(blocks[(i * FREE_STEP) % block_count]);
	return argument;
}

static sem_t has_allocated;
static sem_t may_end;

static void *allocate_and_sleep(void *argument)
{
	allocate_all(argument);
	sem_post(&has_allocated);
	sem_wait(&may_end);
	return argument;
}

static void check_sleeping_owner(size_t size)
{
	pthread_t owner;

	choose(size);
	/* A first round makes what stays: this thread's heap and the like. */
	thread_run(allocate_all, NULL);
	free_all(NULL);
	fam_malloc_trim(0);
	size_t before = granules_in_use();

	assert_int_equal(pthread_create(&owner, NULL, allocate_and_sleep, NULL), 0);
	sem_wait(&has_allocated);
	size_t full = granules_in_use();

	free_all(NULL);
	/* What this thread gathered goes out. */
	fam_malloc_trim(0);
	size_t withheld = granules_in_use() - before;

	print_message("%zu blocks of %zu: %zu granules, %zu withheld\n", block_count, size,
		      full - before, withheld);
	assert_int_equal(heap_validate(), 0);
	assert_true(full - before > 4 * granules_of_slabs(SLABS_WITHHELD_MAX));
	assert_true(withheld <= granules_of_slabs(SLABS_WITHHELD_MAX));
	sem_post(&may_end);
	pthread_join(owner, NULL);
	assert_int_equal(thread_failures(), 0);
	fam_malloc_trim(0);
	assert_true(granules_in_use() <= before);
}

/* 200 MB freed by others while their owner sleeps must not be its hostage. */
static void a_sleeping_owner_withholds_little(void **state)
{
	static const size_t sizes[] = {48, 512, 3000};

	(void)state;
	sem_init(&has_allocated, 0, 0);
	sem_init(&may_end, 0, 0);
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++)
		check_sleeping_owner(sizes[i]);
}

/* Round after round of threads that end before their blocks: no more is in use than after one of the first. */
static void ended_threads_leave_nothing(void **state)
{
	size_t after_first = 0;

	(void)state;
	for (size_t round = 0; round < test_rounds(40) + 8; round++) {
		choose(40 + 100 * (round % 4));
		block_count = block_count > 3000 ? 3000 : block_count;
		if (round % 2)
			thread_run_and_retire(allocate_all, NULL);
		else
			thread_run(allocate_all, NULL);
		thread_run(free_all, NULL);
		/* What is kept of the last thread depends on its size, and on how the one before it ended. */
		if (round < 8 && granules_in_use() > after_first)
			after_first = granules_in_use();
		if (round >= 8)
			assert_true(granules_in_use() <= after_first);
	}
	assert_int_equal(heap_validate(), 0);
}

/* Slabs that change hands twice: retired by one thread, claimed by another, freed by a third. */
static void claimed_slabs_lose_nothing(void **state)
{
	static void *firsts[COUNT_MAX];

	(void)state;
	choose(200);
	block_count = block_count > 4000 ? 4000 : block_count;
	thread_run(allocate_all, NULL);
	free_all(NULL);
	fam_malloc_trim(0);
	size_t before = granules_in_use();

	thread_run_and_retire(allocate_all, NULL);
	memcpy(firsts, blocks, sizeof(firsts));
	for (size_t i = 0; i < block_count; i += 2)
		fam_free(firsts[i]);
	thread_run(allocate_all, NULL);
	for (size_t i = 1; i < block_count; i += 2)
		fam_free(firsts[i]);
	free_all(NULL);
	fam_malloc_trim(0);
	assert_int_equal(heap_validate(), 0);
	assert_true(granules_in_use() <= before);
}

/* Fills many slabs, frees one block of each, so that some become partial ones of its own. */
static void *leave_partial_slabs(void *argument)
{
	size_t capacity = size_class_capacity(size_class_of(block_size));

	allocate_all(argument);
	for (size_t i = 0; i < block_count; i += capacity) {
		fam_free(blocks[i]);
		blocks[i] = NULL;
		THREAD_EXPECT(heap_validate() == 0);
	}
	return argument;
}

static void partial_slabs_of_an_ended_thread_are_free(void **state)
{
	(void)state;
	choose(200);
	block_count = 20 * size_class_capacity(size_class_of(block_size));
	thread_run(allocate_all, NULL);
	free_all(NULL);
	fam_malloc_trim(0);
	size_t before = granules_in_use();

	thread_run(leave_partial_slabs, NULL);
	assert_int_equal(heap_validate(), 0);
	free_all(NULL);
	fam_malloc_trim(0);
	assert_int_equal(heap_validate(), 0);
	assert_true(granules_in_use() <= before);
}

enum {
	COMPETITORS = 4
};

static void *free_a_share_of_nothing(void *argument)
{
	fam_free(fam_malloc(block_size));
	return argument;
}

static void *free_a_share(void *argument)
{
	for (size_t i = (size_t)argument; i < block_count; i += COMPETITORS)
		fam_free(blocks[i]);
	return NULL;
}

/* Several threads free into the same slabs at the same time: no push is lost. */
static void no_free_is_lost_in_competition(void **state)
{
	(void)state;
	choose(32);
	thread_run(allocate_all, NULL);
	free_all(NULL);
	/* The competitors' own heaps, too, are there before. */
	threads_run(COMPETITORS, free_a_share_of_nothing);
	fam_malloc_trim(0);
	size_t before = granules_in_use();

	for (size_t round = 0; round < test_rounds(20); round++) {
		thread_run(allocate_all, NULL);
		threads_run(COMPETITORS, free_a_share);
		fam_malloc_trim(0);
		assert_int_equal(heap_validate(), 0);
		assert_true(granules_in_use() <= before);
	}
}

enum {
	QUEUE_SLOTS = 64,
	CONSUMERS = 3,
};

static void *queue[QUEUE_SLOTS];

/* One allocates and fills slab after slab, which are retired full, while others free into them. */
static void *produce_or_consume(void *argument)
{
	if (argument == NULL) {
		for (size_t i = 0; i < block_count; i++) {
			void *block = fam_malloc(block_size);
			void *unwanted = __atomic_exchange_n(&queue[i % QUEUE_SLOTS], block,
							     __ATOMIC_ACQ_REL);

			fam_free(unwanted);
		}
		return NULL;
	}
	for (size_t i = (size_t)argument; i < 4 * block_count; i += CONSUMERS)
		fam_free(__atomic_exchange_n(&queue[i % QUEUE_SLOTS], NULL, __ATOMIC_ACQ_REL));
	return NULL;
}

static void no_free_is_lost_while_slabs_retire(void **state)
{
	size_t before = SIZE_MAX;

	(void)state;
	choose(1000);
	for (size_t round = 0; round < test_rounds(30) + 2; round++) {
		threads_run(CONSUMERS + 1, produce_or_consume);
		for (size_t i = 0; i < QUEUE_SLOTS; i++) {
			fam_free(queue[i]);
			queue[i] = NULL;
		}
		fam_malloc_trim(0);
		assert_int_equal(heap_validate(), 0);
		assert_true(granules_in_use() <= before);
		before = granules_in_use();
	}
}

static pthread_key_t late_key;

/* In the fourth round, which is the last, so that nobody is told when the heap's thread ends. */
static void allocate_in_the_last_round(void *argument)
{
	uintptr_t round = (uintptr_t)argument;

	if (round < 4) {
		pthread_setspecific(late_key, (void *)(round + 1));
		return;
	}
	void *block = fam_malloc(block_size);

	THREAD_EXPECT(block != NULL);
	fam_free(block);
	/* One that outlives the thread. */
	blocks[block_count++] = fam_malloc(block_size);
}

static void *allocate_early_and_late(void *argument)
{
	fam_free(fam_malloc(block_size));
	pthread_setspecific(late_key, (void *)1);
	return argument;
}

static void *allocate_late_alone(void *argument)
{
	pthread_setspecific(late_key, (void *)1);
	return argument;
}

static size_t heap_count(void)
{
	size_t count = 0;

	for (const struct heap *heap = heap_first(); heap; heap = heap->next)
		count++;
	return count;
}

static void *say_who(void *argument)
{
	*(pthread_t *)argument = pthread_self();
	return argument;
}

/* Whether a new thread is where one was that ended. An emulator's mmap() may go through all addresses first. */
static bool identities_come_again(void)
{
	pthread_t first;
	pthread_t second;

	thread_run(say_who, &first);
	thread_run(say_who, &second);
	return pthread_equal(first, second);
}

/* However many threads do so, the heaps and slabs that no libc gives back are a few. */
static void heaps_of_the_last_round_are_few(void **state)
{
	const size_t threads = test_rounds(400);
	size_t heaps_before = heap_count();

	(void)state;
	if (test_is_emulated() && !identities_come_again()) {
		print_message(
			"this emulator's mmap() hands out no stack again that was unmapped\n");
		skip();
	}
	choose(100);
	block_count = 0;
	assert_int_equal(pthread_key_create(&late_key, allocate_in_the_last_round), 0);
	size_t granules_before = granules_in_use();

	for (size_t i = 0; i < threads; i++) {
		thread_run(i % 2 ? allocate_early_and_late : allocate_late_alone, NULL);
		if (block_count == 0 || i % 16 != 15)
			continue;
		while (block_count > 0)
			fam_free(blocks[--block_count]);
	}
	print_message("%zu threads left %zu heaps\n", threads, heap_count() - heaps_before);
	assert_in_range(heap_count(), 0, heaps_before + 8);
	while (block_count > 0)
		fam_free(blocks[--block_count]);
	fam_malloc_trim(0);
	assert_int_equal(heap_validate(), 0);
	assert_in_range(granules_in_use(), 0, granules_before + 8 * granules_of_slabs(1));
	pthread_key_delete(late_key);
}

enum {
	SLEEPERS = 16
};

static void *sleep_with_a_heap(void *argument)
{
	void *block = fam_malloc(block_size);

	sem_post(&has_allocated);
	sem_wait(&may_end);
	fam_free(block);
	return argument;
}

static void *allocate_one(void *argument)
{
	fam_free(fam_malloc(block_size));
	return argument;
}

/* The libc gives its threads the identities of those that the child does not have. */
static void start_threads_in_child(void)
{
	size_t heaps_before = heap_count();
	pthread_t thread;

	for (size_t i = 0; i < SLEEPERS; i++) {
		if (pthread_create(&thread, NULL, allocate_one, NULL) || pthread_join(thread, NULL))
			_exit(1);
	}
	_exit(heap_count() > heaps_before ? 0 : 2);
}

/* Such a heap may be half changed, for its thread was stopped anywhere. */
static void a_forked_child_takes_over_no_heap(void **state)
{
	pthread_t sleepers[SLEEPERS];
	char text[256];

	(void)state;
	/* qemu-user 7.2 fails when a child starts a thread whose parent had several. */
	if (test_is_emulated())
		skip();
	choose(100);
	for (size_t i = 0; i < SLEEPERS; i++)
		assert_int_equal(pthread_create(&sleepers[i], NULL, sleep_with_a_heap, NULL), 0);
	for (size_t i = 0; i < SLEEPERS; i++)
		sem_wait(&has_allocated);
	assert_int_equal(run_in_child(start_threads_in_child, text, sizeof(text)), 0);
	for (size_t i = 0; i < SLEEPERS; i++)
		sem_post(&may_end);
	for (size_t i = 0; i < SLEEPERS; i++)
		pthread_join(sleepers[i], NULL);
}

#endif

enum {
	LARGE_COUNT = 64
};

static size_t large_use_size(void)
{
	const size_t size = test_bytes_max() / 2 / LARGE_COUNT;

	return size < REGION_SIZE / 3 ? size : REGION_SIZE / 3;
}

static size_t taken_after_large_use(void)
{
	void *large[LARGE_COUNT];

	for (size_t i = 0; i < LARGE_COUNT; i++) {
		large[i] = fam_malloc(large_use_size());
		assert_non_null(large[i]);
	}
	for (size_t i = 0; i < LARGE_COUNT; i++)
		fam_free(large[i]);
	return bytes_taken();
}

/*
 * On 32-bit machines, and where memory goes at once, an empty region is unmapped, but for a spare one; else it may be
 * used again.
 */
static void address_space_comes_back(void **state)
{
	size_t before;
	size_t after;

	(void)state;
	/* A first block, for the heap's own data is mapped with it. */
	fam_free(fam_malloc(1));
	before = bytes_taken();
	after = taken_after_large_use();
	if (sizeof(void *) == 4 || IS_ENABLED(CONFIG_PURGE_IMMEDIATE))
		/* And what is mapped for the directory of regions, which is less than one. */
		assert_true(after < before + 2 * REGION_SIZE);
	for (size_t round = 0; round < 4; round++)
		assert_true(taken_after_large_use() <= after);
	assert_int_equal(ledger_contradictions(), 0);
}

#if CONFIG_ARENA_COUNT > 1 && !IS_ENABLED(CONFIG_PURGE_IMMEDIATE) && !IS_ENABLED(CONFIG_PURGE_NEVER)

enum {
	DIRTY_SIZE = 3 * GRANULE_SIZE, /* a large block */
};

static const struct arena *dirty_arena;

/* Of a thread with a heap of another arena: the arena that a block of it is from. */
static void *allocate_from_elsewhere(void *argument)
{
	const struct arena **arena = argument;
	unsigned char *block;

	/* Heaps have arenas in turn, so one of a few at a time has another. */
	if (heap_attach()->arena == dirty_arena) {
		thread_run(allocate_from_elsewhere, argument);
		return argument;
	}
	block = fam_calloc(1, DIRTY_SIZE);
	THREAD_EXPECT(block && bytes_are(block, DIRTY_SIZE, 0));
	*arena = block ? region_of(block)->group->arena : NULL;
	fam_free(block);
	return argument;
}

/* What one arena has given up serves the others before they ask the system for more, and is zero for calloc. */
static void dirty_memory_of_another_arena_goes_first(void **state)
{
	const struct arena *arena = NULL;
	unsigned char *block;

	(void)state;
	if (DIRTY_SIZE > test_bytes_max())
		skip();
	fam_malloc_trim(0);
	block = fam_malloc(DIRTY_SIZE);
	assert_non_null(block);
	memset(block, 0x5A, DIRTY_SIZE);
	dirty_arena = region_of(block)->group->arena;
	assert_ptr_equal(heap_attach()->arena, dirty_arena);
	fam_free(block);
	thread_run(allocate_from_elsewhere, &arena);
	assert_int_equal(thread_failures(), 0);
	assert_ptr_equal(arena, dirty_arena);
	assert_int_equal(heap_validate(), 0);
}

#endif

/* malloc_trim leaves nothing but slabs with live blocks. */
static void trim_gives_up_empty_slabs(void **state)
{
	(void)state;
	fam_malloc_trim(0);
	size_t before = granules_in_use();

	for (size_t size = 16; size <= MEDIUM_SIZE_MAX; size += size / 8 + 16)
		fam_free(fam_malloc(size));
	assert_true(granules_in_use() > before);
	fam_malloc_trim(0);
	assert_true(granules_in_use() <= before);
	assert_int_equal(heap_validate(), 0);
}

#if IS_ENABLED(CONFIG_THREADS)

/* The owner's slabs of which it freed a block, so that they are its own again, and others the rest. */
static void trim_gives_up_slabs_that_others_emptied(void **state)
{
	(void)state;
	choose(200);
	fam_malloc_trim(0);
	size_t before = granules_in_use();

	allocate_all(NULL);
	for (size_t i = 0; i < block_count; i += 20) {
		fam_free(blocks[i]);
		blocks[i] = NULL;
	}
	thread_run(free_all, NULL);
	fam_malloc_trim(0);
	assert_true(granules_in_use() <= before);
	assert_int_equal(heap_validate(), 0);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#if IS_ENABLED(CONFIG_THREADS)
		cmocka_unit_test(a_sleeping_owner_withholds_little),
		cmocka_unit_test(ended_threads_leave_nothing),
		cmocka_unit_test(claimed_slabs_lose_nothing),
		cmocka_unit_test(partial_slabs_of_an_ended_thread_are_free),
		cmocka_unit_test(no_free_is_lost_in_competition),
		cmocka_unit_test(no_free_is_lost_while_slabs_retire),
		cmocka_unit_test(heaps_of_the_last_round_are_few),
		cmocka_unit_test(a_forked_child_takes_over_no_heap),
		cmocka_unit_test(trim_gives_up_slabs_that_others_emptied),
#endif
		cmocka_unit_test(address_space_comes_back),
#if CONFIG_ARENA_COUNT > 1 && !IS_ENABLED(CONFIG_PURGE_IMMEDIATE) && !IS_ENABLED(CONFIG_PURGE_NEVER)
		cmocka_unit_test(dirty_memory_of_another_arena_goes_first),
#endif
		cmocka_unit_test(trim_gives_up_empty_slabs),
	};

	return cmocka_run_group_tests_name("retention", tests, NULL, NULL);
}
