/*
 * A single-threaded build (THREADS=n) that finds itself on a second thread says so and dies,
 * rather than corrupting what it cannot protect. The first thread goes on as ever, also after
 * fork.
 */
#include "support/test.h"
#include "support/family.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void *allocate_many(void *argument)
{
	/* Compared on the slow path: more blocks than any list at hand can hold. */
	for (size_t i = 0; i < 100000; i++) {
		unsigned char *block = fam_malloc(i % 3000 + 1);

		if (!block)
			_exit(3);
		block[0] = 1;
	}
	return argument;
}

static void allocate_on_a_second_thread(void)
{
	pthread_t thread;

	fam_free(fam_malloc(100));
	if (pthread_create(&thread, NULL, allocate_many, NULL))
		_exit(2);
	pthread_join(thread, NULL);
	_exit(0);
}

static void a_second_thread_dies_with_a_sentence(void **state)
{
	char text[1024];

	(void)state;
	assert_int_equal(run_in_child(allocate_on_a_second_thread, text, sizeof(text)),
			 128 + SIGABRT);
	print_message("%s", text);
	if (IS_ENABLED(CONFIG_MESSAGES)) {
		assert_non_null(strstr(text, "thread"));
		assert_non_null(strstr(text, "CONFIG_THREADS"));
	}
}

static void allocate_in_child(void)
{
	for (size_t i = 0; i < 10000; i++)
		fam_free(fam_malloc(i));
	_exit(0);
}

static void a_forked_child_is_the_first_thread(void **state)
{
	char text[1024];

	(void)state;
	assert_int_equal(run_in_child(allocate_in_child, text, sizeof(text)), 0);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_thread_dies_with_a_sentence),
		cmocka_unit_test(a_forked_child_is_the_first_thread),
	};

	return cmocka_run_group_tests_name("single_thread", tests, NULL, NULL);
}
