/*
 * The real engine, two threads, and every schedule of a kind: the first runs up to some atomic
 * access, the second up to some other, then the first to its end and the second to its own. All
 * pairs of places are tried (steps.h), for each scenario and with the roles exchanged.
 *
 *	word_schedules [SCENARIO...]
 *
 * The first thread's end is part of what it does; the second one lives on until the heap was looked
 * at. Where the end is to retire the active slabs another heap is kept already. In a troupe a thread that frees
 * is stopped at each of its places, while the owner of the slab ends, another claims it and a third frees the
 * rest and uses the granule for something else, one after the other, in every order. No block may have been handed
 * out twice or be smaller than asked for, the heap is without contradictions, and when all blocks are freed no
 * granule is in use.
 */
#include "tailor.h"

#include "arena/arena.h"
#include "heap/heap.h"
#include "heap/heap_registry.h"
#include "heap/reclaim.h"
#include "platform/os.h"
#include "slab/hint.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void model_step(void);

/* The engine's clock stands still but for the ticks of those who reclaim. */
__typeof__(os_clock_ms) __wrap_os_clock_ms;

static uint64_t clock_ms = 1;

uint64_t __wrap_os_clock_ms(void)
{
	return __atomic_load_n(&clock_ms, __ATOMIC_RELAXED);
}

enum {
	/* Two classes whose slabs have the same span and few blocks, of different numbers. */
	SIZE_C = MEDIUM_SIZE_MAX,
	SIZE_D = MEDIUM_SIZE_MAX / 4 * 3,
	/* Slots of blocks: those of one slab stand first. */
	BLOCKS_MAX = 32,
	SLOT_C = 20,
	SLOT_D = 21,
	/* As long as a thread is waited for before it counts as blocked by the other. */
	PATIENCE_US = 1000,
};

/* ---- blocks -------------------------------------------------------------------------------- */

/* Every block that is in use. A slot is one thread's at a time. */
static char *blocks[BLOCKS_MAX];
static size_t block_sizes[BLOCKS_MAX];
static unsigned failure_count;

static void expect(bool condition, const char *sentence)
{
	if (condition)
		return;
	printf("  %s\n", sentence);
	__atomic_fetch_add(&failure_count, 1, __ATOMIC_RELAXED);
}

static void allocate(int slot, size_t size)
{
	blocks[slot] = tailor_malloc(size);
	block_sizes[slot] = size;
	expect(blocks[slot] != NULL, "malloc() found no memory");
	if (!blocks[slot])
		return;
	expect(tailor_malloc_usable_size(blocks[slot]) >= size, "a block is too small");
	memset(blocks[slot], slot + 1, size);
}

static bool is_intact(int slot)
{
	for (size_t i = 0; i < block_sizes[slot]; i += 64) {
		if (blocks[slot][i] != slot + 1)
			return false;
	}
	return true;
}

static void release(int slot)
{
	if (!blocks[slot])
		return;
	expect(is_intact(slot), "a block was written to by somebody else");
	tailor_free(blocks[slot]);
	blocks[slot] = NULL;
}

/* ---- threads that stop --------------------------------------------------------------------- */

struct actor {
	void (*prepare)(void); /* not stopped anywhere */
	void (*act)(void);
	bool lives_on;	  /* until it is told, else its end is part of what is tried */
	unsigned stop_at; /* which step; 0 for none */
	unsigned step_count;
	bool is_acting;
	bool has_ended;
	sem_t stopped;
	sem_t go;
	sem_t end;
	pthread_t thread;
};

static _Thread_local struct actor *self;

void model_step(void)
{
	if (!self || !self->is_acting || ++self->step_count != self->stop_at)
		return;
	sem_post(&self->stopped);
	sem_wait(&self->go);
}

static void *run_actor(void *argument)
{
	self = argument;
	if (self->prepare)
		self->prepare();
	sem_post(&self->stopped);
	sem_wait(&self->go);
	self->act();
	if (self->lives_on) {
		__atomic_store_n(&self->is_acting, false, __ATOMIC_RELEASE);
		sem_post(&self->stopped);
		sem_wait(&self->end);
	}
	return NULL;
}

static bool has_stopped(struct actor *actor)
{
	return sem_trywait(&actor->stopped) == 0;
}

static bool has_ended(struct actor *actor)
{
	if (!actor->has_ended)
		actor->has_ended = pthread_tryjoin_np(actor->thread, NULL) == 0;
	return actor->has_ended;
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Waits until the thread stops or ends, or has been waited for long enough. */
static void wait_a_while(struct actor *actor)
{
	uint64_t deadline = now_us() + PATIENCE_US;

	while (!has_stopped(actor) && !has_ended(actor) && now_us() < deadline)
		sched_yield();
}

/* Waits until there is nothing more that it does by itself. */
static void wait_for_all(struct actor *actor)
{
	if (actor->lives_on) {
		while (__atomic_load_n(&actor->is_acting, __ATOMIC_ACQUIRE))
			sched_yield();
	} else if (!actor->has_ended) {
		pthread_join(actor->thread, NULL);
	}
}

static void start_actor(struct actor *actor, unsigned stop_at)
{
	actor->stop_at = stop_at;
	actor->step_count = 0;
	actor->is_acting = false;
	actor->has_ended = false;
	sem_init(&actor->stopped, 0, 0);
	sem_init(&actor->go, 0, 0);
	sem_init(&actor->end, 0, 0);
	if (pthread_create(&actor->thread, NULL, run_actor, actor) != 0)
		abort();
	sem_wait(&actor->stopped);
}

/* Lets a thread begin; then, lets it go on from where it stopped or will stop. */
static void begin(struct actor *actor)
{
	__atomic_store_n(&actor->is_acting, true, __ATOMIC_RELEASE);
	sem_post(&actor->go);
}

static void go_on(struct actor *actor)
{
	sem_post(&actor->go);
}

/* ---- one schedule -------------------------------------------------------------------------- */

struct scenario {
	const char *name;
	void (*set_up)(void);
	bool is_retiring; /* the first thread's heap is not kept when it ends */
	struct actor actors[2];
};

/* All blocks are free and no heap has a slab, but what the second thread kept: it has ended. */
static bool is_all_given_back(void)
{
	for (struct region_group *group = arena_peek(0)->groups; group; group = group->next) {
		for (unsigned i = 0; i < WORD_BITS; i++) {
			if (group->slots[i].region &&
			    group->slots[i].free_count != GRANULES_PER_REGION - 1)
				return false;
		}
	}
	return true;
}

static void attach(void)
{
	tailor_free(tailor_malloc(1));
}

static void *attach_and_end(void *unused)
{
	(void)unused;
	attach();
	return NULL;
}

static void run_thread(void *(*body)(void *))
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, body, NULL) != 0)
		abort();
	pthread_join(thread, NULL);
}

/* Whoever is to allocate has a heap already. */
static void keep_another(void)
{
	run_thread(attach_and_end);
	expect(heap_registry_kept != NULL, "no heap is kept");
}

static void check_heap(struct actor *living)
{
	expect(tailor_validate() == 0, "the heap is contradictory with blocks in use");
	sem_post(&living->end);
	pthread_join(living->thread, NULL);
	for (int slot = 0; slot < BLOCKS_MAX; slot++)
		release(slot);
	/* What this thread gathered, and what it owns. */
	tailor_malloc_trim(0);
	expect(tailor_validate() == 0, "the heap is contradictory when all is free");
	expect(is_all_given_back(), "a slab is lost");
}

static void run_schedule(struct scenario *scenario, unsigned first, const unsigned stops[2])
{
	struct actor *one = &scenario->actors[first];
	struct actor *other = &scenario->actors[!first];

	if (scenario->set_up)
		scenario->set_up();
	start_actor(one, stops[0]);
	start_actor(other, stops[1]);
	if (scenario->is_retiring)
		keep_another();
	begin(one);
	wait_a_while(one);
	begin(other);
	wait_a_while(other);
	go_on(one);
	wait_a_while(one);
	go_on(other);
	wait_for_all(one);
	wait_for_all(other);
	check_heap(&scenario->actors[1]);
}

/* All pairs of places: a thread that ended before its place was the last of its row. */
static unsigned run_schedules(struct scenario *scenario, unsigned first)
{
	unsigned schedule_count = 0;
	unsigned stops[2] = {1, 1};

	for (stops[0] = 1;; stops[0]++) {
		for (stops[1] = 1;; stops[1]++) {
			unsigned failures = failure_count;

			run_schedule(scenario, first, stops);
			schedule_count++;
			if (failure_count != failures)
				printf("  in %s, thread %u stopped at %u, the other at %u\n",
				       scenario->name, first, stops[0], stops[1]);
			if (scenario->actors[!first].step_count < stops[1])
				break;
		}
		if (scenario->actors[first].step_count < stops[0])
			return schedule_count;
	}
}

/* ---- scenarios ----------------------------------------------------------------------------- */

static int capacity_of(size_t size)
{
	return size_class_capacity(size_class_of(size));
}

/* All blocks of one slab but the last `kept` ones. */
static void allocate_slab(size_t size, int kept)
{
	for (int slot = 0; slot < capacity_of(size) - kept; slot++)
		allocate(slot, size);
}

static void *allocate_slab_of_c(void *unused)
{
	(void)unused;
	allocate_slab(SIZE_C, 0);
	return NULL;
}

static void *allocate_slab_of_d(void *unused)
{
	(void)unused;
	allocate_slab(SIZE_D, 0);
	return NULL;
}

static void *allocate_two_slabs_of_d(void *unused)
{
	(void)unused;
	allocate_slab(SIZE_D, -capacity_of(SIZE_D));
	return NULL;
}

/* On a thread that then ends, and whose heap is given up: the slab has no owner. */
static void allocate_unowned(void *(*allocate_on_thread)(void *))
{
	run_thread(allocate_on_thread);
	reclaim_kept();
}

static void make_full_kept(void)
{
	run_thread(allocate_slab_of_d);
	expect(heap_registry_kept != NULL, "no heap is kept");
}

static void make_full_unowned(void)
{
	allocate_unowned(allocate_slab_of_d);
}

static void make_unowned_with_two_used(void)
{
	allocate_unowned(allocate_slab_of_d);
	for (int slot = 2; slot < capacity_of(SIZE_D); slot++)
		release(slot);
}

/* Two slabs with hints, in one region. */
static void make_two_unowned(void)
{
	allocate_unowned(allocate_two_slabs_of_d);
	release(0);
	release(capacity_of(SIZE_D));
}

/* A granule that is free, was of class C, and is hinted as if it still were: a push came late. */
static void make_stale_hint(void)
{
	struct hint hint;

	allocate_unowned(allocate_slab_of_c);
	hint = hint_for(descriptor_of(blocks[0]));
	for (int slot = 0; slot < capacity_of(SIZE_C); slot++)
		release(slot);
	hint_set(hint);
}

static void own_full(void)
{
	allocate_slab(SIZE_D, 0);
}

static void own_all_but_one(void)
{
	allocate_slab(SIZE_D, 1);
}

static void free_first(void)
{
	release(0);
}

static void free_second(void)
{
	release(1);
}

static void free_first_two(void)
{
	release(0);
	release(1);
}

static void allocate_c(void)
{
	allocate(SLOT_C, SIZE_C);
}

static void allocate_d(void)
{
	allocate(SLOT_D, SIZE_D);
}

static void allocate_two_of_d(void)
{
	allocate(SLOT_D + 1, SIZE_D);
	allocate(SLOT_D + 2, SIZE_D);
}

static void allocate_c_and_d(void)
{
	allocate(SLOT_C, SIZE_C);
	allocate(SLOT_D + 1, SIZE_D);
}

/* One more than the slab has: it is retired. The free may claim it again. */
static void allocate_d_and_free_third(void)
{
	allocate(SLOT_D, SIZE_D);
	release(2);
}

/* The thread ends. */
static void do_nothing(void)
{
}

/* ---- rings, reclaiming, the outbox ---- */

/* The slab was full, and was claimed back by a free: it is in the ring, with its first `kept` blocks in use. */
static void own_partial(int kept)
{
	allocate_slab(SIZE_D, 0);
	allocate(SLOT_D, SIZE_D);
	for (int slot = kept; slot < capacity_of(SIZE_D); slot++)
		release(slot);
}

static void own_partial_with_two(void)
{
	own_partial(2);
}

/* And the active slab is full, so that the next block comes from the partial one. */
static void own_partial_and_full(void)
{
	own_partial(2);
	for (int i = 1; i < capacity_of(SIZE_D); i++)
		allocate(SLOT_D + i, SIZE_D);
}

/* One slab retired, full; its last owner's next free claims it back. */
static void own_retired(void)
{
	allocate_slab(SIZE_D, 0);
	allocate(SLOT_D, SIZE_D);
}

/* A tick of the clock, at which this thread looks at the others' rings. */
static void look(void)
{
	uint64_t now = __atomic_add_fetch(&clock_ms, CONFIG_PURGE_DELAY_MS, __ATOMIC_RELAXED);

	reclaim_tick(heap_current(), (purge_clock_t)now);
}

static void look_twice(void)
{
	look();
	look();
}

static void free_second_and_look(void)
{
	release(1);
	look_twice();
}

static void free_first_two_and_look(void)
{
	release(0);
	release(1);
	look_twice();
}

/* All blocks but the one that the owner frees; the slab may be claimed back in between. */
static void free_all_but_first_and_look(void)
{
	for (int slot = 1; slot < capacity_of(SIZE_D); slot++)
		release(slot);
	look_twice();
}

static void allocate_from_partial(void)
{
	allocate(SLOT_C - 1, SIZE_D);
	allocate(SLOT_C - 2, SIZE_D);
}

static void trim(void)
{
	tailor_malloc_trim(0);
}

/* Gathered, and sent as one chain. */
static void free_first_two_at_once(void)
{
	release(0);
	release(1);
	tailor_malloc_trim(0);
}

/* Sent when the thread ends. */
static void allocate_and_free_first_two(void)
{
	attach();
	release(0);
	release(1);
}

#define ACTORS(title, set, retiring, prepared, one, also, other)                       \
	{                                                                              \
		.name = (title), .set_up = (set), .is_retiring = (retiring),           \
		.actors = {{.prepare = (prepared), .act = (one)},                      \
			   {.prepare = (also), .act = (other), .lives_on = true}},     \
	}

#define SCENARIO(title, set, prepared, one, other) \
	ACTORS(title, set, false, prepared, one, NULL, other)

/* It is the second thread, which lives on, that is prepared. */
#define PREPARED(title, set, one, prepared, other) \
	ACTORS(title, set, false, NULL, one, prepared, other)

/* The first thread ends, and with it its ownership; if the second one is to allocate it has a heap already. */
#define RETIRING(title, set, prepared, one, also, other) \
	ACTORS(title, set, true, prepared, one, also, other)

static struct scenario scenarios[] = {
	SCENARIO("recycle_and_claim", make_stale_hint, NULL, allocate_d, allocate_c),
	RETIRING("free_and_exit", NULL, own_full, do_nothing, NULL, free_first_two),
	RETIRING("free_and_refill", NULL, own_all_but_one, allocate_two_of_d, NULL,
		 free_first_two),
	SCENARIO("free_and_claim", make_full_unowned, NULL, free_first, allocate_d),
	SCENARIO("last_frees", make_unowned_with_two_used, NULL, free_first, free_second),
	SCENARIO("last_frees_and_claim", make_unowned_with_two_used, NULL, free_first_two,
		 allocate_d),
	SCENARIO("last_frees_and_reuse", make_unowned_with_two_used, NULL, free_first_two,
		 allocate_c),
	RETIRING("two_claims", make_two_unowned, attach, allocate_two_of_d, attach, allocate_d),
	RETIRING("exit_and_claim", NULL, own_all_but_one, do_nothing, attach, allocate_d),
	/* Claimed once already: the class bit is set when the slab is retired again. */
	RETIRING("second_exit_and_claim", make_unowned_with_two_used, allocate_c_and_d, do_nothing,
		 attach, allocate_d),
	RETIRING("free_claims_and_free", NULL, own_full, allocate_d_and_free_third, NULL,
		 free_first_two),
	/*
	 * The owner frees the last block, and ends; then the same with an owner that lives. Partial slabs are retired
	 * whether the heap is kept or not.
	 */
	SCENARIO("free_exit_and_reclaim", NULL, own_partial_with_two, free_first,
		 free_second_and_look),
	PREPARED("reclaim_and_free", NULL, free_second_and_look, own_partial_with_two, free_first),
	PREPARED("reclaim_and_empty", NULL, look_twice, own_partial_with_two, free_first_two),
	PREPARED("reclaim_and_refill", NULL, free_first_two_and_look, own_partial_and_full,
		 allocate_from_partial),
	PREPARED("reclaim_and_tidy", NULL, free_first_two_and_look, own_partial_with_two, trim),
	SCENARIO("exit_and_reclaim", NULL, own_partial_with_two, do_nothing,
		 free_first_two_and_look),
	PREPARED("claim_back_and_reclaim", NULL, free_all_but_first_and_look, own_retired,
		 free_first),
	SCENARIO("two_reclaim", own_partial_with_two, NULL, free_first_two_and_look, look_twice),
	/* Chains. */
	PREPARED("exit_and_chain", NULL, allocate_and_free_first_two, own_all_but_one,
		 allocate_two_of_d),
	SCENARIO("chain_and_claim", make_full_unowned, attach, free_first_two_at_once, allocate_d),
	SCENARIO("last_chain_and_reuse", make_unowned_with_two_used, attach, free_first_two_at_once,
		 allocate_c),
	PREPARED("chain_and_exit", NULL, allocate_and_free_first_two, own_full, trim),
	/* A heap that is kept. */
	SCENARIO("free_and_give_up", make_full_kept, NULL, free_first_two, look),
	SCENARIO("free_and_take", make_full_kept, NULL, free_first_two, allocate_d),
};

/* ---- a troupe: one is stopped, three go on -------------------------------------------------- */

enum {
	OTHERS = 3,
	ORDERS = 6,
};

static void free_rest_and_recycle(void)
{
	for (int slot = 2; slot < capacity_of(SIZE_D); slot++)
		release(slot);
	allocate(SLOT_C, SIZE_C);
}

static struct actor pusher = {.act = free_first_two};

/* The owner first: it fills the slab before anybody acts. */
static struct actor others[OTHERS] = {
	{.prepare = own_full, .act = do_nothing},
	{.prepare = attach, .act = allocate_two_of_d},
	{.prepare = attach, .act = free_rest_and_recycle},
};

static void check_all_ended(void)
{
	expect(tailor_validate() == 0, "the heap is contradictory with blocks in use");
	for (int slot = 0; slot < BLOCKS_MAX; slot++)
		release(slot);
	/* What this thread gathered. */
	tailor_malloc_trim(0);
	expect(tailor_validate() == 0, "the heap is contradictory when all is free");
	expect(is_all_given_back(), "a slab is lost");
}

static void run_troupe(unsigned stop, const unsigned order[OTHERS])
{
	for (unsigned i = 0; i < OTHERS; i++)
		start_actor(&others[i], 0);
	start_actor(&pusher, stop);
	keep_another();
	begin(&pusher);
	wait_a_while(&pusher);
	for (unsigned i = 0; i < OTHERS; i++) {
		begin(&others[order[i]]);
		wait_a_while(&others[order[i]]);
	}
	go_on(&pusher);
	wait_for_all(&pusher);
	for (unsigned i = 0; i < OTHERS; i++)
		wait_for_all(&others[i]);
	check_all_ended();
}

static unsigned run_troupes(void)
{
	static const unsigned orders[ORDERS][OTHERS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
							{1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	unsigned schedule_count = 0;

	for (unsigned order = 0; order < ORDERS; order++) {
		for (unsigned stop = 1;; stop++) {
			unsigned failures = failure_count;

			run_troupe(stop, orders[order]);
			schedule_count++;
			if (failure_count != failures)
				printf("  in troupe, order %u, the pusher stopped at %u\n", order,
				       stop);
			if (pusher.step_count < stop)
				break;
		}
	}
	return schedule_count;
}

static bool is_wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return true;
	}
	return argc == 1;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(*scenarios); i++) {
		unsigned failures = failure_count;
		unsigned schedule_count = 0;

		if (!is_wanted(scenarios[i].name, argc, argv))
			continue;
		for (unsigned first = 0; first < 2; first++)
			schedule_count += run_schedules(&scenarios[i], first);
		printf("%s schedules %s: %u\n", failure_count == failures ? "ok" : "not ok",
		       scenarios[i].name, schedule_count);
		fflush(stdout);
	}
	if (is_wanted("troupe", argc, argv)) {
		unsigned failures = failure_count;
		unsigned schedule_count = run_troupes();

		printf("%s schedules troupe: %u\n", failure_count == failures ? "ok" : "not ok",
		       schedule_count);
	}
	return failure_count > 0;
}
