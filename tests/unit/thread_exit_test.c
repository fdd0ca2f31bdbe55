/*
 * Threads that come and go: blocks that outlive their thread, a hundred thousand short threads on
 * recycled stacks, destructors of thread-specific data that allocate in every round (POSIX allows
 * PTHREAD_DESTRUCTOR_ITERATIONS, 4), allocation in atexit handlers and the last destructors.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/resident.h"
#include "support/thread.h"

#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	LEGACY = 600,
	SHORT_THREADS = 100000,
	SHORT_THREADS_EMULATED = 2000,
	OVERLAPPING_THREADS = 4000,
	STACKS = 4,
	KEYS = 3,
	DESTRUCTOR_ROUNDS = 4,
	DESTRUCTOR_THREADS = 300,
};

#define STACK_SIZE	(128 * KIB)
#define MAPPED_MORE_MAX (2 * MIB)

static void *legacy[LEGACY];

static size_t legacy_size(size_t i)
{
	return i % 50 ? i * 5 + 1 : i * 300 + 1;
}

static void *leave_legacy(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < LEGACY; i++) {
		legacy[i] = fam_malloc(legacy_size(i));
		if (THREAD_EXPECT(legacy[i] != NULL))
			pattern_fill(legacy[i], legacy_size(i), i);
		/* Half of what it allocates it frees, so that slabs are left with holes. */
		fam_free(fam_malloc(legacy_size(i)));
	}
	return NULL;
}

static void *free_legacy(void *argument)
{
	uint32_t step = (uint32_t)(uintptr_t)argument;

	for (uint32_t i = 0; i < LEGACY; i++) {
		uint32_t k = (i * step) % LEGACY;

		THREAD_EXPECT(pattern_holds(legacy[k], legacy_size(k), k));
		fam_free(legacy[k]);
	}
	return NULL;
}

static void blocks_outlive_their_thread(void **state)
{
	static const uintptr_t steps[] = {1, 7, 599, 301};

	(void)state;
	for (size_t round = 0; round < test_rounds(40); round++) {
		uintptr_t step = steps[round % ARRAY_LENGTH(steps)];

		if (round & 4)
			thread_run(leave_legacy, NULL);
		else
			thread_run_and_retire(leave_legacy, NULL);
		if (round % 2)
			thread_run(free_legacy, (void *)step);
		else
			free_legacy((void *)step);
	}
	assert_int_equal(thread_failures(), 0);
}

/* Every thread frees what the one before left, and leaves something itself. */
static void *inherit_and_leave(void *argument)
{
	static unsigned char *heirloom[4];
	uint32_t number = (uint32_t)(uintptr_t)argument;

	for (uint32_t i = 0; i < ARRAY_LENGTH(heirloom); i++) {
		size_t size = 40 + 700 * i;

		if (heirloom[i]) {
			THREAD_EXPECT(pattern_holds(heirloom[i], size, number - 1 + i));
			fam_free(heirloom[i]);
		}
		heirloom[i] = fam_malloc(size);
		if (THREAD_EXPECT(heirloom[i] != NULL))
			pattern_fill(heirloom[i], size, number + i);
		fam_free(fam_calloc(1, size * 2));
	}
	return NULL;
}

/*
 * On a few stacks of the test's own, so that thread pointers, thread-local variables and stacks
 * come again and again. What the first thousands needed is enough for all; but that is not
 * measured under an emulator, where a thread is a hundred times as dear.
 */
static void many_short_threads(void **state)
{
	/* Mapped: qemu with larger pages than the machine's leaves the last part of a large .bss out (7.2). */
	char *stacks = mmap(NULL, (size_t)STACKS * STACK_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const size_t count = test_is_slow() ? SHORT_THREADS_EMULATED : SHORT_THREADS;
	size_t mapped = 0;

	(void)state;
	assert_ptr_not_equal(stacks, MAP_FAILED);
	for (size_t i = 1; i <= count; i++) {
		pthread_attr_t attributes;
		pthread_t thread;

		pthread_attr_init(&attributes);
		assert_int_equal(pthread_attr_setstack(
					 &attributes, stacks + i % STACKS * STACK_SIZE, STACK_SIZE),
				 0);
		assert_int_equal(pthread_create(&thread, &attributes, inherit_and_leave, (void *)i),
				 0);
		assert_int_equal(pthread_join(thread, NULL), 0);
		pthread_attr_destroy(&attributes);
		if (i == count / 8)
			mapped = mapped_bytes();
	}
	assert_int_equal(thread_failures(), 0);
	if (!test_is_emulated())
		assert_in_range(mapped_bytes(), 0, mapped + MAPPED_MORE_MAX);
	munmap(stacks, (size_t)STACKS * STACK_SIZE);
}

static _Atomic(void *) shared_blocks[64];

static void *swap_shared_block(void *argument)
{
	uintptr_t number = (uintptr_t)argument;

	for (uintptr_t i = 0; i < 16; i++) {
		void *block = fam_malloc(number * 37 % 3000 + i);

		fam_free(atomic_exchange(&shared_blocks[(number + i * 5) % 64], block));
	}
	return NULL;
}

static void *start_short_threads(void *argument)
{
	const size_t count = test_rounds(OVERLAPPING_THREADS) / 8 + 1;

	(void)argument;
	for (size_t i = 0; i < count; i++) {
		pthread_t thread;

		if (!THREAD_EXPECT(!pthread_create(&thread, NULL, swap_shared_block, (void *)i)))
			return NULL;
		pthread_join(thread, NULL);
	}
	return NULL;
}

/* Four chains of short threads at once, so that starts, exits and late frees overlap. */
static void overlapping_short_threads(void **state)
{
	(void)state;
	threads_run(4, start_short_threads);
	for (size_t i = 0; i < ARRAY_LENGTH(shared_blocks); i++)
		fam_free(atomic_exchange(&shared_blocks[i], NULL));
}

static pthread_key_t keys[KEYS];
static atomic_uint destructor_calls;

struct farewell {
	unsigned round;
	uint32_t number;
};

/* Several blocks that another thread would write to as well, if it had the same heap. */
static void allocate_and_check(uint32_t tag)
{
	enum {
		COUNT = 24,
		SIZE = 120
	};
	void *some[COUNT];

	for (uint32_t i = 0; i < COUNT; i++) {
		some[i] = fam_malloc(SIZE);
		if (THREAD_EXPECT(some[i] != NULL))
			pattern_fill(some[i], SIZE, tag + i);
	}
	sched_yield();
	for (uint32_t i = 0; i < COUNT; i++) {
		THREAD_EXPECT(pattern_holds(some[i], SIZE, tag + i));
		fam_free(some[i]);
	}
}

/* Allocates, frees its own block, and asks for another round until the last. */
static void say_farewell(void *argument)
{
	struct farewell *farewell = argument;
	uint32_t number = farewell->number;
	unsigned round = farewell->round;

	allocate_and_check(atomic_fetch_add(&destructor_calls, 1) * 64);
	fam_free(farewell);
	if (round == DESTRUCTOR_ROUNDS)
		return;
	struct farewell *next = fam_malloc(sizeof(*next));

	if (!THREAD_EXPECT(next != NULL))
		return;
	*next = (struct farewell){.round = round + 1, .number = number};
	pthread_setspecific(keys[number], next);
}

static void *set_destructors(void *argument)
{
	(void)argument;
	for (uint32_t i = 0; i < KEYS; i++) {
		struct farewell *farewell = fam_malloc(sizeof(*farewell));

		if (!THREAD_EXPECT(farewell != NULL))
			return NULL;
		*farewell = (struct farewell){.round = 1, .number = i};
		pthread_setspecific(keys[i], farewell);
	}
	return NULL;
}

static void *start_threads_with_destructors(void *argument)
{
	const size_t count = test_rounds(DESTRUCTOR_THREADS);

	for (size_t i = 0; i < count; i++) {
		pthread_t thread;

		if (!THREAD_EXPECT(!pthread_create(&thread, NULL, set_destructors, NULL)))
			return NULL;
		pthread_join(thread, NULL);
	}
	return argument;
}

/* Chains of such threads at once: one that ends must not share its heap with one that begins. */
static void destructors_allocate_in_every_round(void **state)
{
	enum {
		CHAINS = 4
	};
	const unsigned threads = (unsigned)test_rounds(DESTRUCTOR_THREADS) * CHAINS;

	(void)state;
	for (size_t i = 0; i < KEYS; i++)
		assert_int_equal(pthread_key_create(&keys[i], say_farewell), 0);
	atomic_store(&destructor_calls, 0);
	threads_run(CHAINS, start_threads_with_destructors);
	assert_int_equal(atomic_load(&destructor_calls), threads * KEYS * DESTRUCTOR_ROUNDS);
	for (size_t i = 0; i < KEYS; i++)
		pthread_key_delete(keys[i]);
}

static pthread_barrier_t all_are_late;

/* A thread whose only allocation happens in its destructors: the heap is born after the exit. */
static void only_in_the_destructor(void *argument)
{
	void *block = fam_calloc(10, 100);

	(void)argument;
	THREAD_EXPECT(block && bytes_are(block, 1000, 0));
	/* Here all of them have such a heap, and none of them is another's. */
	pthread_barrier_wait(&all_are_late);
	unsigned number = atomic_fetch_add(&destructor_calls, 1);

	for (size_t i = 0; i < 100; i++)
		allocate_and_check(number * 64);
	pthread_barrier_wait(&all_are_late);
	fam_free(block);
}

static void *set_late_destructor(void *argument)
{
	pthread_setspecific(keys[0], &keys[0]);
	return argument;
}

static void a_heap_may_be_born_in_a_destructor(void **state)
{
	enum {
		TOGETHER = 4
	};
	const unsigned rounds = (unsigned)test_rounds(100);

	(void)state;
	pthread_barrier_init(&all_are_late, NULL, TOGETHER);
	assert_int_equal(pthread_key_create(&keys[0], only_in_the_destructor), 0);
	atomic_store(&destructor_calls, 0);
	for (unsigned i = 0; i < rounds; i++)
		threads_run(TOGETHER, set_late_destructor);
	assert_int_equal(atomic_load(&destructor_calls), rounds * TOGETHER);
	pthread_key_delete(keys[0]);
	pthread_barrier_destroy(&all_are_late);
}

/*
 * The end of a process: handlers that were registered last and first, the destructors of the
 * program, of which that with the smallest number comes last, and those of libraries after them. Each
 * frees what was allocated before, and allocates.
 */
static bool is_ending;
static void *blocks_for_exit[64];

static void allocate_late(const char *who)
{
	if (!is_ending)
		return;
	for (size_t i = 0; i < ARRAY_LENGTH(blocks_for_exit); i++) {
		size_t size = (i + 1) * (i + 1) * 40;

		if (blocks_for_exit[i] && !pattern_holds(blocks_for_exit[i], size, (uint32_t)i))
			_exit(1);
		fam_free(blocks_for_exit[i]);
		blocks_for_exit[i] = fam_malloc(size);
		if (!blocks_for_exit[i])
			_exit(2);
		pattern_fill(blocks_for_exit[i], size, (uint32_t)i);
		fam_free(fam_calloc(1, size));
	}
	if (write(STDERR_FILENO, who, strlen(who)) != (ssize_t)strlen(who))
		_exit(3);
}

static void allocate_at_exit(void)
{
	allocate_late("[handler]");
}

static void allocate_at_the_last_exit(void)
{
	allocate_late("[first handler]");
}

static void register_handler(void)
{
	atexit(allocate_at_the_last_exit);
}

/* Before the engine's own constructor: of the handlers it is the last to be called. */
__attribute__((section(".init_array.00100"),
	       used)) static void (*register_first)(void) = register_handler;

__attribute__((destructor(101))) static void allocate_in_last_destructor(void)
{
	allocate_late("[destructor]");
}

static void exit_with_handlers(void)
{
	is_ending = true;
	allocate_at_exit();
	atexit(allocate_at_exit);
	exit(7);
}

static void atexit_handlers_allocate(void **state)
{
	char text[256];

	(void)state;
	assert_int_equal(run_in_child(exit_with_handlers, text, sizeof(text)), 7);
	print_message("%s\n", text);
	assert_non_null(strstr(text, "[handler][handler]"));
	assert_non_null(strstr(text, "[first handler]"));
	assert_non_null(strstr(text, "[destructor]"));
}

static sem_t main_has_ended;
static void *blocks_of_main[LEGACY];

static void note_end_of_main(void *argument)
{
	(void)argument;
	sem_post(&main_has_ended);
}

/* Main's heap is gone as any thread's; its blocks are not. */
static void *outlive_main(void *argument)
{
	(void)argument;
	sem_wait(&main_has_ended);
	/* Its last destructors have a moment to end. */
	usleep(20000);
	for (uint32_t i = 0; i < LEGACY; i++) {
		void *block = fam_malloc(legacy_size(i));

		if (!block || !pattern_holds(blocks_of_main[i], legacy_size(i), i))
			_exit(1);
		pattern_fill(block, legacy_size(i), i + 1);
		fam_free(blocks_of_main[i]);
		blocks_of_main[i] = block;
	}
	for (uint32_t i = 0; i < LEGACY; i++) {
		if (!pattern_holds(blocks_of_main[i], legacy_size(i), i + 1))
			_exit(2);
	}
	_exit(9);
}

static void leave_main(void)
{
	pthread_key_t key;
	pthread_t thread;

	sem_init(&main_has_ended, 0, 0);
	for (uint32_t i = 0; i < LEGACY; i++) {
		blocks_of_main[i] = fam_malloc(legacy_size(i));
		if (!blocks_of_main[i])
			_exit(3);
		pattern_fill(blocks_of_main[i], legacy_size(i), i);
	}
	pthread_key_create(&key, note_end_of_main);
	pthread_setspecific(key, &key);
	if (pthread_create(&thread, NULL, outlive_main, NULL) == 0)
		pthread_exit(NULL);
}

static void threads_outlive_main(void **state)
{
	char text[256];

	(void)state;
	assert_int_equal(run_in_child(leave_main, text, sizeof(text)), 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_outlive_their_thread),
		cmocka_unit_test(many_short_threads),
		cmocka_unit_test(a_heap_may_be_born_in_a_destructor),
		cmocka_unit_test(overlapping_short_threads),
		cmocka_unit_test(destructors_allocate_in_every_round),
		cmocka_unit_test(atexit_handlers_allocate),
		cmocka_unit_test(threads_outlive_main),
	};

	return cmocka_run_group_tests_name("thread_exit", tests, NULL, NULL);
}
