/*
 * The heap of a thread that ended is kept for the next: who takes it, and what becomes of it when nobody does. On a clock
 * that the test sets.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/granules.h"
#include "support/os_double.h"
#include "support/thread.h"

#include "diagnostics/validate.h"
#include "heap/heap.h"
#include "heap/reclaim.h"

#include <semaphore.h>
#include <unistd.h>

enum {
	SIZE = 100,
	SLABS = 16,
	BLOCKS_MAX = 32768,
	TOGETHER = 2, /* threads */
};

static struct heap *owner_of(const void *block)
{
	return atomic_load(&slab_or_run_of(block)->owner, RELAXED);
}

#if HEAPS_ARE_KEPT

static uint64_t now = 1000000;

/* What a thread leaves: half of a slab, and the heap it is of. */
struct legacy {
	void *blocks[BLOCKS_MAX];
	size_t count;
	struct heap *heap;
};

static struct legacy legacies[TOGETHER];
static size_t capacity;

static bool is_owned(const struct legacy *legacy)
{
	return owner_of(legacy->blocks[0]) == legacy->heap;
}

static bool is_retired(const struct legacy *legacy)
{
	return owner_of(legacy->blocks[0]) == NULL;
}

static void fill(struct legacy *legacy, size_t count)
{
	for (legacy->count = 0; legacy->count < count; legacy->count++) {
		legacy->blocks[legacy->count] = fam_malloc(SIZE);
		THREAD_EXPECT(legacy->blocks[legacy->count] != NULL);
	}
	legacy->heap = heap_current();
}

static void free_rest(struct legacy *legacy)
{
	for (size_t i = 0; i < legacy->count; i++)
		fam_free(legacy->blocks[i]);
	legacy->count = 0;
}

static void *leave(void *argument)
{
	fill(argument, capacity / 2);
	return argument;
}

static void *do_nothing(void *argument)
{
	return argument;
}

static void tick_after(uint64_t ms)
{
	now += ms;
	os_double_set_clock(now);
	heap_tick(heap_current());
	assert_int_equal(heap_validate(), 0);
}

/* Nothing of other tests is in use, nor any heap kept. */
static size_t settle(void)
{
	/* A thread that ticks has a heap. No turn is due from then on for as long as the clock stands. */
	fam_free(fam_malloc(SIZE));
	tick_after(CONFIG_PURGE_DELAY_MS);
	fam_malloc_trim(0);
	os_double_forget();
	return granules_in_use();
}

/* ---- who takes it ----------------------------------------------------------------------------- */

static void *inherit(void *argument)
{
	struct legacy *legacy = argument;

	THREAD_EXPECT(is_owned(legacy));
	fam_free(fam_malloc(SIZE));
	THREAD_EXPECT(heap_current() == legacy->heap);
	THREAD_EXPECT(!legacy->heap->is_lost);
	free_rest(legacy);
	return argument;
}

static void the_next_thread_has_it(void **state)
{
	size_t before = settle();

	(void)state;
	thread_run(leave, &legacies[0]);
	assert_int_equal(heap_validate(), 0);
	assert_true(is_owned(&legacies[0]));
	thread_run(inherit, &legacies[0]);
	assert_int_equal(thread_failures(), 0);
	fam_malloc_trim(0);
	assert_int_equal(heap_validate(), 0);
	assert_true(granules_in_use() <= before);
}

static sem_t has_begun;
static sem_t may_end;

static void *leave_when_told(void *argument)
{
	leave(argument);
	sem_post(&has_begun);
	sem_wait(&may_end);
	return argument;
}

static void start(pthread_t *thread, void *(*body)(void *), struct legacy *legacy)
{
	assert_int_equal(pthread_create(thread, NULL, body, legacy), 0);
	sem_wait(&has_begun);
}

/* Which of them ends first is left to them. */
static void end_all(const pthread_t *threads)
{
	for (size_t i = 0; i < TOGETHER; i++)
		sem_post(&may_end);
	for (size_t i = 0; i < TOGETHER; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(thread_failures(), 0);
}

/* The first thread that ends leaves its slabs as they are, the second's have no owner. Both heaps serve again. */
static void one_is_kept(void **state)
{
	struct heap *heaps[TOGETHER];
	pthread_t threads[TOGETHER];
	size_t before = settle();

	(void)state;
	for (size_t i = 0; i < TOGETHER; i++)
		start(&threads[i], leave_when_told, &legacies[i]);
	for (size_t i = 0; i < TOGETHER; i++)
		heaps[i] = legacies[i].heap;
	end_all(threads);
	assert_int_equal(heap_validate(), 0);
	assert_true(is_owned(&legacies[0]) != is_owned(&legacies[1]));
	assert_true(is_retired(&legacies[0]) != is_retired(&legacies[1]));
	for (size_t i = 0; i < TOGETHER; i++)
		free_rest(&legacies[i]);
	for (size_t i = 0; i < TOGETHER; i++)
		start(&threads[i], leave_when_told, &legacies[i]);
	assert_true((legacies[0].heap == heaps[0] && legacies[1].heap == heaps[1]) ||
		    (legacies[0].heap == heaps[1] && legacies[1].heap == heaps[0]));
	end_all(threads);
	for (size_t i = 0; i < TOGETHER; i++)
		free_rest(&legacies[i]);
	fam_malloc_trim(0);
	assert_int_equal(heap_validate(), 0);
	assert_true(granules_in_use() <= before);
}

/* Many slabs, and next to nothing in them. */
static void *leave_many(void *argument)
{
	struct legacy *legacy = argument;

	fill(legacy, SLABS * capacity);
	for (size_t i = 0; i < legacy->count; i++) {
		if (i % capacity != 1) {
			fam_free(legacy->blocks[i]);
			legacy->blocks[i] = NULL;
		}
	}
	return argument;
}

static void *malloc_and_sleep(void *argument)
{
	fam_free(fam_malloc(SIZE));
	sem_post(&has_begun);
	sem_wait(&may_end);
	return argument;
}

/* Who takes the heap may sleep: others find room in what the thread before it left. */
static void an_heir_withholds_little(void **state)
{
	static struct legacy own;
	pthread_t heir;
	size_t held;

	(void)state;
	settle();
	thread_run(leave_many, &legacies[0]);
	held = granules_in_use();
	start(&heir, malloc_and_sleep, NULL);
	fill(&own, (SLABS - 2) * (capacity - 1));
	assert_true(granules_in_use() <= held + size_class_table[size_class_of(SIZE)].span);
	assert_int_equal(heap_validate(), 0);
	free_rest(&own);
	free_rest(&legacies[0]);
	sem_post(&may_end);
	assert_int_equal(pthread_join(heir, NULL), 0);
	assert_int_equal(thread_failures(), 0);
}

static void inherit_in_child(void)
{
	thread_run(inherit, &legacies[0]);
	_exit(heap_validate() == 0 && thread_failures() == 0 ? 0 : 1);
}

static void a_forked_child_has_it(void **state)
{
	char text[256];

	(void)state;
	/* qemu-user 7.2 fails when a child starts a thread whose parent had several. */
	if (test_is_emulated())
		skip();
	settle();
	thread_run(leave, &legacies[0]);
	assert_int_equal(run_in_child(inherit_in_child, text, sizeof(text)), 0);
	assert_true(is_owned(&legacies[0]));
	free_rest(&legacies[0]);
}

/* ---- when nobody does ------------------------------------------------------------------------- */

static void a_turn_of_the_clock_gives_it_up(void **state)
{
	size_t before = settle();

	(void)state;
	thread_run(leave, &legacies[0]);
	tick_after(0);
	assert_true(is_owned(&legacies[0]));
	tick_after(CONFIG_PURGE_DELAY_MS);
	assert_true(is_retired(&legacies[0]));
	/* Nobody owns them, so who frees the last block releases the slab. */
	free_rest(&legacies[0]);
	fam_malloc_trim(0);
	assert_true(granules_in_use() <= before);
}

static void trimming_gives_it_up(void **state)
{
	(void)state;
	settle();
	thread_run(leave, &legacies[0]);
	assert_true(is_owned(&legacies[0]));
	fam_malloc_trim(0);
	assert_int_equal(heap_validate(), 0);
	assert_true(is_retired(&legacies[0]));
	free_rest(&legacies[0]);
}

static size_t heap_count(void)
{
	size_t count = 0;

	for (const struct heap *heap = heap_first(); heap; heap = heap->next)
		count++;
	return count;
}

static void heaps_given_up_serve_again(void **state)
{
	size_t count = heap_count();

	(void)state;
	for (size_t i = 0; i < TOGETHER + 1; i++) {
		settle();
		thread_run_and_retire(leave, &legacies[0]);
		free_rest(&legacies[0]);
	}
	assert_int_equal(heap_count(), count);
}

static void *trim_only(void *argument)
{
	THREAD_EXPECT(heap_is_empty(heap_current()));
	fam_malloc_trim(0);
	return argument;
}

/* A thread without a heap trims as well. */
static void who_has_no_heap_gives_it_up(void **state)
{
	(void)state;
	settle();
	thread_run(leave, &legacies[0]);
	thread_run(trim_only, NULL);
	assert_int_equal(thread_failures(), 0);
	assert_true(is_retired(&legacies[0]));
	free_rest(&legacies[0]);
}

static void the_end_of_memory_gives_it_up(void **state)
{
	(void)state;
	settle();
	thread_run(leave, &legacies[0]);
	assert_true(is_owned(&legacies[0]));
	heap_make_room();
	assert_int_equal(heap_validate(), 0);
	assert_true(is_retired(&legacies[0]));
	free_rest(&legacies[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_thread_has_it),
		cmocka_unit_test(one_is_kept),
		cmocka_unit_test(an_heir_withholds_little),
		cmocka_unit_test(a_forked_child_has_it),
		cmocka_unit_test(a_turn_of_the_clock_gives_it_up),
		cmocka_unit_test(trimming_gives_it_up),
		cmocka_unit_test(heaps_given_up_serve_again),
		cmocka_unit_test(who_has_no_heap_gives_it_up),
		cmocka_unit_test(the_end_of_memory_gives_it_up),
	};

	capacity = size_class_capacity(size_class_of(SIZE));
	os_double_set_clock(now);
	sem_init(&has_begun, 0, 0);
	sem_init(&may_end, 0, 0);
	/* What the libc allocates for a thread, and does not give back. */
	threads_run(TOGETHER, do_nothing);
	return cmocka_run_group_tests_name("a kept heap", tests, NULL, NULL);
}

#else

/* Where the purge policy has no clock, a heap that nobody takes would never be given up. */
static void *allocate(void *argument)
{
	*(void **)argument = fam_malloc(SIZE);
	return NULL;
}

static void none_is_kept(void **state)
{
	void *block = NULL;

	(void)state;
	thread_run(allocate, &block);
	assert_non_null(block);
	assert_null(owner_of(block));
	fam_free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_is_kept),
	};

	return cmocka_run_group_tests_name("no heap is kept", tests, NULL, NULL);
}

#endif
