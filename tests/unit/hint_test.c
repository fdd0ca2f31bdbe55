/*
 * A thread that is stopped between freeing a block, which is one exchange of the ownership word,
 * and setting the hint that it owes: meanwhile the slab is emptied, given back and used for
 * something else, or its last owner takes it again. When the hint comes at last, nothing is lost
 * and nothing is handed out twice.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/granules.h"
#include "support/shadow.h"
#include "support/thread.h"

#include "diagnostics/validate.h"
#include "slab/hint.h"
#include "slab/slab.h"

#include <semaphore.h>

enum {
	SIZE = 256,
	COUNT_MAX = SLAB_SPAN_MAX * GRANULE_SIZE / SIZE,
};

__typeof__(hint_set) __real_hint_set, __wrap_hint_set;
__typeof__(hint_for) __real_hint_for, __wrap_hint_for;

static _Thread_local bool stops_before_hint;
static _Thread_local bool stops_before_exchange;
static sem_t has_stopped;
static sem_t may_go_on;

void __wrap_hint_set(struct hint hint)
{
	if (stops_before_hint) {
		sem_post(&has_stopped);
		sem_wait(&may_go_on);
	}
	__real_hint_set(hint);
}

/* Asked for between reading the ownership word and exchanging it. */
struct hint __wrap_hint_for(const struct descriptor *slab)
{
	if (stops_before_exchange) {
		stops_before_exchange = false;
		sem_post(&has_stopped);
		sem_wait(&may_go_on);
	}
	return __real_hint_for(slab);
}

static unsigned char *blocks[COUNT_MAX];
static size_t block_count;

/* Fills one slab; with the next block of the class it is retired, full. */
static void *fill_a_slab(void *argument)
{
	unsigned class = size_class_of(SIZE);

	block_count = 0;
	for (size_t i = 0; i < size_class_capacity(class); i++) {
		blocks[i] = fam_malloc(SIZE);
		if (!THREAD_EXPECT(blocks[i] != NULL))
			return NULL;
		pattern_fill(blocks[i], SIZE, (uint32_t)i);
		block_count++;
	}
	fam_free(fam_malloc(SIZE));
	return argument;
}

static void *free_first_and_stop(void *argument)
{
	stops_before_hint = true;
	THREAD_EXPECT(pattern_holds(blocks[0], SIZE, 0));
	fam_free(blocks[0]);
	stops_before_hint = false;
	return argument;
}

/* A full slab without an owner, and a thread that has freed its first block and owes the hint. */
static pthread_t stop_a_pusher(void)
{
	pthread_t pusher;

	/* The slab is full, and was retired for the next one. */
	thread_run(fill_a_slab, NULL);
	assert_int_equal(pthread_create(&pusher, NULL, free_first_and_stop, NULL), 0);
	sem_wait(&has_stopped);
	return pusher;
}

static void let_go_on(pthread_t pusher)
{
	sem_post(&may_go_on);
	assert_int_equal(pthread_join(pusher, NULL), 0);
	assert_int_equal(thread_failures(), 0);
	assert_int_equal(heap_validate(), 0);
}

/* Blocks of the class, and of others, as many as would find a slab that is handed out twice. */
static void allocate_and_check(void)
{
	static struct shadow shadow;

	for (size_t slot = 0; slot < SHADOW_SLOTS; slot++) {
		size_t size = slot % 3 ? SIZE : slot % 3000 + 1;

		shadow_add(&shadow, slot, fam_malloc(size), size);
	}
	shadow_check(&shadow);
	for (size_t slot = 0; slot < SHADOW_SLOTS; slot++)
		fam_free(shadow_remove(&shadow, slot));
}

static void free_the_others(void)
{
	for (size_t i = 1; i < block_count; i++) {
		assert_true(pattern_holds(blocks[i], SIZE, (uint32_t)i));
		fam_free(blocks[i]);
	}
}

static void nothing_happens_meanwhile(void **state)
{
	pthread_t pusher = stop_a_pusher();

	(void)state;
	let_go_on(pusher);
	allocate_and_check();
	free_the_others();
	allocate_and_check();
}

static void the_slab_is_released_meanwhile(void **state)
{
	pthread_t pusher = stop_a_pusher();

	(void)state;
	free_the_others();
	let_go_on(pusher);
	allocate_and_check();
}

/* The granules are something else by the time the hint comes: another class, a large run. */
static void the_slab_is_recycled_meanwhile(void **state)
{
	static const size_t sizes[] = {16, 1000, 3 * GRANULE_SIZE};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
		pthread_t pusher = stop_a_pusher();
		void *others[64];

		free_the_others();
		for (size_t k = 0; k < ARRAY_LENGTH(others); k++) {
			others[k] = fam_malloc(sizes[i]);
			assert_non_null(others[k]);
			pattern_fill(others[k], sizes[i], (uint32_t)k);
		}
		let_go_on(pusher);
		allocate_and_check();
		for (size_t k = 0; k < ARRAY_LENGTH(others); k++) {
			assert_true(pattern_holds(others[k], sizes[i], (uint32_t)k));
			fam_free(others[k]);
		}
		allocate_and_check();
	}
}

/* Others free, too, and the slab is full again and retired again before the hint comes. */
static void others_free_meanwhile(void **state)
{
	(void)state;
	for (size_t round = 0; round < 8; round++) {
		pthread_t pusher = stop_a_pusher();

		for (size_t i = 1; i < block_count / 2; i++)
			fam_free(blocks[i]);
		allocate_and_check();
		let_go_on(pusher);
		for (size_t i = block_count / 2; i < block_count; i++) {
			assert_true(pattern_holds(blocks[i], SIZE, (uint32_t)i));
			fam_free(blocks[i]);
		}
		allocate_and_check();
	}
}

static sem_t owner_may_take;
static sem_t owner_has_taken;
static sem_t owner_may_end;

/* Fills a slab, and later frees a block of it: the slab, its own last, is its own again. */
static void *fill_and_take_back(void *argument)
{
	fill_a_slab(argument);
	sem_post(&owner_has_taken);
	sem_wait(&owner_may_take);
	fam_free(blocks[1]);
	sem_post(&owner_has_taken);
	sem_wait(&owner_may_end);
	return argument;
}

/* When the hint comes, the slab has an owner, and blocks that others freed: nobody may claim it. */
static void the_last_owner_takes_it_back_meanwhile(void **state)
{
	pthread_t owner;
	pthread_t pusher;

	(void)state;
	assert_int_equal(pthread_create(&owner, NULL, fill_and_take_back, NULL), 0);
	sem_wait(&owner_has_taken);
	assert_int_equal(pthread_create(&pusher, NULL, free_first_and_stop, NULL), 0);
	sem_wait(&has_stopped);
	sem_post(&owner_may_take);
	sem_wait(&owner_has_taken);
	fam_free(blocks[2]);
	/* Out of this thread's outbox. */
	fam_malloc_trim(0);
	let_go_on(pusher);
	allocate_and_check();
	assert_int_equal(heap_validate(), 0);
	sem_post(&owner_may_end);
	pthread_join(owner, NULL);
	assert_int_equal(heap_validate(), 0);
	for (size_t i = 3; i < block_count; i++) {
		assert_true(pattern_holds(blocks[i], SIZE, (uint32_t)i));
		fam_free(blocks[i]);
	}
	allocate_and_check();
	assert_int_equal(heap_validate(), 0);
}

static void *free_first_and_stop_within(void *argument)
{
	stops_before_exchange = true;
	fam_free(blocks[0]);
	THREAD_EXPECT(!stops_before_exchange);
	return argument;
}

/* All other blocks are freed between a thread's look at the word and its exchange: none of them is lost. */
static void others_free_before_the_exchange(void **state)
{
	(void)state;
	fam_malloc_trim(0);
	size_t before = granules_in_use();

	for (size_t round = 0; round < 4; round++) {
		pthread_t pusher;

		thread_run(fill_a_slab, NULL);
		assert_int_equal(pthread_create(&pusher, NULL, free_first_and_stop_within, NULL),
				 0);
		sem_wait(&has_stopped);
		free_the_others();
		/* Out of this thread's outbox. */
		fam_malloc_trim(0);
		let_go_on(pusher);
		fam_malloc_trim(0);
		assert_int_equal(heap_validate(), 0);
		assert_true(granules_in_use() <= before);
	}
}

/* Whatever happened above, no slab is lost: round after round no more is in use. */
static void nothing_is_lost(void **state)
{
	size_t before = 0;

	(void)state;
	for (size_t round = 0; round < 12; round++) {
		pthread_t pusher = stop_a_pusher();

		if (round % 2)
			free_the_others();
		let_go_on(pusher);
		if (round % 2 == 0)
			free_the_others();
		fam_malloc_trim(0);
		if (round > 1)
			assert_true(granules_in_use() <= before);
		before = granules_in_use();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_happens_meanwhile),
		cmocka_unit_test(the_slab_is_released_meanwhile),
		cmocka_unit_test(the_slab_is_recycled_meanwhile),
		cmocka_unit_test(others_free_meanwhile),
		cmocka_unit_test(the_last_owner_takes_it_back_meanwhile),
		cmocka_unit_test(others_free_before_the_exchange),
		cmocka_unit_test(nothing_is_lost),
	};

	sem_init(&has_stopped, 0, 0);
	sem_init(&may_go_on, 0, 0);
	sem_init(&owner_may_take, 0, 0);
	sem_init(&owner_has_taken, 0, 0);
	sem_init(&owner_may_end, 0, 0);
	return cmocka_run_group_tests_name("hint", tests, NULL, NULL);
}
