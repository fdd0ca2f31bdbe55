/*
 * The caller's mistakes that the slow paths notice (CONFIG_CHECKS): the process ends with a
 * sentence on standard error and abort(), instead of a heap that breaks later somewhere else.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/thread.h"

#include "arena/region.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Not through the parameter of free: the compiler would warn of what is done here on purpose. */
static void *volatile misused;

/* A mistake begins with a block: without one, what follows would be another. */
static void *taken(size_t size)
{
	void *block = fam_malloc(size);

	if (!block) {
		fprintf(stderr, "there is no memory for the mistake\n");
		_exit(1);
	}
	return block;
}

static void free_inside_a_large_block(void)
{
	misused = (char *)taken(3 * GRANULE_SIZE) + 64;
	fam_free(misused);
}

static void free_a_later_granule(void)
{
	misused = (char *)taken(3 * GRANULE_SIZE) + GRANULE_SIZE;
	fam_free(misused);
}

static void free_a_large_block_twice(void)
{
	misused = taken(3 * GRANULE_SIZE);
	fam_free(misused);
	fam_free(misused);
}

static void free_inside_a_huge_block(void)
{
	misused = (char *)taken(REGION_SIZE) + 64;
	fam_free(misused);
}

static void measure_a_freed_large_block(void)
{
	misused = taken(3 * GRANULE_SIZE);
	fam_free(misused);
	(void)!fam_malloc_usable_size(misused);
}

#if CONFIG_OUTBOX_SLOTS > 0

/* The last one freed is the first of a chain, which the thread's end sends home. */
static void *free_and_write(void *argument)
{
	fam_free(taken(1));
	misused = argument;
	fam_free(misused);
	((uintptr_t *)misused)[1] = 0;
	return NULL;
}

static void write_to_a_block_of_another_thread(void)
{
	thread_run(free_and_write, taken(64));
}

#endif

static void each_mistake_ends_with_a_sentence(void **state)
{
	static void (*const mistakes[])(void) = {
		free_inside_a_large_block,
		free_a_later_granule,
		free_a_large_block_twice,
		free_inside_a_huge_block,
		measure_a_freed_large_block,
#if CONFIG_OUTBOX_SLOTS > 0
		write_to_a_block_of_another_thread,
#endif
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(mistakes); i++) {
		char text[512];
		int status = run_in_child(mistakes[i], text, sizeof(text));

		print_message("mistake %zu: status %d, %s", i, status, text[0] ? text : "\n");
		assert_int_equal(status, 128 + SIGABRT);
		if (IS_ENABLED(CONFIG_MESSAGES))
			assert_ptr_equal(strstr(text, "tailor: "), text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_ends_with_a_sentence),
	};

	return cmocka_run_group_tests_name("misuse", tests, NULL, NULL);
}
