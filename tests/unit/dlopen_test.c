/*
 * libtailor as a library that a running program opens: built with the thread's heap behind a
 * pthread key (TLS_PTHREAD_KEY) and the prefixed interface, since musl refuses initial-exec TLS
 * in an opened library. Threads from before and after the opening use it; it may be closed while
 * a thread that used it lives on.
 *
 * The path of the library stands in TEST_LIBRARY.
 */
#include "support/test.h"
#include "support/thread.h"

#include <dlfcn.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void *(*aligned_alloc)(size_t, size_t);
	void (*free)(void *);
	size_t (*malloc_usable_size)(void *);
} opened;

static void *library;
static void *crossing[64];

/* POSIX: the object pointer of dlsym may stand for a function; C wants it copied as bytes. */
static void find(const char *name, void *function, size_t function_size)
{
	void *address = dlsym(library, name);

	assert_non_null(address);
	assert_int_equal(function_size, sizeof(address));
	memcpy(function, &address, sizeof(address));
}

static void open_library(void)
{
	library = dlopen(getenv("TEST_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
	if (!library)
		print_error("%s\n", dlerror());
	assert_non_null(library);
	find("tailor_malloc", &opened.malloc, sizeof(opened.malloc));
	find("tailor_calloc", &opened.calloc, sizeof(opened.calloc));
	find("tailor_realloc", &opened.realloc, sizeof(opened.realloc));
	find("tailor_aligned_alloc", &opened.aligned_alloc, sizeof(opened.aligned_alloc));
	find("tailor_free", &opened.free, sizeof(opened.free));
	find("tailor_malloc_usable_size", &opened.malloc_usable_size,
	     sizeof(opened.malloc_usable_size));
}

static void *use_library(void *argument)
{
	for (size_t size = 1; size < 200000; size = size * 5 / 4 + 1) {
		unsigned char *block = opened.malloc(size);

		if (!THREAD_EXPECT(block && opened.malloc_usable_size(block) >= size))
			break;
		pattern_fill(block, size, 1);
		block = opened.realloc(block, size + 100);
		THREAD_EXPECT(block && pattern_prefix_holds(block, size, 1, size));
		opened.free(block);
		block = opened.calloc(1, size);
		THREAD_EXPECT(block && bytes_are(block, size, 0));
		opened.free(block);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(crossing); i++) {
		opened.free(crossing[i]);
		crossing[i] = opened.aligned_alloc(64, 100 * i + 1);
		THREAD_EXPECT(crossing[i] && test_is_aligned(crossing[i], 64));
	}
	return argument;
}

static sem_t may_begin;
static sem_t has_used;
static sem_t may_end;

static void *live_before_and_after(void *argument)
{
	sem_wait(&may_begin);
	use_library(argument);
	sem_post(&has_used);
	sem_wait(&may_end);
	return argument;
}

static void threads_from_before_the_opening_use_it(void **state)
{
	pthread_t elder;

	(void)state;
	sem_init(&may_begin, 0, 0);
	sem_init(&has_used, 0, 0);
	sem_init(&may_end, 0, 0);
	assert_int_equal(pthread_create(&elder, NULL, live_before_and_after, NULL), 0);
	open_library();
	sem_post(&may_begin);
	sem_wait(&has_used);
	use_library(NULL);
	for (size_t i = 0; i < 4; i++)
		thread_run(use_library, NULL);
	sem_post(&may_end);
	pthread_join(elder, NULL);
	assert_int_equal(thread_failures(), 0);
}

static bool is_of_library(const void *address)
{
	Dl_info info;
	Dl_info ours;
	void *known;

	memcpy(&known, &opened.malloc, sizeof(known));
	assert_int_not_equal(dladdr(known, &ours), 0);
	return dladdr(address, &info) != 0 && info.dli_fbase == ours.dli_fbase;
}

/*
 * The libc's own malloc is not disturbed: the library defines none of its names, and leaves the
 * break alone, where musl's malloc lives.
 */
static void the_programs_malloc_is_another(void **state)
{
	static const char *const names[] = {"malloc", "calloc", "realloc", "free", "aligned_alloc"};
	void *theirs = malloc(1000);
	void *break_before = sbrk(0);
	void *ours[] = {opened.malloc(1000), opened.malloc(100 * KIB), opened.malloc(10 * MIB)};

	(void)state;
	assert_ptr_equal(sbrk(0), break_before);
	assert_non_null(theirs);
	memset(theirs, 1, 1000);
	for (size_t i = 0; i < ARRAY_LENGTH(ours); i++) {
		assert_non_null(ours[i]);
		memset(ours[i], 2, 1000);
	}
	assert_true(bytes_are(theirs, 1000, 1));
	free(theirs);
	for (size_t i = 0; i < ARRAY_LENGTH(ours); i++)
		opened.free(ours[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		assert_false(is_of_library(dlsym(RTLD_DEFAULT, names[i])));
	assert_true(is_of_library(dlsym(library, "tailor_malloc")));
}

/* A thread's destructor must not run into a library that is gone. */
static void a_user_may_outlive_the_library(void **state)
{
	pthread_t survivor;

	(void)state;
	assert_int_equal(pthread_create(&survivor, NULL, live_before_and_after, NULL), 0);
	sem_post(&may_begin);
	sem_wait(&has_used);
	dlclose(library);
	sem_post(&may_end);
	assert_int_equal(pthread_join(survivor, NULL), 0);
	assert_int_equal(thread_failures(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_from_before_the_opening_use_it),
		cmocka_unit_test(the_programs_malloc_is_another),
		cmocka_unit_test(a_user_may_outlive_the_library),
	};

	return cmocka_run_group_tests_name("dlopen", tests, NULL, NULL);
}
