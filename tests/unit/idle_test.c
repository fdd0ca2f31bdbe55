/*
 * Idle memory: after a burst, and whoever of its threads sleeps for good, the resident size is back
 * within 3 D of what it was before, to 2 MiB, as long as any other thread makes a thousand calls a
 * second. The kernel is asked (for anonymous memory, or mincore() of the engine's mappings under an emulator, whose notes
 * on memory are resident as well); the clock is the test's, and moves by a millisecond a call.
 *
 * Each case is a process of its own, so that none finds what another left.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/ledger.h"
#include "support/os_double.h"
#include "support/resident.h"
#include "support/thread.h"

#include "arena/region.h"
#include "diagnostics/validate.h"

#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	EXIT_RETAINED = 1,
	EXIT_UNSOUND = 2,
};

/* 2 MiB, or a granule for each class that is in use: what is made of dirty memory is resident as a whole. */
#define RETAINED_MAX (GRANULE_SIZE > 32 * KIB ? 64 * GRANULE_SIZE : 2 * MIB)

/* What is in a burst. */
struct burst {
	size_t size_min;
	size_t size_max;
};

static const struct burst one_size = {100, 100};
static const struct burst small = {16, 1000};
static const struct burst mixed = {16, 16 * KIB};
static const struct burst large = {64 * KIB, 2 * MIB};
static const struct burst huge = {2 * MIB + 1, 20 * MIB};

/* Who allocates it, who frees it, and who makes the calls meanwhile. */
struct idle_case {
	const struct burst *burst;
	bool owner_frees;     /* all of it; else another thread does, */
	bool owner_frees_odd; /* but for every second block */
	bool is_trimmed;      /* by malloc_trim(), instead of the calls */
	size_t call_size_max; /* of the calls; 0: always the same small size */
};

static const struct idle_case *at_hand;

/* ---- the burst ----------------------------------------------------------------------------- */

/* A block's first words: the way through all of them, without memory of the test's own. */
struct link {
	struct link *next;
};

static struct link *chains[2];

static void allocate_burst(void)
{
	struct test_random random = {.state = 4711};
	const struct burst *burst = at_hand->burst;
	size_t left = test_bytes_max();

	for (size_t i = 0; left > burst->size_max; i++) {
		size_t range = burst->size_max - burst->size_min + 1;
		size_t size = burst->size_min + test_random_below(&random, range);
		struct link *block = fam_malloc(size);

		if (!THREAD_EXPECT(block != NULL))
			return;
		memset(block, 0x5A, size);
		block->next = chains[i % 2];
		chains[i % 2] = block;
		left -= size;
	}
}

static void free_chain(size_t which)
{
	while (chains[which]) {
		struct link *block = chains[which];

		chains[which] = block->next;
		fam_free(block);
	}
}

static sem_t has_begun;
static sem_t may_work;
static sem_t has_worked;
static sem_t may_end;

static void sleep_for_good(void)
{
	sem_post(&has_worked);
	sem_wait(&may_end);
}

static void *own(void *argument)
{
	/* Its heap and its stack are there before. */
	fam_free(fam_malloc(100));
	sem_post(&has_begun);
	sem_wait(&may_work);
	allocate_burst();
	if (at_hand->owner_frees || at_hand->owner_frees_odd)
		free_chain(1);
	if (at_hand->owner_frees)
		free_chain(0);
	sleep_for_good();
	return argument;
}

static void *free_the_rest(void *argument)
{
	fam_free(fam_malloc(100));
	sem_post(&has_begun);
	sem_wait(&may_work);
	free_chain(0);
	free_chain(1);
	sleep_for_good();
	return argument;
}

static void let_work(void)
{
	sem_post(&may_work);
	sem_wait(&has_worked);
}

/* ---- the calls meanwhile ------------------------------------------------------------------- */

static uint64_t now = 1000;

/* A call each millisecond. */
static void make_calls(uint64_t ms)
{
	static struct test_random random = {.state = 99};
	void *block = NULL;

	for (; ms > 0; ms--) {
		os_double_set_clock(++now);
		if (block) {
			fam_free(block);
			block = NULL;
		} else {
			block = fam_malloc(
				at_hand->call_size_max
					? test_random_size(&random, at_hand->call_size_max)
					: 64);
		}
	}
	fam_free(block);
}

static size_t held_bytes(void)
{
	return test_is_emulated() ? ledger_resident_bytes() : resident_bytes();
}

static void run_case(void)
{
	pthread_t owner;
	pthread_t other;
	int status = 0;

	sem_init(&has_begun, 0, 0);
	sem_init(&may_work, 0, 0);
	sem_init(&has_worked, 0, 0);
	sem_init(&may_end, 0, 0);
	make_calls(4 * CONFIG_PURGE_DELAY_MS);
	if (pthread_create(&owner, NULL, own, NULL))
		_exit(EXIT_UNSOUND);
	sem_wait(&has_begun);
	size_t before = held_bytes();

	let_work();
	size_t peak = held_bytes();

	if (pthread_create(&other, NULL, free_the_rest, NULL))
		_exit(EXIT_UNSOUND);
	sem_wait(&has_begun);
	let_work();
	if (at_hand->is_trimmed)
		fam_malloc_trim(0);
	else
		make_calls(3 * CONFIG_PURGE_DELAY_MS);
	size_t after = held_bytes();

	dprintf(STDERR_FILENO, "%zu KiB before, %zu after the burst, %zu in the end\n",
		before / KIB, peak / KIB, after / KIB);
	if (after > before + RETAINED_MAX)
		status = EXIT_RETAINED;
	sem_post(&may_end);
	sem_post(&may_end);
	pthread_join(owner, NULL);
	pthread_join(other, NULL);
	if (thread_failures() > 0 || heap_validate() != 0)
		status = EXIT_UNSOUND;
	_exit(status);
}

static void goes_back(void **state)
{
	char text[512];

	at_hand = *state;
	int status = run_in_child(run_case, text, sizeof(text));

	print_message("%s", text);
	assert_int_equal(status, 0);
}

#define CASE(title, ...)                                                        \
	{                                                                       \
		.name = (title), .test_func = goes_back,                        \
		.initial_state = (void *)(uintptr_t) & (const struct idle_case) \
		{                                                               \
			__VA_ARGS__                                             \
		}                                                               \
	}

/* The sleeper allocated it, and freed it, or half of it, or nothing. */
#define CASES(name)                                                                       \
	CASE(#name "_freed_by_its_owner", .burst = &(name), .owner_frees = true,          \
	     .call_size_max = 2000),                                                      \
		CASE(#name "_freed_by_another", .burst = &(name), .call_size_max = 2000), \
		CASE(#name "_freed_in_halves", .burst = &(name), .owner_frees_odd = true, \
		     .call_size_max = 2000)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(one_size),
		CASES(small),
		CASES(mixed),
		CASES(large),
		CASES(huge),
		/* Whatever the calls are: here nearly all of them take the fast path. */
		CASE("calls_of_one_size_suffice", .burst = &small),
		/* malloc_trim() does at once what else takes time. */
		CASE("small_trimmed", .burst = &small, .is_trimmed = true),
		CASE("mixed_trimmed", .burst = &mixed, .is_trimmed = true),
		CASE("large_trimmed", .burst = &large, .is_trimmed = true),
		CASE("huge_trimmed", .burst = &huge, .is_trimmed = true),
	};

	return cmocka_run_group_tests_name("idle", tests, NULL, NULL);
}
