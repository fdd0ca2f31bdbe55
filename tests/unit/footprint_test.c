/*
 * Address space where it is scarce: 32 bits, one arena. One thread with one block maps at most
 * 2 MiB, a hundred threads with one each at most 4 MiB, their stacks aside. The ledger counts what
 * the engine maps, regions and metadata alike.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/ledger.h"
#include "support/thread.h"

#include <generated/constants.h>

#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	THREADS = 100,
	EXIT_TOO_MUCH = 1,
	EXIT_NO_BLOCK = 2,
};

#define ONE_THREAD_MAX (2 * MIB)
#define THREADS_MAX    (4 * MIB)

static const size_t sizes[] = {1, 16, 200, 1000};

static size_t block_size;
static size_t bytes_with_first_block;

/* The first block of the process is one of main's own, before cmocka takes any. */
static void the_first_block_maps_little(void **state)
{
	(void)state;
	print_message("%zu KiB\n", bytes_with_first_block / KIB);
	assert_in_range(bytes_with_first_block, 1, ONE_THREAD_MAX);
}

static void take_one_block(void)
{
	if (!fam_malloc(block_size))
		_exit(EXIT_NO_BLOCK);
	_exit(ledger_bytes() <= ONE_THREAD_MAX ? 0 : EXIT_TOO_MUCH);
}

static void expect_in_child(void (*body)(void), size_t size)
{
	char text[256];

	block_size = size;
	int status = run_in_child(body, text, sizeof(text));

	print_message("of %zu bytes: %s\n", size, text);
	assert_int_equal(status, 0);
}

static void one_block_maps_little(void **state)
{
	static const size_t medium[] = {5000, MEDIUM_SIZE_MAX, 100 * KIB};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++)
		expect_in_child(take_one_block, sizes[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(medium); i++)
		expect_in_child(take_one_block, medium[i]);
}

#if IS_ENABLED(CONFIG_THREADS)

static sem_t has_block;
static sem_t may_end;

static void *hold_one_block(void *argument)
{
	void *block = fam_malloc(block_size);

	THREAD_EXPECT(block != NULL);
	sem_post(&has_block);
	sem_wait(&may_end);
	fam_free(block);
	return argument;
}

static void hold_one_block_a_thread(void)
{
	pthread_t threads[THREADS];

	sem_init(&has_block, 0, 0);
	sem_init(&may_end, 0, 0);
	for (size_t i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, hold_one_block, NULL))
			_exit(EXIT_NO_BLOCK);
	}
	for (size_t i = 0; i < THREADS; i++)
		sem_wait(&has_block);
	size_t bytes = ledger_bytes();

	dprintf(STDERR_FILENO, "%zu KiB", bytes / KIB);
	for (size_t i = 0; i < THREADS; i++)
		sem_post(&may_end);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	if (thread_failures() > 0)
		_exit(EXIT_NO_BLOCK);
	_exit(bytes <= THREADS_MAX ? 0 : EXIT_TOO_MUCH);
}

static void a_hundred_threads_map_little(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++)
		expect_in_child(hold_one_block_a_thread, sizes[i]);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_block_maps_little),
		cmocka_unit_test(one_block_maps_little),
#if IS_ENABLED(CONFIG_THREADS)
		cmocka_unit_test(a_hundred_threads_map_little),
#endif
	};
	void *block = fam_malloc(100);

	bytes_with_first_block = ledger_bytes();
	fam_free(block);
	return cmocka_run_group_tests_name("footprint", tests, NULL, NULL);
}
