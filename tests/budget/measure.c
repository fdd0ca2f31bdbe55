/*
 * Measures the engine of a configuration for its budget: tests/budget/check links it with the engine's plain objects
 * and the double of the system, and compares what it prints, "NAME VALUE" a line, with what was computed.
 *
 *	measure start		address space and metadata with one block
 *	measure unaligned	the same where the system hands out unaligned addresses, with MEASURE_UNALIGNED set
 *	measure threads		as threads come
 *	measure regions		as regions come
 *	measure written		what of a region's first granule is ever written
 *	measure classes		"class SIZE USABLE" for each size, "slab CLASS SIZE GRANULES BLOCKS" for each class
 *	measure alone		blocks that have granules, or a mapping, of their own
 *	measure live N		granules that N blocks can hold
 *	measure thread		granules that a thread can hold without a block
 *	measure dirty MS	what is free and not given back, at worst, and after so long
 *	measure released	the same while a thread releases, under a cap; and when two do
 */
#include "support/family.h"
#include "support/granules.h"
#include "support/incore.h"
#include "support/ledger.h"
#include "support/os_double.h"

#include "arena/mapping_cache.h"
#include "heap/heap.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	LINE_MAX = 128,
	BLOCKS_MAX = 4096,
	CALLS = 20000,
};

#define MIB ((size_t)1 << 20)

/* Written without allocating: printf() might. */
static void say(const char *name, size_t value)
{
	char line[LINE_MAX];
	int length = snprintf(line, sizeof(line), "%s %zu\n", name, value);

	if (write(STDOUT_FILENO, line, (size_t)length) != length)
		_exit(2);
}

static _Noreturn void give_up(const char *why)
{
	size_t length = strlen(why);

	if (write(STDERR_FILENO, why, length) != (ssize_t)length)
		_exit(3);
	_exit(2);
}

static void *take(size_t size)
{
	void *block = fam_malloc(size);

	if (!block)
		give_up("no memory\n");
	return block;
}

static struct arena *first_arena(void)
{
	struct arena *arena = arena_peek(0);

	return arena ? arena : (give_up("no arena\n"), NULL);
}

/* ---- start ---- */

static void measure_start(void)
{
	void *block = take(100);
	struct region *region = region_of(block);

	say("va", ledger_bytes());
	say("granules_of_region", region_slot(region)->free_count + granules_in_use());
	say("resident_of_region", incore_bytes((uintptr_t)region, (uintptr_t)region + REGION_SIZE));
	say("first_granule",
	    (size_t)(descriptor_memory(region_descriptor(region, 1)) - (char *)region));
	say("descriptor",
	    (size_t)((char *)region_descriptor(region, 2) - (char *)region_descriptor(region, 1)));
	fam_free(block);
}

/* From the first block on, which the libc may have taken before main(). */
__attribute__((constructor(101))) static void misalign(void)
{
	os_double_misalign(getenv("MEASURE_UNALIGNED") != NULL);
}

/* At most, for a moment, and once it is aligned. */
static void measure_unaligned(void)
{
	void *block = take(100);

	say("va_most", ledger_bytes_most());
	say("va_then", ledger_bytes());
	fam_free(block);
}

/* ---- threads ---- */

enum {
	THREADS = 64,
};

#if IS_ENABLED(CONFIG_THREADS)

static pthread_barrier_t barrier;

/* From one heap's address to the next one's, where nothing is between them. */
static size_t bytes_of_heap(void)
{
	size_t least = SIZE_MAX;

	for (struct heap *heap = heap_first(); heap; heap = heap->next) {
		for (struct heap *other = heap_first(); other; other = other->next) {
			size_t apart = (uintptr_t)heap - (uintptr_t)other;

			if (heap > other && apart < least)
				least = apart;
		}
	}
	return least;
}

/* The first address space of an arena: regions that it has, or a reservation that it carves them from. */
static size_t bytes_of_arenas(void)
{
	size_t total = 0;
	const struct arena *arena;

	for (unsigned i = 0; (arena = arena_peek(i)); i++) {
		total += arena->region_count * REGION_SIZE;
		if (IS_ENABLED(CONFIG_ARCH_64BIT))
			total += (size_t)(arena->reserve_end - arena->reserve_next);
	}
	return total;
}

static void *hold(void *argument)
{
	void *block = take(100);

	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	fam_free(block);
	return argument;
}

static void measure_threads(void)
{
	static pthread_t threads[THREADS];
	size_t heaps = 0;
	unsigned arenas = 0;
	void *block = take(100);

	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (size_t i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, hold, NULL) != 0)
			give_up("no thread\n");
	}
	pthread_barrier_wait(&barrier);
	for (struct heap *heap = heap_first(); heap; heap = heap->next)
		heaps++;
	while (arena_peek(arenas))
		arenas++;
	say("heaps", heaps);
	say("arena_count", arenas);
	say("bytes_of_heap", bytes_of_heap());
	say("bytes_of_arenas", bytes_of_arenas());
	say("va_of_threads", ledger_bytes());
	pthread_barrier_wait(&barrier);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	fam_free(block);
}

#else

static void measure_threads(void)
{
	take(100);
	say("arena_count", 1);
	say("bytes_of_arenas", ledger_bytes() / REGION_SIZE * REGION_SIZE);
	say("va_of_threads", ledger_bytes());
}

#endif

/* ---- regions ---- */

/* Fills regions until the address space has grown, and says by how much. */
static void measure_regions(void)
{
	size_t before;

	take(100);
	before = ledger_bytes();
	/* Half a region each: one fits, for descriptors take the first granule. */
	while (ledger_bytes() == before)
		take(REGION_SIZE / 2);
	say("growth", ledger_bytes() - before);
	/* All but the one that came now stand in what was mapped first. */
	say("bytes_before", before / REGION_SIZE * REGION_SIZE);
	say("regions_before", first_arena()->region_count - 1);
}

/* Fills a region with slabs, and looks for the last byte in front of them that is not zero. */
static void measure_written(void)
{
	struct region *region = region_of(take(100));
	const char *byte = (char *)region + GRANULE_SIZE;

	while (region_slot(region)->free_count > 0)
		take(BLOCK_ALIGN * 32);
	while (byte > (char *)region && byte[-1] == 0)
		byte--;
	say("written", (size_t)(byte - (char *)region));
}

/* ---- classes ---- */

static void measure_classes(void)
{
	for (size_t size = 1; size <= MEDIUM_SIZE_MAX; size++) {
		void *block = take(size);

		printf("class %zu %zu\n", size, fam_malloc_usable_size(block));
		fam_free(block);
	}
	for (unsigned i = 1; i < CLASS_COUNT; i++) {
		void *block = take(size_class_table[i].stride);
		struct descriptor *slab = descriptor_of(block);

		if (slab->kind == KIND_TAIL)
			slab = slab_head(slab);
		printf("slab %u %zu %u %u\n", (unsigned)slab->size_class,
		       fam_malloc_usable_size(block), (unsigned)slab->span,
		       (unsigned)slab->capacity);
		fam_free(block);
	}
}

/* ---- blocks that have granules, or a mapping, of their own ---- */

static size_t lost_behind(size_t size)
{
	void *block = take(size);
	size_t lost = fam_malloc_usable_size(block) - size;

	fam_free(block);
	return lost;
}

/* In parts of ten thousand, up. */
static size_t lost_part(size_t lost, size_t size)
{
	return (size_t)(((uint64_t)lost * 10000 + size - 1) / size);
}

static void measure_alone(void)
{
	const size_t granules = REGION_SIZE / 2 / GRANULE_SIZE;
	size_t large = 0;
	size_t part = 0;
	char *huge;

	for (size_t i = align_up(MEDIUM_SIZE_MAX, GRANULE_SIZE) / GRANULE_SIZE; i < granules; i++) {
		size_t lost = lost_behind(i * GRANULE_SIZE + 1);

		large = lost > large ? lost : large;
	}
	/* Up to two regions: what is rounded to huge pages is the most there. */
	for (size_t i = granules; i <= 4 * granules; i++) {
		size_t size = i * GRANULE_SIZE + 1;
		size_t lost = lost_part(lost_behind(size), size);

		part = lost > part ? lost : part;
	}
	say("large_lost", large);
	say("huge_lost", part);
	huge = take(REGION_SIZE);
	say("huge_before", (size_t)(huge - (char *)region_of(huge)));
}

/* ---- live blocks ---- */

/* The class whose slabs are the largest. */
static unsigned widest_class(void)
{
	unsigned widest = 1;

	for (unsigned i = 2; i < CLASS_COUNT; i++) {
		if (size_class_table[i].span > size_class_table[widest].span)
			widest = i;
	}
	return widest;
}

/* Leaves one block in each of `live` slabs. */
static void measure_live(size_t live)
{
	const unsigned class = widest_class();
	const size_t stride = size_class_stride(class);
	static struct descriptor *kept[BLOCKS_MAX];
	static void *blocks[BLOCKS_MAX * 8];
	size_t count = live * size_class_capacity(class);

	if (live >= BLOCKS_MAX || count > ARRAY_LENGTH(blocks))
		give_up("too many blocks\n");
	for (size_t i = 0; i < count; i++) {
		blocks[i] = take(stride);
		memset(blocks[i], 1, stride);
	}
	for (size_t i = 0; i < count; i++) {
		struct descriptor *slab = descriptor_of(blocks[i]);
		size_t k = 0;

		if (slab->kind == KIND_TAIL)
			slab = slab_head(slab);
		while (kept[k] && kept[k] != slab)
			k++;
		if (!kept[k])
			kept[k] = slab;
		else
			fam_free(blocks[i]);
	}
	say("live_bytes", granules_in_use() * GRANULE_SIZE);
}

/* A block of each class was there, and is gone. */
static void measure_thread_worst(void)
{
	size_t before = granules_in_use();

	for (unsigned i = 1; i < CLASS_COUNT; i++)
		fam_free(take(size_class_table[i].stride));
	say("thread_bytes", (granules_in_use() - before) * GRANULE_SIZE);
}

/* ---- dirty memory ---- */

static size_t kept_bytes(void)
{
#if CONFIG_MAPPINGS_KEPT_MAX > 0
	return mapping_cache.table.byte_count;
#else
	return 0;
#endif
}

static size_t dirty_bytes(void)
{
	size_t total = kept_bytes();
	const struct arena *arena;

	for (unsigned i = 0; (arena = arena_peek(i)); i++)
		total += arena->dirty_count * GRANULE_SIZE;
	return total;
}

static uint32_t random_number(void)
{
	static uint32_t state = 12345;

	state = state * 1664525u + 1013904223u;
	return state >> 8;
}

static size_t random_size(void)
{
	switch (random_number() % 4) {
	case 0:
		return 1 + random_number() % MEDIUM_SIZE_MAX;
	case 1:
		return 1 + random_number() % (REGION_SIZE / 8);
	case 2:
		return 1 + random_number() % (REGION_SIZE / 2);
	default:
		return REGION_SIZE / 2 + 1 + random_number() % REGION_SIZE;
	}
}

/* Blocks of all kinds come and go while the clock stands: what is dirty after each call, at most. */
static size_t churn(void)
{
	static void *blocks[64];
	size_t worst = 0;

	for (unsigned i = 0; i < CALLS; i++) {
		void **block = &blocks[random_number() % ARRAY_LENGTH(blocks)];
		size_t now;

		fam_free(*block);
		now = dirty_bytes();
		worst = now > worst ? now : worst;
		*block = random_number() % 2 ? take(random_size()) : NULL;
	}
	for (size_t i = 0; i < ARRAY_LENGTH(blocks); i++) {
		fam_free(blocks[i]);
		blocks[i] = NULL;
	}
	return worst;
}

#if IS_ENABLED(CONFIG_THREADS)

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static size_t worst_of_turns;

/* Its heap is another one than that of all who wait with it, so all arenas have their turn. */
static void *churn_in_turn(void *argument)
{
	void *block = take(100);
	size_t worst;

	pthread_barrier_wait(&barrier);
	pthread_mutex_lock(&turn);
	worst = churn();
	worst_of_turns = worst > worst_of_turns ? worst : worst_of_turns;
	pthread_mutex_unlock(&turn);
	pthread_barrier_wait(&barrier);
	fam_free(block);
	return argument;
}

static size_t churn_everywhere(void)
{
	static pthread_t threads[CONFIG_ARENA_COUNT];

	pthread_barrier_init(&barrier, NULL, CONFIG_ARENA_COUNT);
	for (size_t i = 0; i < CONFIG_ARENA_COUNT; i++) {
		if (pthread_create(&threads[i], NULL, churn_in_turn, NULL) != 0)
			give_up("no thread\n");
	}
	for (size_t i = 0; i < CONFIG_ARENA_COUNT; i++)
		pthread_join(threads[i], NULL);
	return worst_of_turns;
}

#else

static size_t churn_everywhere(void)
{
	return churn();
}

#endif

/* ---- while a thread releases ---- */

#if defined(CONFIG_PURGE_DIRTY_MAX_KIB)

/*
 * A purge has taken granules out that are neither in use nor dirty, and still there; `in_use` is what blocks have.
 */
static size_t in_use;
static size_t worst_moment;
static void *of_another;

static void look_at_moment(void)
{
	size_t now = dirty_bytes() + (granules_in_use() - in_use) * GRANULE_SIZE;

	worst_moment = now > worst_moment ? now : worst_moment;
}

/* While a purge is under way, as another thread would. */
static void release_another(void)
{
	void *block = of_another;

	of_another = NULL;
	fam_free(block);
}

static void release(void *block)
{
	in_use -= fam_malloc_usable_size(block) / GRANULE_SIZE;
	fam_free(block);
}

/* Dirty up to the cap, and then the largest block that a region can have. */
static void measure_released(void)
{
	static void *blocks[BLOCKS_MAX];
	const size_t cap = (size_t)CONFIG_PURGE_DIRTY_MAX_KIB * 1024 / GRANULE_SIZE;
	void *largest[4];

	if (cap > BLOCKS_MAX)
		give_up("the cap is too large for this\n");
	for (size_t i = 0; i < ARRAY_LENGTH(largest); i++)
		largest[i] = take(REGION_SIZE / 2);
	for (size_t i = 0; i < cap; i++)
		blocks[i] = take(MEDIUM_SIZE_MAX + 1 > GRANULE_SIZE ? MEDIUM_SIZE_MAX + 1
								    : GRANULE_SIZE);
	os_double_before_discard(look_at_moment);
	in_use = granules_in_use();
	for (size_t i = 0;
	     i < cap && dirty_bytes() + fam_malloc_usable_size(blocks[i]) <= cap * GRANULE_SIZE;
	     i++)
		release(blocks[i]);
	release(largest[0]);
	say("released_most", worst_moment);
	say("released_then", dirty_bytes());

	of_another = largest[2];
	os_double_before_discard(release_another);
	fam_free(largest[1]);
	say("released_by_two", of_another ? SIZE_MAX : dirty_bytes());
}

#else

static void measure_released(void)
{
	give_up("there is no cap\n");
}

#endif

/* Time passes, and a thread ticks now and then. */
static void pass_time(uint64_t ms, uint64_t step)
{
	for (uint64_t passed = 0; passed < ms; passed += step) {
		os_double_advance_clock(step);
		for (unsigned i = 0; i < CALLS_PER_TICK; i++)
			fam_free(take(MEDIUM_SIZE_MAX + 1));
	}
}

static void measure_dirty(uint64_t ms)
{
	/* What the calls of pass_time() leave dirty themselves. */
	const size_t own = align_up(MEDIUM_SIZE_MAX + 1, GRANULE_SIZE);

	os_double_set_clock(1000000);
	say("dirty_worst", churn_everywhere());
	say("dirty_left", dirty_bytes());
	if (ms > 0) {
		pass_time(ms, ms / 12 + 1);
		say("dirty_later", dirty_bytes() > own ? dirty_bytes() - own : 0);
	}
	fam_malloc_trim(0);
	say("dirty_trimmed", dirty_bytes());
}

int main(int count, char *arguments[])
{
	const char *what = count > 1 ? arguments[1] : "";
	unsigned long long number = count > 2 ? strtoull(arguments[2], NULL, 10) : 0;

	if (strcmp(what, "start") == 0)
		measure_start();
	else if (strcmp(what, "unaligned") == 0)
		measure_unaligned();
	else if (strcmp(what, "written") == 0)
		measure_written();
	else if (strcmp(what, "alone") == 0)
		measure_alone();
	else if (strcmp(what, "released") == 0)
		measure_released();
	else if (strcmp(what, "threads") == 0)
		measure_threads();
	else if (strcmp(what, "regions") == 0)
		measure_regions();
	else if (strcmp(what, "classes") == 0)
		measure_classes();
	else if (strcmp(what, "live") == 0)
		measure_live((size_t)number);
	else if (strcmp(what, "thread") == 0)
		measure_thread_worst();
	else if (strcmp(what, "dirty") == 0)
		measure_dirty(number);
	else
		give_up("usage: measure start|unaligned|threads|regions|written|classes|alone|live N|thread|dirty MS|released\n");
	return 0;
}
