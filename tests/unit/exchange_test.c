/*
 * Threads that exchange blocks of a class hand each other's out again (heap/exchange.h); those that keep to their own,
 * only free, or inherit a few do not.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/granules.h"
#include "support/os_double.h"
#include "support/thread.h"

#include "diagnostics/validate.h"
#include "heap/exchange.h"
#include "heap/outbox.h"

enum {
	SIZE = 200,
	OTHER_SIZE = 400,
	ROUNDS = 800,	    /* of learning: all that the outbox gathers, and as many as the level */
	OTHERS_MAX = 20000, /* blocks that the main thread allocates */
	OWN_MAX = 100000,
	HEIRS = 10,
	INHERITED = EXCHANGE_LEVEL / 2,
};

static void *others[OTHERS_MAX];
static size_t others_count;
static void *own[OWN_MAX];
static size_t own_count;
static size_t capacity;
static size_t kept_max;
static unsigned class;

/* Of slabs that the main thread goes on owning, for it has freed a block of each. */
static void allocate_others(size_t count)
{
	assert_true(count <= OTHERS_MAX);
	for (others_count = 0; others_count < count; others_count++) {
		others[others_count] = fam_malloc(SIZE);
		assert_non_null(others[others_count]);
	}
	for (size_t i = 0; i < others_count; i += capacity) {
		fam_free(others[i]);
		others[i] = others[--others_count];
	}
	own_count = 0;
}

static void free_others(void)
{
	while (others_count > 0)
		fam_free(others[--others_count]);
}

static void free_own(void)
{
	while (own_count > 0)
		fam_free(own[--own_count]);
}

static void *free_one_of_others(void)
{
	void *block = others[--others_count];

	fam_free(block);
	return block;
}

static void *allocate_own(void)
{
	return own[own_count++] = fam_malloc(SIZE);
}

static size_t length_at_hand(void)
{
	size_t length = 0;

	for (const struct block *block = heap_current()->free_list[class]; block;
	     block = block->next)
		length++;
	return length;
}

static void learn(void)
{
	(void)allocate_own();
	for (size_t i = 0; i < ROUNDS; i++) {
		(void)free_one_of_others();
		(void)allocate_own();
	}
	THREAD_EXPECT(exchange_is_on(heap_current(), class));
}

static void run(void *(*body)(void *))
{
	thread_run(body, NULL);
	assert_int_equal(thread_failures(), 0);
	assert_int_equal(heap_validate(), 0);
}

/* All blocks are free at last, and nothing is held but what the main thread keeps. */
static void expect_nothing_lost(size_t granules_before)
{
	free_others();
	free_own();
	fam_malloc_trim(0);
	assert_int_equal(heap_validate(), 0);
	assert_true(granules_in_use() <= granules_before);
}

static void *only_allocate(void *argument)
{
	fam_free(fam_malloc(SIZE));
	return argument;
}

/* Whatever a first thread and a first line of output need is there already. */
static size_t granules_at_first(void)
{
	run(only_allocate);
	fam_malloc_trim(0);
	return granules_in_use();
}

/* ---- who exchanges ---------------------------------------------------------------------------- */

static void *exchange(void *argument)
{
	void *block;

	(void)allocate_own();
	block = free_one_of_others();
	THREAD_EXPECT(allocate_own() != block);
	learn();
	for (size_t i = 0; i < ROUNDS; i++) {
		uint32_t calls = heap_current()->calls;

		/* Though the outbox holds blocks of its slab, which it could join. */
		block = free_one_of_others();
		/* Who keeps blocks for ever ticks as well. */
		THREAD_EXPECT(heap_current()->calls != calls);
		THREAD_EXPECT(allocate_own() == block);
	}
	THREAD_EXPECT(heap_validate() == 0);
	return argument;
}

static void blocks_of_others_are_handed_out_again(void **state)
{
	size_t before = granules_at_first();

	(void)state;
	allocate_others(3 * ROUNDS);
	run(exchange);
	expect_nothing_lost(before);
}

static void *exchange_and_only_free(void *argument)
{
	learn();
	while (heap_current()->free_list[class])
		(void)allocate_own();
	THREAD_EXPECT(exchange_is_on(heap_current(), class));
	while (others_count > 0)
		(void)free_one_of_others();
	THREAD_EXPECT(length_at_hand() == kept_max);
	THREAD_EXPECT(heap_validate() == 0);
	return argument;
}

static void few_are_kept(void **state)
{
	size_t before = granules_at_first();

	(void)state;
	allocate_others(2 * ROUNDS + 4 * capacity);
	run(exchange_and_only_free);
	expect_nothing_lost(before);
}

static void *exchange_and_tell(void *argument)
{
	learn();
	(void)free_one_of_others();
	return argument;
}

/* For malloc(0), say, a list is begun anew that is not empty. */
static void *refill_what_is_filled(void *argument)
{
	struct heap *heap;
	struct block *first;
	uint32_t level;

	learn();
	heap = heap_current();
	while (!heap->free_list[class] && others_count > 0)
		(void)free_one_of_others();
	first = heap->free_list[class];
	level = exchange_level(heap, class);
	THREAD_EXPECT(first != NULL);
	own[own_count++] = heap_refill(class);
	THREAD_EXPECT(own[own_count - 1] == (void *)first);
	THREAD_EXPECT(exchange_level(heap, class) == level);
	THREAD_EXPECT(heap_validate() == 0);
	return argument;
}

static void a_filled_list_teaches_nothing(void **state)
{
	size_t before = granules_at_first();

	(void)state;
	allocate_others(2 * ROUNDS);
	run(refill_what_is_filled);
	expect_nothing_lost(before);
}

/* The owner of what others hand out again gives its slab up, and does as they do. */
static void the_owner_is_told(void **state)
{
	struct heap *heap = heap_current();
	size_t before = granules_at_first();
	void *block;

	(void)state;
	allocate_others(3 * ROUNDS);
	run(exchange_and_tell);
	heap_tick(heap);
	assert_in_range(exchange_level(heap, class), EXCHANGE_LEVEL_TOLD, EXCHANGE_LEVEL - 1);
	run(exchange_and_tell);
	exchange_listen(heap);
	assert_true(exchange_is_on(heap, class));
	do {
		block = allocate_own();
		assert_non_null(block);
	} while (heap->active[class] && own_count < 3 * ROUNDS + 2 * capacity);
	assert_null(heap->active[class]);
	assert_int_equal(heap_validate(), 0);
	fam_free(own[--own_count]);
	assert_ptr_equal(heap->free_list[class], block);
	assert_int_equal(heap_validate(), 0);

	/* It goes on alone, and falls back to what it did. */
	while (exchange_is_on(heap, class) && own_count < OWN_MAX)
		assert_non_null(allocate_own());
	assert_false(exchange_is_on(heap, class));
	expect_nothing_lost(before);
	assert_int_equal(heap->exchange->level[class], 0);
}

/* ---- who does not ----------------------------------------------------------------------------- */

static void *only_free(void *argument)
{
	fam_free(fam_malloc(OTHER_SIZE));
	while (others_count > 0)
		(void)free_one_of_others();
	THREAD_EXPECT(length_at_hand() == 0);
	THREAD_EXPECT(!exchange_is_on(heap_current(), class));
	return argument;
}

static void who_only_frees_keeps_none(void **state)
{
	size_t before = granules_at_first();

	(void)state;
	allocate_others(4 * ROUNDS);
	run(only_free);
	expect_nothing_lost(before);
}

/* Ten blocks of its own for each of another. */
static void *free_few_of_others(void *argument)
{
	void *block[10];

	(void)allocate_own();
	while (others_count > 0) {
		for (size_t i = 0; i < 10; i++)
			block[i] = fam_malloc(SIZE);
		for (size_t i = 0; i < 10; i++)
			fam_free(block[i]);
		(void)free_one_of_others();
		THREAD_EXPECT(!exchange_is_on(heap_current(), class));
	}
	return argument;
}

static void few_of_others_are_sent_home(void **state)
{
	size_t before = granules_at_first();

	(void)state;
	allocate_others(2 * ROUNDS);
	run(free_few_of_others);
	expect_nothing_lost(before);
}

/* What a thread inherits is too little to learn from, however many threads have had its heap before. */
static void *inherit(void *argument)
{
	for (size_t i = 0; i < others_count; i++) {
		void *block = fam_malloc(SIZE);

		fam_free(others[i]);
		others[i] = block;
	}
	THREAD_EXPECT(!exchange_is_on(heap_current(), class));
	return argument;
}

static void heirs_have_their_own(void **state)
{
	size_t before = granules_at_first();

	(void)state;
	allocate_others(INHERITED);
	for (size_t i = 0; i < HEIRS; i++) {
		run(inherit);
		/* A heap that is kept has what it has learnt. */
		fam_malloc_trim(0);
	}
	expect_nothing_lost(before);
}

static void *be_told(void *argument)
{
	void *block = fam_malloc(SIZE);

	/* As another thread does it. */
	exchange_tell(slab_or_run_of(block), class);
	fam_free(block);
	return argument;
}

static void *have_been_told(void *argument)
{
	fam_free(fam_malloc(SIZE));
	heap_tick(heap_current());
	THREAD_EXPECT(exchange_level(heap_current(), class) < EXCHANGE_LEVEL_TOLD);
	return argument;
}

static void heirs_are_not_told(void **state)
{
	(void)state;
	run(be_told);
	run(have_been_told);
}

/* What was gathered over a long time says nothing of how many there are. */
static void *gather_and_flush(void *argument)
{
	uint32_t level;

	fam_free(fam_malloc(SIZE));
	for (size_t i = 0; i < OUTBOX_CHAIN_MAX - 1; i++)
		(void)free_one_of_others();
	level = exchange_level(heap_current(), class);
	outbox_flush(heap_current());
	THREAD_EXPECT(exchange_level(heap_current(), class) == level);
	return argument;
}

static void a_tidying_begins_nothing(void **state)
{
	size_t before = granules_at_first();

	(void)state;
	allocate_others(ROUNDS);
	run(gather_and_flush);
	expect_nothing_lost(before);
}

/* A large block lies where a slab of the class was, whose number the descriptor still has. */
static void *free_a_large_block(void *argument)
{
	void *large = fam_malloc(MEDIUM_SIZE_MAX + 1);

	learn();
	(void)free_one_of_others();
	atomic_store(&descriptor_of(large)->size_class, (uint8_t) class, RELAXED);
	fam_free(large);
	THREAD_EXPECT((void *)heap_current()->free_list[class] != large);
	THREAD_EXPECT(heap_validate() == 0);
	return argument;
}

static void what_is_no_slab_is_not_kept(void **state)
{
	size_t before = granules_at_first();

	(void)state;
	allocate_others(2 * ROUNDS);
	run(free_a_large_block);
	expect_nothing_lost(before);
}

/* ---- the check that looks at it ---------------------------------------------------------------- */

static void *put_wrong_blocks_at_hand(void *argument)
{
	struct block *other = fam_malloc(OTHER_SIZE);
	struct block *first;
	struct block *next;

	learn();
	(void)free_one_of_others();
	first = heap_current()->free_list[class];
	THREAD_EXPECT(heap_validate() == 0);

	other->next = first;
	heap_current()->free_list[class] = other;
	THREAD_EXPECT(heap_validate() > 0);
	heap_current()->free_list[class] = first;

	/* A link that the program has written over. */
	next = first->next;
	first->next = (struct block *)((uintptr_t)0x41414140);
	THREAD_EXPECT(heap_validate() > 0);
	first->next = next;

	/* The same block twice. */
	first->next = first;
	THREAD_EXPECT(heap_validate() > 0);
	first->next = next;
	THREAD_EXPECT(heap_validate() == 0);
	return argument;
}

static void wrong_blocks_are_found(void **state)
{
	(void)state;
	allocate_others(2 * ROUNDS);
	run(put_wrong_blocks_at_hand);
	free_others();
	free_own();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_of_others_are_handed_out_again),
		cmocka_unit_test(few_are_kept),
		cmocka_unit_test(a_filled_list_teaches_nothing),
		cmocka_unit_test(the_owner_is_told),
		cmocka_unit_test(who_only_frees_keeps_none),
		cmocka_unit_test(few_of_others_are_sent_home),
		cmocka_unit_test(heirs_have_their_own),
		cmocka_unit_test(heirs_are_not_told),
		cmocka_unit_test(a_tidying_begins_nothing),
		cmocka_unit_test(what_is_no_slab_is_not_kept),
		cmocka_unit_test(wrong_blocks_are_found),
	};

	/* No tidying in between, however slow the machine. */
	os_double_set_clock(1000000);
	class = size_class_of(SIZE);
	capacity = size_class_capacity(class);
	kept_max = capacity < EXCHANGE_DEPTH_MAX ? capacity : EXCHANGE_DEPTH_MAX;
	return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
