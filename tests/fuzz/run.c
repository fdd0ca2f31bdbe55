/*
 * From an input to its end: the first byte is flags, the rest is operations.
 *
 * run_single() has one lane. It may put operations on threads of their own, but waits for each, so an
 * input always does the same, and the heap can be validated at any time.
 *
 * run_threads() cuts the input into two to four lanes, which start at once and do their operations several
 * times over. A lane's thread may end in the middle and a new one go on with its blocks.
 *
 * At the end all blocks are freed, and nothing may stay in use.
 */
#include "fuzz/lane.h"

#include "platform/os.h"
#include "support/family.h"
#include "support/granules.h"
#include "support/heap_limit.h"
#include "support/ledger.h"
#include "support/os_double.h"
#include "support/refusals.h"

#include <pthread.h>

enum {
	FLAG_MISALIGN = 128,
	OPERATIONS_BETWEEN_CHECKS = 16,
	ROUNDS_MAX = 8,
	CLOCK_START_MS = 1000,
};

struct record records[RECORDS_MAX];
struct record *mailbox[MAILBOX];

static struct lane lanes[LANES_MAX];

/* ---- begin and end --------------------------------------------------------------------------- */

/* What can be had at once, by all lanes together. */
static size_t room_in_all(void)
{
	size_t room = (size_t)(sizeof(void *) > 4 ? 256 : 64) << 20;

	return room < HEAP_LIMIT / 4 ? room : HEAP_LIMIT / 4;
}

static void begin(unsigned flags, unsigned count)
{
	static bool is_begun;

	/* From one input to the next the clock goes on. */
	if (!is_begun)
		os_double_set_clock(CLOCK_START_MS);
	is_begun = true;
	os_double_misalign((flags & FLAG_MISALIGN) != 0);
	for (size_t i = 0; i < MAILBOX; i++)
		mailbox[i] = &records[LANES_MAX * SLOTS + i];
	for (unsigned i = 0; i < count; i++) {
		lanes[i] = (struct lane){
			.room = room_in_all() / count,
			.next_tag = i << 24,
			.is_alone = count == 1,
		};
		for (size_t slot = 0; slot < SLOTS; slot++)
			lanes[i].slots[slot] = &records[i * SLOTS + slot];
	}
}

/* Nobody is at work any more. */
static void end(void)
{
	struct lane *lane = &lanes[0];

	refusals_plan(0, false);
	os_double_misalign(false);
	for (size_t i = 0; i < RECORDS_MAX; i++) {
		for (size_t j = 0; j < i && records[i].address; j++) {
			if (records[j].address)
				record_check_apart(&records[i], &records[j]);
		}
	}
	lane->is_alone = true;
	check_all(lane);
	for (size_t i = 0; i < RECORDS_MAX; i++) {
		if (records[i].address)
			call_free(lane, &records[i]);
	}
	call_trim();
	check_all(lane);
	REQUIRE(granules_in_use() == 0, "nothing is in use when all is freed");
	os_double_forget();
}

/* ---- one lane -------------------------------------------------------------------------------- */

/* Operations until the thread shall end; `count` at most. */
static void do_operations(struct lane *lane, unsigned count)
{
	lane->is_reborn = false;
	for (unsigned i = 0; i < count && !lane->is_reborn; i++) {
		if (input_is_empty(&lane->input))
			return;
		operation_do(lane);
		if (lane->is_alone && i % OPERATIONS_BETWEEN_CHECKS == 0)
			check_all(lane);
	}
}

void run_single(const uint8_t *data, size_t size)
{
	struct input input = {data, data + size};

	begin(input_byte(&input), 1);
	lanes[0].input = input;
	do_operations(&lanes[0], UINT32_MAX);
	end();
}

/* ---- threads --------------------------------------------------------------------------------- */

#if IS_ENABLED(CONFIG_THREADS)

struct errand {
	struct lane *lane;
	unsigned count;
};

static void *do_errand(void *argument)
{
	const struct errand *errand = argument;

	do_operations(errand->lane, errand->count);
	return NULL;
}

void run_on_thread(struct lane *lane, unsigned count)
{
	struct errand errand = {lane, count};
	pthread_t thread;

	/* Where the libc's own malloc is the one under test, a refusal may reach it. */
	if (pthread_create(&thread, NULL, do_errand, &errand) != 0)
		return;
	lane->depth++;
	pthread_join(thread, NULL);
	lane->depth--;
	if (lane->is_alone)
		check_all(lane);
}

static pthread_barrier_t all_ready;
static unsigned rounds;

/* Sees a lane to its end; a thread of its own that allocates nothing. */
static void *run_lane(void *argument)
{
	struct lane *lane = argument;
	const struct input input = lane->input;

	pthread_barrier_wait(&all_ready);
	for (unsigned round = 0; round < rounds; round++) {
		lane->input = input;
		while (!input_is_empty(&lane->input))
			run_on_thread(lane, UINT32_MAX);
	}
	return NULL;
}

void run_threads(const uint8_t *data, size_t size)
{
	struct input input = {data, data + size};
	unsigned flags = input_byte(&input);
	unsigned count = flags % (LANES_MAX - 1) + 2;
	pthread_t threads[LANES_MAX];

	rounds = flags / 4 % ROUNDS_MAX + 1;
	begin(flags, count);
	pthread_barrier_init(&all_ready, NULL, count);
	for (unsigned i = 0; i < count; i++) {
		lanes[i].input = input_part(&input, i, count);
		REQUIRE(pthread_create(&threads[i], NULL, run_lane, &lanes[i]) == 0,
			"a thread starts");
	}
	for (unsigned i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&all_ready);
	end();
}

#else

void run_on_thread(struct lane *lane, unsigned count)
{
	do_operations(lane, count);
}

void run_threads(const uint8_t *data, size_t size)
{
	run_single(data, size);
}

#endif
