/*
 * What a thread holds that does nothing any more, or only frees: its partial slabs, which others reclaim, and its
 * outbox. On a clock that the test sets.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/granules.h"
#include "support/ledger.h"
#include "support/os_double.h"
#include "support/thread.h"

#include "diagnostics/validate.h"
#include "heap/outbox.h"

#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

enum {
	SIZE = 100,
	SLABS = 80, /* half of them are more than an outbox has chains */
	BLOCKS_MAX = 160000,
	FREES_FEW = 31,
	GATHERED_MAX = 31,   /* blocks of a slab; with one more they go out */
	TICKS_PER_TIDY = 64, /* where there is no clock */
};

#ifdef CONFIG_PURGE_DELAY_MS
#define DELAY_MS CONFIG_PURGE_DELAY_MS
#else
#define DELAY_MS 1
#endif

static void *blocks[BLOCKS_MAX];
static size_t block_count;
static size_t capacity;
static uint64_t now = 1000000;

static void clock_advance(uint64_t ms)
{
	now += ms;
	os_double_set_clock(now);
}

/* A tick of the calling thread, after the delay: it looks at the others' slabs once, and then purges. */
static void tick(void)
{
	clock_advance(DELAY_MS);
	heap_tick(heap_current());
	assert_int_equal(heap_validate(), 0);
}

/* ---- an owner that sleeps -------------------------------------------------------------------- */

static pthread_t owner;
static struct heap *owner_heap;
static sem_t has_begun;
static sem_t may_end;

static void allocate_slabs(void)
{
	for (block_count = 0; block_count < SLABS * capacity; block_count++) {
		blocks[block_count] = fam_malloc(SIZE);
		THREAD_EXPECT(blocks[block_count] != NULL);
	}
	/* One more, so that the last one is retired, full, too. */
	fam_free(fam_malloc(SIZE));
}

static void free_block(size_t number)
{
	fam_free(blocks[number]);
	blocks[number] = NULL;
}

static void *allocate_and_sleep(void *argument)
{
	allocate_slabs();
	if (argument) {
		for (size_t i = 0; i < SLABS; i++)
			free_block(i * capacity);
	}
	owner_heap = heap_current();
	sem_post(&has_begun);
	sem_wait(&may_end);
	return NULL;
}

/* An owner of full slabs without an owner; or of partial ones, for it has freed a block of each. */
static void start_owner(bool is_freeing)
{
	assert_true(SLABS * capacity <= BLOCKS_MAX);
	assert_int_equal(
		pthread_create(&owner, NULL, allocate_and_sleep, is_freeing ? &owner : NULL), 0);
	sem_wait(&has_begun);
}

static void end_owner(void)
{
	sem_post(&may_end);
	assert_int_equal(pthread_join(owner, NULL), 0);
	assert_int_equal(thread_failures(), 0);
}

static size_t ring_length(const struct heap *heap)
{
	const struct descriptor *oldest = heap->partial[size_class_of(SIZE)];
	const struct descriptor *slab = oldest;
	size_t length = 0;

	while (slab) {
		length++;
		slab = slab->next == oldest ? NULL : slab->next;
	}
	return length;
}

/* Nothing of earlier tests is in use or due. */
static size_t settle(void)
{
	fam_free(fam_malloc(SIZE));
	for (size_t i = 0; i < 3; i++)
		tick();
	fam_malloc_trim(0);
	os_double_forget();
	return granules_in_use();
}

/* Without a limit a heap keeps each slab that it frees into. */
static void every_slab_becomes_partial(void **state)
{
	(void)state;
	start_owner(true);
	if (CONFIG_PARTIAL_SLABS_MAX == 0)
		assert_int_equal(ring_length(owner_heap), SLABS);
	else
		assert_int_equal(ring_length(owner_heap), CONFIG_PARTIAL_SLABS_MAX);
	assert_int_equal(heap_validate(), 0);
	for (size_t i = 0; i < block_count; i++)
		free_block(i);
	end_owner();
}

static struct descriptor *slab_of(const void *block)
{
	struct descriptor *descriptor = descriptor_of(block);

	return descriptor->kind == KIND_TAIL ? slab_head(descriptor) : descriptor;
}

/* The third, the first and the second slab become partial, and are used again in this order. */
static void *use_partial_slabs(void *argument)
{
	static const size_t order[] = {2, 0, 1};
	const struct descriptor *slabs[ARRAY_LENGTH(order)];
	void *taken = NULL;

	allocate_slabs();
	/* Enough of each that it is worth to be used again. */
	for (size_t i = 0; i < ARRAY_LENGTH(order); i++) {
		slabs[i] = slab_of(blocks[order[i] * capacity]);
		for (size_t k = 0; k < capacity / 4; k++)
			free_block(order[i] * capacity + k);
	}
	for (size_t i = 0; i < capacity; i++)
		blocks[block_count++] = fam_malloc(SIZE);
	for (size_t i = 0; i < ARRAY_LENGTH(order); i++) {
		for (size_t k = 0; k < capacity / 4; k++) {
			taken = fam_malloc(SIZE);
			THREAD_EXPECT(slab_of(taken) == slabs[i]);
			blocks[block_count++] = taken;
		}
	}
	for (size_t i = 0; i < block_count; i++)
		free_block(i);
	return argument;
}

static void the_oldest_partial_slab_comes_first(void **state)
{
	(void)state;
	/* A heap with a limit does not keep all three. */
	if (CONFIG_PARTIAL_SLABS_MAX > 0 && CONFIG_PARTIAL_SLABS_MAX < 3)
		skip();
	settle();
	thread_run(use_partial_slabs, NULL);
	assert_int_equal(heap_validate(), 0);
}

/*
 * A thread frees one block of each of its slabs and sleeps; others free the rest. At the second tick after
 * that it has no slab but its active one, and the memory is given back before the third.
 */
static void a_sleeping_owner_keeps_nothing(void **state)
{
	size_t before = settle();
	size_t span = size_class_table[size_class_of(SIZE)].span;
	size_t held;
	size_t mapped;

	(void)state;
	start_owner(true);
	for (size_t i = 0; i < block_count; i++)
		free_block(i);
	heap_tick(heap_current());
	held = granules_in_use();
	mapped = ledger_bytes();
	assert_true(held >= before + SLABS * span);
	tick();
	assert_true(granules_in_use() >= held);
	tick();
	assert_null(owner_heap->partial[size_class_of(SIZE)]);
	assert_true(granules_in_use() <= before + span);
	/* A region that is empty by then is unmapped as it is. */
	if (IS_ENABLED(CONFIG_PURGE_DELAYED))
		assert_true(os_double_discarded_in_all() + (mapped - ledger_bytes()) >=
			    SLABS * span * GRANULE_SIZE);
	end_owner();
	fam_malloc_trim(0);
	assert_true(granules_in_use() <= before);
}

/* One block of each is in use: however often others look, they leave the slabs alone. */
static void slabs_in_use_are_left_alone(void **state)
{
	(void)state;
	settle();
	start_owner(true);
	for (size_t i = 0; i < block_count; i++) {
		if (i % capacity != 1)
			free_block(i);
		else
			memset(blocks[i], (int)(i / capacity), SIZE);
	}
	for (size_t i = 0; i < 5; i++)
		tick();
	assert_int_equal(ring_length(owner_heap), SLABS);
	for (size_t i = 1; i < block_count; i += capacity)
		assert_true(bytes_are(blocks[i], SIZE, (unsigned char)(i / capacity)));
	for (size_t i = 1; i < block_count; i += capacity)
		free_block(i);
	heap_tick(heap_current());
	end_owner();
}

/* ---- the outbox ------------------------------------------------------------------------------ */

#if CONFIG_OUTBOX_SLOTS > 0

static struct heap *freeing_heap;

static size_t gathered_count(const struct heap *heap)
{
	size_t count = 0;

	for (size_t i = 0; i < OUTBOX_PLACES; i++) {
		if (!heap->outbox[i])
			continue;
		THREAD_EXPECT(outbox_count(heap->outbox[i]) <= GATHERED_MAX);
		count += outbox_count(heap->outbox[i]);
	}
	return count;
}

static size_t chains_most;
static size_t gathered_most;

static void note_most(const struct heap *heap)
{
	if (outbox_chain_count(heap) > chains_most)
		chains_most = outbox_chain_count(heap);
	if (gathered_count(heap) > gathered_most)
		gathered_most = gathered_count(heap);
}

/* Frees by the slab, then across slabs: no more than that is ever held back. */
static void *free_and_count(void *argument)
{
	fam_free(fam_malloc(1));
	freeing_heap = heap_current();
	for (size_t i = 0; i < block_count / 2; i++) {
		free_block(i);
		note_most(freeing_heap);
	}
	THREAD_EXPECT(gathered_most >= GATHERED_MAX);
	for (size_t i = 0; i < capacity; i++) {
		for (size_t k = SLABS / 2; k < SLABS; k++) {
			free_block(k * capacity + i);
			note_most(freeing_heap);
		}
	}
	THREAD_EXPECT(chains_most == CONFIG_OUTBOX_SLOTS);
	THREAD_EXPECT(gathered_most <= CONFIG_OUTBOX_SLOTS * GATHERED_MAX);
	return argument;
}

/* Beside an owner that sleeps; what is not freed by then is freed behind it. */
static void run_beside_owner(void *(*body)(void *))
{
	start_owner(false);
	thread_run(body, NULL);
	for (size_t i = 0; i < block_count; i++)
		free_block(i);
	end_owner();
}

static void the_outbox_is_bounded(void **state)
{
	(void)state;
	start_owner(false);
	thread_run(free_and_count, NULL);
	assert_int_equal(heap_validate(), 0);
	end_owner();
}

static_assert(SLABS > OUTBOX_PLACES, "two of the slabs have the same place, wherever they lie");

/* The numbers of two blocks of different slabs that have the same place. */
static void find_same_place(size_t *one, size_t *other)
{
	for (*one = 0; *one < block_count; *one += capacity) {
		for (*other = *one + capacity; *other < block_count; *other += capacity) {
			if (outbox_place(blocks[*one]) == outbox_place(blocks[*other]))
				return;
		}
	}
	abort();
}

static void *free_at_one_place(void *argument)
{
	struct block *one;
	struct block *another;
	size_t number;
	size_t other;

	find_same_place(&number, &other);
	one = blocks[number];
	another = blocks[other];
	fam_free(fam_malloc(1));
	freeing_heap = heap_current();
	free_block(number);
	THREAD_EXPECT(outbox_chain(freeing_heap, one) == one);
	free_block(other);
	THREAD_EXPECT(outbox_chain(freeing_heap, one) == NULL);
	THREAD_EXPECT(outbox_chain(freeing_heap, another) == another);
	THREAD_EXPECT(gathered_count(freeing_heap) == 1);
	THREAD_EXPECT(heap_validate() == 0);
	return argument;
}

static void a_place_is_for_one_slab(void **state)
{
	(void)state;
	run_beside_owner(free_at_one_place);
}

/* What the check knows of an outbox. */
static void *gather_what_is_wrong(void *argument)
{
	struct block **other;
	struct block *first;
	uintptr_t note;

	fam_free(fam_malloc(1));
	freeing_heap = heap_current();
	free_block(0);
	free_block(1);
	first = outbox_chain(freeing_heap, blocks[2]);
	THREAD_EXPECT(outbox_count(first) == 2);
	THREAD_EXPECT(heap_validate() == 0);

	/* Three, one, none. */
	note = first->note;
	first->note = note + GRANULE_SIZE;
	THREAD_EXPECT(heap_validate() > 0);
	first->note = note - GRANULE_SIZE;
	THREAD_EXPECT(heap_validate() > 0);
	first->note = note - 2 * GRANULE_SIZE;
	THREAD_EXPECT(heap_validate() > 0);
	first->note = note;

	freeing_heap->outgoing[0]++;
	THREAD_EXPECT(heap_validate() > 0);
	freeing_heap->outgoing[0]--;

	other = &freeing_heap->outbox[(outbox_place(first) + 1) % OUTBOX_PLACES];
	*other = first;
	freeing_heap->outbox[outbox_place(first)] = NULL;
	THREAD_EXPECT(heap_validate() > 0);
	freeing_heap->outbox[outbox_place(first)] = first;
	*other = NULL;
	THREAD_EXPECT(heap_validate() == 0);
	return argument;
}

static void a_wrong_outbox_is_found(void **state)
{
	(void)state;
	run_beside_owner(gather_what_is_wrong);
}

/* By the clock, or after so many ticks. */
static void tick_until_tidy(struct heap *heap)
{
	clock_advance(DELAY_MS);
	for (size_t i = 0; i < TICKS_PER_TIDY; i++)
		heap_tick(heap);
}

/* The rest is left to the end of the thread. */
static void *free_and_tick(void *argument)
{
	fam_free(fam_malloc(1));
	freeing_heap = heap_current();
	/* The heap may have been another thread's, and about to tick. */
	heap_tick(freeing_heap);
	free_block(0);
	free_block(1);
	THREAD_EXPECT(gathered_count(freeing_heap) == 2);
	tick_until_tidy(freeing_heap);
	THREAD_EXPECT(gathered_count(freeing_heap) == 0);
	for (size_t i = 2; i <= GATHERED_MAX; i++)
		free_block(i);
	THREAD_EXPECT(gathered_count(freeing_heap) > 0);
	return argument;
}

static void the_outbox_goes_out_in_time_and_at_the_end(void **state)
{
	(void)state;
	start_owner(false);
	thread_run(free_and_tick, NULL);
	assert_int_equal(gathered_count(freeing_heap), 0);
	for (size_t i = 0; i < block_count; i++)
		free_block(i);
	end_owner();
}

#if !IS_ENABLED(CONFIG_TLS_PTHREAD_KEY) /* such a slot does not count frees */

/* Its heap's clock is the time of its last tick. */
static void *free_and_look_at_the_clock(void *argument)
{
	size_t next = 0;

	for (size_t i = 0; i <= FREES_FEW; i++)
		free_block(next++);
	THREAD_EXPECT(!heap_is_empty(heap_current()));
	clock_advance(DELAY_MS);
	while (next < block_count)
		free_block(next++);
	THREAD_EXPECT(heap_current()->tidy_clock == (uint32_t)now);
	return argument;
}

static void a_thread_that_only_frees_ticks(void **state)
{
	(void)state;
	start_owner(false);
	thread_run(free_and_look_at_the_clock, NULL);
	end_owner();
}

#endif
#endif

static void *free_a_few(void *argument)
{
	for (size_t i = 0; i < FREES_FEW; i++)
		free_block(i);
	THREAD_EXPECT(heap_is_empty(heap_current()));
	return argument;
}

/* A thread that ends in the libc frees what others leave, when nobody would take a heap from it again. */
static void few_frees_take_no_heap(void **state)
{
	(void)state;
	start_owner(false);
	thread_run(free_a_few, NULL);
	for (size_t i = 0; i < block_count; i++)
		free_block(i);
	end_owner();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slab_becomes_partial),
		cmocka_unit_test(the_oldest_partial_slab_comes_first),
		cmocka_unit_test(few_frees_take_no_heap),
#if CONFIG_OUTBOX_SLOTS > 0
		cmocka_unit_test(the_outbox_is_bounded),
		cmocka_unit_test(a_place_is_for_one_slab),
		cmocka_unit_test(a_wrong_outbox_is_found),
		cmocka_unit_test(the_outbox_goes_out_in_time_and_at_the_end),
#endif
	};
	const struct CMUnitTest clocked[] = {
		cmocka_unit_test(a_sleeping_owner_keeps_nothing),
		cmocka_unit_test(slabs_in_use_are_left_alone),
#if CONFIG_OUTBOX_SLOTS > 0 && !IS_ENABLED(CONFIG_TLS_PTHREAD_KEY)
		cmocka_unit_test(a_thread_that_only_frees_ticks),
#endif
	};
	bool has_clock = IS_ENABLED(CONFIG_PURGE_DELAYED) || IS_ENABLED(CONFIG_PURGE_DECAY);
	int failures;

	capacity = size_class_capacity(size_class_of(SIZE));
	os_double_set_clock(now);
	sem_init(&has_begun, 0, 0);
	sem_init(&may_end, 0, 0);
	failures = cmocka_run_group_tests_name("partial slabs", tests, NULL, NULL);
	if (has_clock && CONFIG_PARTIAL_SLABS_MAX == 0)
		failures += cmocka_run_group_tests_name("reclaiming", clocked, NULL, NULL);
	return failures;
}
