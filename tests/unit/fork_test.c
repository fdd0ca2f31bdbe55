/*
 * fork while other threads allocate. A child has one thread and must find every lock free and
 * every list whole: it allocates, frees its parent's blocks, those of threads that it does not have
 * among them, starts threads and forks again. The eight threads that allocate fork as well. vfork()
 * and posix_spawn() call no handlers, and leave the parent's heap as it is.
 * Handlers of pthread_atfork that allocate run between the allocator's own (POSIX.1-2017,
 * pthread_atfork; a multi-threaded child may formally call only async-signal-safe functions, but
 * glibc, musl and every program rely on malloc there).
 */
#include "support/test.h"
#include "support/family.h"
#include "support/resident.h"
#include "support/thread.h"

#include <spawn.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ALLOCATING_THREADS = 8,
	FORKING_THREADS = 3,
	FORKS = 6,
	QUICK_FORKS = 150,
	BLOCKS = 64,
	GRANDCHILD_DEPTH = 2,
	ROUNDS_PER_FORK = 4096,
	SPAWNS = 40,
	EXIT_SPAWNED = 23,
};

/*
 * A heap for each spawned child, with a slab, would be many times as much. A region may be needed, where large blocks of
 * all threads meet for the first time.
 */
#define MAPPED_MORE_MAX (((size_t)1 << CONFIG_REGION_SIZE_LOG2) + MIB / 2)

static atomic_bool is_over;
/*
 * qemu-user 7.2 fails an assertion of its own (qemu_plugin_vcpu_init_hook) when a child starts a
 * thread whose parent had several, with any malloc. So under it the children of a storm start none.
 */
static bool children_start_threads = true;
static atomic_uint handler_calls;

/*
 * What the allocating threads have: a block is taken out of here before it is freed, so that whatever
 * a child finds here is live, though the thread that allocated it is not there.
 */
struct possession {
	_Atomic(unsigned char *) block;
	size_t size; /* stands before the block does */
};

static struct possession possessions[ALLOCATING_THREADS][BLOCKS];

static bool give_up(struct possession *possession)
{
	unsigned char *block = atomic_exchange(&possession->block, NULL);
	bool is_whole = !block || pattern_holds(block, possession->size, 17);

	fam_free(block);
	return is_whole;
}

static bool possess(struct possession *possession, size_t size)
{
	unsigned char *block = fam_malloc(size);

	if (!block)
		return false;
	pattern_fill(block, size, 17);
	possession->size = size;
	atomic_store(&possession->block, block);
	return true;
}

static bool free_possessions_of_all(void)
{
	bool are_whole = true;

	for (size_t i = 0; i < ALLOCATING_THREADS * BLOCKS; i++)
		are_whole = give_up(&possessions[i / BLOCKS][i % BLOCKS]) && are_whole;
	return are_whole;
}

static bool fork_quickly(void);

static void *allocate_until_over(void *argument)
{
	const uintptr_t number = (uintptr_t)argument;
	struct test_random random = {.state = (uint32_t)number * 31u + 5u};
	size_t rounds = 0;

	while (!atomic_load_explicit(&is_over, memory_order_relaxed)) {
		size_t i = test_random_below(&random, BLOCKS);

		/* One in four goes to the arena, and takes its lock. */
		THREAD_EXPECT(give_up(&possessions[number][i]));
		THREAD_EXPECT(possess(&possessions[number][i],
				      test_random_size(&random, i % 4 ? 3000 : 300 * KIB)));
		if (++rounds % ROUNDS_PER_FORK == 0)
			THREAD_EXPECT(fork_quickly());
	}
	for (size_t i = 0; i < BLOCKS; i++)
		THREAD_EXPECT(give_up(&possessions[number][i]));
	return NULL;
}

static bool allocate_a_while(uint32_t seed)
{
	struct test_random random = {.state = seed * 31u + 5u};

	for (size_t i = 0; i < 300; i++) {
		size_t size = test_random_size(&random, i % 50 ? 3000 : 300 * KIB);
		unsigned char *block = fam_malloc(size);

		if (!block)
			return false;
		pattern_fill(block, size, seed);
		if (!pattern_holds(block, size, seed))
			return false;
		fam_free(block);
	}
	return true;
}

static void *allocate_in_child_thread(void *argument)
{
	return allocate_a_while((uint32_t)(uintptr_t)argument) ? argument : NULL;
}

static bool threads_work_in_child(void)
{
	pthread_t threads[3];
	bool is_fine = true;

	for (uintptr_t i = 0; i < ARRAY_LENGTH(threads); i++) {
		if (pthread_create(&threads[i], NULL, allocate_in_child_thread, (void *)(i + 1)))
			return false;
	}
	for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
		void *result = NULL;

		pthread_join(threads[i], &result);
		is_fine = is_fine && result;
	}
	return is_fine;
}

static bool fork_and_wait(unsigned depth, void *inherited);

static void live_in_child(unsigned depth, void *inherited)
{
	alarm(test_child_seconds());
	fam_free(inherited);
	bool is_fine = free_possessions_of_all() && allocate_a_while(depth) &&
		       (!children_start_threads || threads_work_in_child());

	if (is_fine && depth < GRANDCHILD_DEPTH)
		is_fine = fork_and_wait(depth + 1, fam_malloc(500));
	_exit(is_fine ? 0 : 1);
}

/* Forks once. Both sides free their copy of `inherited`. */
static bool fork_and_wait(unsigned depth, void *inherited)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0)
		live_in_child(depth, inherited);
	fam_free(inherited);
	if (child < 0)
		return false;
	return waitpid(child, &status, 0) == child && status == 0;
}

/* Many forks find a lock held, or a list half changed, if that can be. */
static bool fork_quickly(void)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		alarm(test_child_seconds());
		fam_free(fam_malloc(100));
		fam_free(fam_malloc(40 * KIB));
		_exit(0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static void *fork_often(void *argument)
{
	const size_t forks = test_rounds(FORKS);
	const size_t quick_forks = test_rounds(QUICK_FORKS);

	(void)argument;
	for (size_t i = 0; i < quick_forks; i++) {
		if (!THREAD_EXPECT(fork_quickly()))
			break;
	}
	for (size_t i = 0; i < forks; i++) {
		if (!THREAD_EXPECT(fork_and_wait(1, fam_malloc(i * 100))))
			break;
	}
	return NULL;
}

static void a_single_thread_forks(void **state)
{
	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_true(fork_and_wait(1, fam_malloc(40)));
}

static void fork_storm(void)
{
	pthread_t allocators[ALLOCATING_THREADS];

	children_start_threads = !test_is_emulated();
	atomic_store(&is_over, false);
	for (uintptr_t i = 0; i < ALLOCATING_THREADS; i++) {
		assert_int_equal(
			pthread_create(&allocators[i], NULL, allocate_until_over, (void *)i), 0);
	}
	threads_run(FORKING_THREADS, fork_often);
	atomic_store(&is_over, true);
	for (size_t i = 0; i < ALLOCATING_THREADS; i++)
		pthread_join(allocators[i], NULL);
	assert_int_equal(thread_failures(), 0);
}

static void threads_fork_while_others_allocate(void **state)
{
	(void)state;
	fork_storm();
}

static char *const spawned_arguments[] = {(char[]){"fork"}, (char[]){"spawned"}, NULL};

static bool has_exited_as_spawned(pid_t child)
{
	int status = -1;

	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == EXIT_SPAWNED;
}

/*
 * A child of vfork() runs on its parent's memory, as this very thread. POSIX allows it nothing but
 * exec; programs allocate there for all that, and the parent goes on with whatever heap it left.
 */
static bool vfork_and_execute(void)
{
	pid_t child = vfork();

	if (child == 0) {
		fam_free(fam_malloc(200));
		fam_free(fam_malloc(50 * KIB));
		execv("/proc/self/exe", spawned_arguments);
		_exit(1);
	}
	return has_exited_as_spawned(child);
}

static bool spawn(void)
{
	pid_t child = -1;

	if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, spawned_arguments, environ) != 0)
		return false;
	return has_exited_as_spawned(child);
}

static void *spawn_often(void *argument)
{
	const size_t spawns = test_rounds(SPAWNS);
	void *heirloom = fam_malloc(700);

	pattern_fill(heirloom, 700, 5);
	for (size_t i = 0; i < spawns; i++) {
		if (!THREAD_EXPECT(i % 2 ? spawn() : vfork_and_execute()))
			break;
		THREAD_EXPECT(allocate_a_while((uint32_t)i));
	}
	THREAD_EXPECT(pattern_holds(heirloom, 700, 5));
	fam_free(heirloom);
	return argument;
}

/* The heaps that were there before are enough: a vfork is no new thread, nor a process. */
static void threads_spawn_while_others_allocate(void **state)
{
	pthread_t allocators[ALLOCATING_THREADS];
	size_t mapped;

	(void)state;
	/* qemu-user makes a fork of vfork(), and its own program of /proc/self/exe. */
	if (test_is_emulated())
		skip();
	threads_run(FORKING_THREADS, spawn_often);
	mapped = mapped_bytes();
	for (size_t i = 0; i < 10; i++)
		threads_run(FORKING_THREADS, spawn_often);
	assert_in_range(mapped_bytes(), 0, mapped + MAPPED_MORE_MAX);
	atomic_store(&is_over, false);
	for (uintptr_t i = 0; i < ALLOCATING_THREADS; i++)
		assert_int_equal(
			pthread_create(&allocators[i], NULL, allocate_until_over, (void *)i), 0);
	threads_run(FORKING_THREADS, spawn_often);
	atomic_store(&is_over, true);
	for (size_t i = 0; i < ALLOCATING_THREADS; i++)
		pthread_join(allocators[i], NULL);
	assert_int_equal(thread_failures(), 0);
}

static atomic_bool handlers_allocate;

static void allocate_in_handler(void)
{
	if (!atomic_load(&handlers_allocate))
		return;
	void *block = fam_malloc(100);

	THREAD_EXPECT(block != NULL);
	fam_free(block);
	block = fam_malloc(30 * KIB);
	THREAD_EXPECT(block != NULL);
	fam_free(block);
	atomic_fetch_add(&handler_calls, 1);
}

static void register_handlers(void)
{
	pthread_atfork(allocate_in_handler, allocate_in_handler, allocate_in_handler);
}

static void register_handlers_first(void)
{
	static bool is_done;

	if (!is_done)
		register_handlers();
	is_done = true;
}

/*
 * Before any library's constructor (glibc), or at least before the engine's in the same program
 * (musl), so that in prepare these handlers run after the allocator's own, and after the fork before
 * them: in between, with all its locks held.
 */
__attribute__((section(".preinit_array"),
	       used)) static void (*const register_before_all)(void) = register_handlers_first;
__attribute__((section(".init_array.00100"),
	       used)) static void (*register_first)(void) = register_handlers_first;

/* And once more late: these run first in prepare, and last in parent and child. */
static void fork_handlers_allocate(void **state)
{
	(void)state;
	register_handlers();
	atomic_store(&handlers_allocate, true);
	fork_storm();
	assert_true(atomic_load(&handler_calls) > 0);
}

/* This program, executed by a child. */
static int spawned(const char *argument)
{
	return strcmp(argument, "spawned") == 0 && allocate_a_while(3) ? EXIT_SPAWNED : 1;
}

int main(int argument_count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_single_thread_forks),
		cmocka_unit_test(threads_fork_while_others_allocate),
		cmocka_unit_test(threads_spawn_while_others_allocate),
		cmocka_unit_test(fork_handlers_allocate),
	};

	if (argument_count > 1)
		return spawned(arguments[1]);

	return cmocka_run_group_tests_name("fork", tests, NULL, NULL);
}
