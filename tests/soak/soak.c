/*
 * The soak: mixed threads for as long as is wanted, on the whole engine as it is configured.
 *
 *	soak		SOAK_SECONDS and TEST_SEED in the environment; both are printed
 *
 * Time is cut into seasons, and a season into stints. At the end of a stint all threads rest, and the whole
 * heap is validated: every region, descriptor, list and bitmap. At the end of a season all blocks are
 * freed and all threads end: then nothing of what the soak had may be in use any more, and the process
 * may hold no more memory than after an earlier season. The first contradiction ends it all.
 *
 * A line a minute says how it goes.
 */
#include "soak/block.h"
#include "soak/worker.h"

#include "diagnostics/validate.h"
#include "support/family.h"
#include "support/granules.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	SECONDS_AS_IS = 4,
	STINT_MS = 100,
	STINTS_A_SEASON = 12,
	SECONDS_A_LINE = 60,
	WORKERS_NATIVE = 6,
	/* Of the C library's own blocks, and of classes that it uses for the first time. */
	GRANULES_SLACK = 16,
	SEASONS_TO_WARM_UP = 2,
	GROWTH_MIB_MAX = 48,
};

static struct worker workers[WORKERS_MAX];
static size_t worker_count;
static bool must_rest;
static struct timespec start_time;

/* What was seen at the end of the first seasons, and what may not be passed later. */
static size_t rest_granules;
static size_t rest_mib;

/* At the last validation, before blocks were freed. */
static size_t last_live_mib;
static size_t last_held_mib;

static uint64_t stints;
static uint64_t seasons;

/* ---- measures --------------------------------------------------------------------------------- */

static double seconds_gone(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start_time.tv_sec) +
	       (double)(now.tv_nsec - start_time.tv_nsec) / 1e9;
}

/* What /proc/self/maps says is writable, in bytes: under an emulator that is the program's own. */
static size_t writable_bytes(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	char line[512];
	size_t bytes = 0;
	unsigned long start;
	unsigned long end;
	char access[8];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, access) == 3 && access[1] == 'w')
			bytes += end - start;
	}
	if (file)
		fclose(file);
	return bytes;
}

static size_t resident_bytes(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file) {
		if (fscanf(file, "%*u %lu", &pages) != 1)
			pages = 0;
		fclose(file);
	}
	return pages * (unsigned long)sysconf(_SC_PAGESIZE);
}

/*
 * MiB that the process holds: resident, or under an emulator, which keeps something of every thread, mapped and
 * writable.
 */
static size_t process_mib(void)
{
	return (test_is_emulated() ? writable_bytes() : resident_bytes()) / MIB;
}

static size_t live_bytes(void)
{
	size_t bytes = exchange_bytes();

	for (size_t i = 0; i < worker_count; i++)
		bytes += workers[i].live_bytes;
	return bytes;
}

static void say_how_it_goes(void)
{
	uint64_t operations = 0;
	uint64_t refusals = 0;
	uint64_t births = 0;
	uint64_t forks = 0;

	for (size_t i = 0; i < worker_count; i++) {
		operations += workers[i].operations;
		refusals += workers[i].refusals;
		births += workers[i].births;
		forks += workers[i].forks;
	}
	printf("%4.0f s: %llu operations, %llu refused, %llu threads, %llu forks, %llu validations; "
	       "live %zu MiB, held %zu MiB, process %zu MiB; at rest %zu granules, %zu MiB\n",
	       seconds_gone(), (unsigned long long)operations, (unsigned long long)refusals,
	       (unsigned long long)births, (unsigned long long)forks, (unsigned long long)stints,
	       last_live_mib, last_held_mib, process_mib(), rest_granules, rest_mib);
	fflush(stdout);
}

/* ---- stints ----------------------------------------------------------------------------------- */

/* Nobody is at work. */
static bool validate(void)
{
	size_t contradictions = heap_validate();

	stints++;
	if (live_bytes() > 0) {
		last_live_mib = live_bytes() / MIB;
		last_held_mib = granules_in_use() * GRANULE_SIZE / MIB;
	}
	if (contradictions == 0)
		return !soak_failed();
	printf("heap_validate() counts %zu contradictions\n", contradictions);
	return soak_fail("the heap is not sound");
}

#if IS_ENABLED(CONFIG_THREADS)
static pthread_barrier_t rest_begins;
static pthread_barrier_t rest_ends;
static bool is_last_stint;

static void pause_ms(long ms)
{
	const struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&span, NULL);
}

/* The two barriers bring what one side wrote to the other. */
static void *live(void *argument)
{
	struct worker *worker = argument;
	bool is_last = false;

	while (!is_last) {
		worker_run(worker, &must_rest, UINT64_MAX);
		pthread_barrier_wait(&rest_begins);
		pthread_barrier_wait(&rest_ends);
		is_last = is_last_stint;
	}
	worker_free_all(worker);
	return NULL;
}

static void do_stint(bool is_last)
{
	pause_ms(STINT_MS);
	__atomic_store_n(&must_rest, true, __ATOMIC_RELAXED);
	pthread_barrier_wait(&rest_begins);
	validate();
	is_last_stint = is_last || soak_failed();
	__atomic_store_n(&must_rest, false, __ATOMIC_RELAXED);
}

static void do_season(void)
{
	pthread_t threads[WORKERS_MAX];

	is_last_stint = false;
	for (size_t i = 0; i < worker_count; i++) {
		if (pthread_create(&threads[i], NULL, live, &workers[i]) != 0) {
			perror("pthread_create");
			exit(2);
		}
	}
	for (int stint = 1; !is_last_stint; stint++) {
		do_stint(stint == STINTS_A_SEASON);
		pthread_barrier_wait(&rest_ends);
	}
	for (size_t i = 0; i < worker_count; i++)
		pthread_join(threads[i], NULL);
}

static void prepare(void)
{
	pthread_barrier_init(&rest_begins, NULL, (unsigned)worker_count + 1);
	pthread_barrier_init(&rest_ends, NULL, (unsigned)worker_count + 1);
}
#else
enum {
	OPERATIONS_A_STINT = 5000,
};

/* One thread takes all parts in turn. */
static void do_season(void)
{
	for (int stint = 0; stint < STINTS_A_SEASON && !soak_failed(); stint++) {
		for (size_t i = 0; i < worker_count; i++)
			worker_run(&workers[i], &must_rest, OPERATIONS_A_STINT);
		validate();
	}
	for (size_t i = 0; i < worker_count; i++)
		worker_free_all(&workers[i]);
}

static void prepare(void)
{
}
#endif

/* ---- seasons ---------------------------------------------------------------------------------- */

/* All is freed and all threads have ended. What is held now may not grow from season to season. */
static bool check_rest(void)
{
	size_t granules;
	size_t mib;

	exchange_free_all();
	fam_malloc_trim(0);
	if (!validate())
		return false;
	granules = granules_in_use();
	mib = process_mib();
	seasons++;
	if (seasons <= SEASONS_TO_WARM_UP) {
		rest_granules = granules > rest_granules ? granules : rest_granules;
		rest_mib = mib > rest_mib ? mib : rest_mib;
		return true;
	}
	if (granules > rest_granules + GRANULES_SLACK) {
		printf("%zu granules in use, after %zu before\n", granules, rest_granules);
		return soak_fail("memory stays in use when all is freed");
	}
#ifndef __SANITIZE_THREAD__ /* its runtime takes memory as it likes */
	if (mib > rest_mib + GROWTH_MIB_MAX) {
		printf("%zu MiB of the process, after %zu before\n", mib, rest_mib);
		return soak_fail("memory stays with the process when all is freed");
	}
#endif
	return true;
}

static void set_up_workers(void)
{
	size_t room = test_bytes_max() / 2;
	struct test_random seeds;

	worker_count = IS_ENABLED(CONFIG_THREADS) && test_is_slow() ? 4 : WORKERS_NATIVE;
	test_random_seed(&seeds, 1);
	for (size_t i = 0; i < worker_count; i++) {
		workers[i].random.state = test_random_next(&seeds);
		workers[i].role = (enum worker_role)(i % ROLE_COUNT);
		workers[i].room = room / worker_count;
	}
}

static int soak(double seconds)
{
	double next_line = SECONDS_A_LINE;

	set_up_workers();
	prepare();
	clock_gettime(CLOCK_MONOTONIC, &start_time);
	do {
		do_season();
		if (soak_failed() || !check_rest())
			break;
		if (seconds_gone() >= next_line && seconds_gone() < seconds) {
			say_how_it_goes();
			next_line += SECONDS_A_LINE;
		}
	} while (seconds_gone() < seconds);
	say_how_it_goes();
	return soak_failed();
}

int main(void)
{
	const char *given = getenv("SOAK_SECONDS");
	double seconds = given && *given ? strtod(given, NULL) : SECONDS_AS_IS;
	int status;

	printf("[ RUN      ] soak\n%.0f seconds\n", seconds);
	status = soak(seconds);
	printf("[ %s ] soak\n", status == 0 ? "      OK" : " FAILED ");
	return status;
}
