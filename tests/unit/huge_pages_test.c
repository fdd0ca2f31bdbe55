/*
 * Adaptive huge pages. In a small arena: memory that is full and resident is collapsed at a tick. In a large one: regions
 * have them until memory of theirs goes back, and then what is not carved yet goes as well, while others carve. Beside much
 * of huge blocks: large runs come from regions with huge pages, and mappings are rounded up to whole ones as long as that
 * adds an eighth at most to all of them; but not where memory has a limit.
 */
#include "support/test.h"
#include "support/family.h"
#include "support/os_double.h"
#include "support/refusals.h"
#include "support/thread.h"

#include "arena/arena.h"
#include "arena/collapse.h"
#include "arena/huge_pages.h"
#include "arena/mapping_cache.h"
#include "arena/purge.h"
#include "arena/regions.h"
#include "diagnostics/validate.h"
#include "heap/heap.h"
#include "heap/large.h"
#include "platform/os.h"

#include <semaphore.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The least run that is given huge pages. */
#define RUN_SIZE ((size_t)1 << (HUGE_PAGE_SIZE_LOG2 - 1))

/* So much that all have huge pages, and an eighth is enough for one that is rounded. */
#define MUCH_SIZE (HUGE_PAGES_FOR_ALL * CONFIG_THP_THRESHOLD_MIB * MIB + 32 * RUN_SIZE)

/* A huge block whose mapping is two huge pages and a bit: the third adds nearly half. */
#define BLOCK_SIZE   (4 * RUN_SIZE)
#define EXACT_SIZE   (BLOCK_SIZE + GRANULE_SIZE)
#define ROUNDED_SIZE (6 * RUN_SIZE)

enum {
	BLOCKS = 16, /* so many that an eighth is not enough for all of them */
	RESIZES = 32,
};

/* The heap's own limit is one that rounding would reach before its time. */
static const bool is_for_all = !IS_ENABLED(CONFIG_HEAP_LIMIT);

static void skip_unless_possible(void)
{
	if (BLOCK_SIZE <= LARGE_SIZE_MAX || MUCH_SIZE <= LARGE_SIZE_MAX ||
	    MUCH_SIZE + BLOCKS * ROUNDED_SIZE > test_bytes_max() || os_address_space_is_limited() ||
	    os_data_is_limited())
		skip();
}

static void *take(size_t size)
{
	void *block = fam_malloc(size);

	assert_non_null(block);
	return block;
}

/* What the system was told last: of which memory, and what. */
static const void *told_of;
static bool told;

__typeof__(os_huge_pages) __real_os_huge_pages, __wrap_os_huge_pages;

void __wrap_os_huge_pages(void *address, size_t byte_count, bool wanted)
{
	told_of = address;
	told = wanted;
	__real_os_huge_pages(address, byte_count, wanted);
}

static bool has_huge_pages(const void *block)
{
	return region_slot(region_of(block))->is_huge;
}

/* ---- a large arena ------------------------------------------------------------------------- */

#define FILLER_SIZE (REGION_SIZE / 4)
#define LARGE_ARENA (HUGE_PAGES_FOR_REGIONS * CONFIG_THP_THRESHOLD_MIB * MIB)

enum {
	FILLERS_MAX = 1024,
	SMALL_SIZE_MIN = 48,
	SMALL_SIZE_MAX = 512,
	SMALL_MAX = 4096,
};

static void *filler[FILLERS_MAX];
static size_t fillers;
static unsigned char *small[SMALL_MAX];
static size_t smalls;
static size_t small_size;

static bool is_large_possible(void)
{
	return REGION_SIZE >= 4 * RUN_SIZE && LARGE_ARENA / FILLER_SIZE < FILLERS_MAX / 2 &&
	       LARGE_ARENA + 4 * REGION_SIZE < test_bytes_max() && !os_address_space_is_limited();
}

static void take_small(void)
{
	small[smalls] = fam_malloc(small_size);
	if (THREAD_EXPECT(small[smalls] != NULL))
		memset(small[smalls++], 0x5A, small_size);
}

/* Of which the thread has no slab: musl and cmocka have blocks of their own. */
static size_t find_small_size(void)
{
	const struct heap *heap = heap_current();
	size_t size = SMALL_SIZE_MIN;

	while (THREAD_EXPECT(size < SMALL_SIZE_MAX) &&
	       (heap->active[size_class_of(size)] || heap->partial[size_class_of(size)]))
		size += BLOCK_ALIGN;
	return size_class_stride(size_class_of(size));
}

/* Fills regions until one has huge pages, and begins a slab in it. */
static void fill(void)
{
	do
		filler[fillers] = fam_malloc(FILLER_SIZE);
	while (THREAD_EXPECT(filler[fillers] != NULL) && !has_huge_pages(filler[fillers++]) &&
	       fillers < FILLERS_MAX);
	small_size = find_small_size();
	take_small();
}

static struct descriptor *small_slab(void)
{
	return descriptor_of(small[0]);
}

static void free_all(void)
{
	for (size_t i = 0; i < smalls; i++) {
		for (size_t k = 0; k < small_size; k++)
			THREAD_EXPECT(small[i][k] == 0x5A);
		fam_free(small[i]);
	}
	while (fillers > 0)
		fam_free(filler[--fillers]);
	smalls = 0;
}

static void *fill_and_empty(void *argument)
{
	char *rest;
	size_t rest_size;

	fill();
	THREAD_EXPECT((fillers - 1) * FILLER_SIZE <= LARGE_ARENA);
	THREAD_EXPECT((fillers + 4) * FILLER_SIZE + REGION_SIZE >= LARGE_ARENA);
	THREAD_EXPECT(has_huge_pages(small[0]) && told_of == region_of(small[0]) && told);
	rest_size = (size_t)small_slab()->carved * small_size + ((size_t)1 << PAGE_SIZE_MAX_LOG2);
	rest = descriptor_memory(small_slab()) + rest_size;
	rest_size = GRANULE_SIZE - rest_size;
	os_double_forget();
	fam_malloc_trim(0);
	THREAD_EXPECT(!has_huge_pages(small[0]) && told_of == region_of(small[0]) && !told);
	THREAD_EXPECT(os_double_discarded(rest, rest_size) == rest_size);
	/* What there was is there, and the rest can be used. */
	while (smalls < SMALL_MAX && small_slab()->carved < small_slab()->capacity)
		take_small();
	free_all();
	return argument;
}

static void regions_are_huge_until_memory_goes(void **state)
{
	(void)state;
	if (!is_large_possible())
		skip();
	fill_and_empty(NULL);
	assert_int_equal(thread_failures(), 0);
	assert_int_equal(heap_validate(), 0);
}

static sem_t may_carve;
static sem_t has_carved;
static bool is_over;

static void *carve_when_told(void *argument)
{
	fill();
	sem_post(&has_carved);
	for (;;) {
		uint16_t carved = small_slab()->carved;

		sem_wait(&may_carve);
		if (is_over)
			break;
		while (smalls < SMALL_MAX && small_slab()->carved == carved)
			take_small();
		sem_post(&has_carved);
	}
	free_all();
	return argument;
}

static bool wait_a_moment(sem_t *semaphore)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 1;
	return sem_timedwait(semaphore, &until) == 0;
}

static bool is_waiting;

/* Memory of the region is on its way back: the owner of the slab wants to carve, and has to wait. */
static void carve_meanwhile(void)
{
	struct arena *arena = region_of(small[0])->group->arena;

	if (is_waiting || !has_huge_pages(small[0]))
		return;
	if (lock_try(&arena->lock)) {
		lock_release(&arena->lock);
		return;
	}
	sem_post(&may_carve);
	is_waiting = !wait_a_moment(&has_carved);
}

static void carving_waits_until_memory_is_gone(void **state)
{
	pthread_t owner;

	(void)state;
	if (!is_large_possible() || !IS_ENABLED(CONFIG_THREADS))
		skip();
	sem_init(&may_carve, 0, 0);
	sem_init(&has_carved, 0, 0);
	assert_int_equal(pthread_create(&owner, NULL, carve_when_told, NULL), 0);
	sem_wait(&has_carved);
	os_double_before_discard(carve_meanwhile);
	fam_malloc_trim(0);
	os_double_before_discard(NULL);
	assert_true(is_waiting);
	sem_wait(&has_carved);
	is_over = true;
	sem_post(&may_carve);
	pthread_join(owner, NULL);
	assert_int_equal(thread_failures(), 0);
	assert_int_equal(heap_validate(), 0);
}

/* ---- a small arena ------------------------------------------------------------------------- */

enum {
	PAGES_MAX = 8 * GRANULES_PER_REGION,
	COLLAPSES_MAX = 64,
	PATTERN = 0x5A,
	TICK_MS = 3600000, /* no delay is longer */
};

static unsigned char *page[PAGES_MAX]; /* blocks of a granule each */
static size_t pages;
static uintptr_t collapsed[COLLAPSES_MAX];
static size_t collapses;

__typeof__(os_collapse) __real_os_collapse, __wrap_os_collapse;

/* Whether the system does it is its own affair: what there is to see is what it is asked for. */
void __wrap_os_collapse(void *address, size_t byte_count)
{
	assert_int_equal(byte_count, PLACE_SIZE);
	assert_in_range(collapses, 0, COLLAPSES_MAX - 1);
	collapsed[collapses++] = (uintptr_t)address;
	__real_os_collapse(address, byte_count);
}

static uintptr_t place_of(const void *block)
{
	return align_down((uintptr_t)block, PLACE_SIZE);
}

static bool is_collapsed(uintptr_t place)
{
	size_t count = 0;

	for (size_t i = 0; i < collapses; i++)
		count += collapsed[i] == place;
	assert_in_range(count, 0, 1);
	return count == 1;
}

static void tick(void)
{
	os_double_set_clock(os_clock_ms() + TICK_MS);
	collapses = 0;
	purge_tick(purge_clock_now());
	assert_int_equal(heap_validate(), 0);
}

/*
 * Takes so many blocks that the place of the one in the middle is theirs as a whole, whatever else is in use: they come from
 * the lowest free granules. Returns that place.
 */
static uintptr_t fill_places(bool is_touched)
{
	const size_t first = pages;
	const size_t count = 2 * PLACE_GRANULES;

	while (pages < first + count) {
		assert_in_range(pages, 0, PAGES_MAX - 1);
		page[pages] = take(GRANULE_SIZE);
		if (is_touched)
			memset(page[pages], PATTERN, GRANULE_SIZE);
		pages++;
	}
	return place_of(page[first + count / 2]);
}

static void free_pages(bool is_touched)
{
	while (pages > 0) {
		unsigned char *block = page[--pages];

		for (size_t i = 0; is_touched && i < GRANULE_SIZE; i++)
			assert_int_equal(block[i], PATTERN);
		fam_free(block);
	}
	fam_malloc_trim(0);
}

/* The double makes what goes back resident where it may come back as it was. */
static bool is_small_possible(void)
{
	return REGIONS_COLLAPSE && !IS_ENABLED(CONFIG_PURGE_MADV_FREE) &&
	       REGION_SIZE >= 2 * PLACE_SIZE && 4 * PLACE_SIZE + 2 * REGION_SIZE < LARGE_ARENA &&
	       os_page_size() <= 4096;
}

static void full_memory_is_collapsed_once(void **state)
{
	uintptr_t place;

	(void)state;
	if (!is_small_possible())
		skip();
	place = fill_places(true);
	tick();
	assert_true(is_collapsed(place));
	/* The last block is not the last of its place. */
	assert_false(is_collapsed(place_of(page[pages - 1])));
	tick();
	assert_int_equal(collapses, 0);
	free_pages(true);
}

static void again_when_memory_has_gone_back(void **state)
{
	uintptr_t place;
	size_t hole = 0;

	(void)state;
	if (!is_small_possible())
		skip();
	place = fill_places(true);
	tick();
	while (place_of(page[hole]) != place)
		hole++;
	fam_free(page[hole]);
	tick();
	tick();
	assert_false(is_collapsed(place));
	page[hole] = take(GRANULE_SIZE);
	assert_int_equal(place_of(page[hole]), place);
	memset(page[hole], PATTERN, GRANULE_SIZE);
	tick();
	assert_true(is_collapsed(place));
	free_pages(true);
}

static void holes_are_not_filled(void **state)
{
	uintptr_t place;

	(void)state;
	if (!is_small_possible())
		skip();
	place = fill_places(false);
	tick();
	assert_false(is_collapsed(place));
	/* An eighth of a place may be missing, and not more. */
	for (size_t i = 0; i < pages; i++)
		memset(page[i], PATTERN, GRANULE_SIZE - GRANULE_SIZE / 4);
	tick();
	assert_false(is_collapsed(place));
	for (size_t i = 0; i < pages; i++)
		memset(page[i], PATTERN, GRANULE_SIZE - GRANULE_SIZE / COLLAPSE_HOLES_PART);
	tick();
	assert_true(is_collapsed(place));
	free_pages(false);
}

static void a_few_are_collapsed_at_a_time(void **state)
{
	size_t all;

	(void)state;
	if (!is_small_possible())
		skip();
	for (unsigned i = 0; i < 5; i++)
		fill_places(true);
	tick();
	assert_int_equal(collapses, COLLAPSES_PER_TICK);
	tick();
	all = COLLAPSES_PER_TICK + collapses;
	assert_in_range(all, COLLAPSES_PER_TICK + 1, pages / PLACE_GRANULES);
	free_pages(true);
}

/* There is no way back, so nothing is collapsed from here on. */
static void nothing_is_collapsed_after_a_fork(void **state)
{
	pid_t child;
	int status;

	(void)state;
	if (!is_small_possible())
		skip();
	assert_false(has_huge_pages((void *)fill_places(true)));
	child = fork();
	if (child == 0) {
		tick();
		_exit(collapses > 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	tick();
	assert_int_equal(collapses, 0);
	free_pages(true);
}

/* ---- beside much of huge blocks ------------------------------------------------------------ */

static void large_runs_have_huge_pages(void **state)
{
	void *block[4];

	(void)state;
	skip_unless_possible();
	block[0] = take(RUN_SIZE);
	assert_false(has_huge_pages(block[0]));
	block[1] = take(MUCH_SIZE);
	/* Where no region is to be had, any will do. */
	refusals_plan(1, true);
	block[2] = fam_malloc(RUN_SIZE);
	refusals_plan(0, false);
	if (REGION_SIZE > 3 * RUN_SIZE) {
		assert_non_null(block[2]);
		assert_false(has_huge_pages(block[2]));
	}
	/* There is room beside the others, and yet. */
	fam_free(block[0]);
	fam_malloc_trim(0);
	block[0] = take(RUN_SIZE);
	assert_int_equal(has_huge_pages(block[0]), is_for_all);
	/* The next one in the same region. */
	block[3] = take(RUN_SIZE);
	if (REGION_SIZE > 3 * RUN_SIZE)
		assert_ptr_equal(region_of(block[3]), region_of(block[0]));
	/* And the next one when memory of the region has gone back: not in another one each time. */
	if (REGION_SIZE > 3 * RUN_SIZE && is_for_all) {
		fam_free(block[3]);
		fam_malloc_trim(0);
		assert_false(has_huge_pages(block[0]));
		block[3] = take(RUN_SIZE);
		assert_ptr_equal(region_of(block[3]), region_of(block[0]));
	}
	for (size_t i = 0; i < ARRAY_LENGTH(block); i++)
		fam_free(block[i]);
	assert_int_equal(heap_validate(), 0);
}

static size_t mapped_for(const void *block)
{
	return region_of(block)->mapping_size;
}

static size_t mapped_for_block(void)
{
	void *block = take(BLOCK_SIZE);
	size_t size = mapped_for(block);

	fam_free(block);
	return size;
}

/* The same under a limit that is far away. */
static size_t mapped_under(int resource)
{
	struct rlimit before;
	struct rlimit limit;
	size_t size;

	assert_int_equal(getrlimit((__typeof__(RLIMIT_AS))resource, &before), 0);
	limit = before;
	limit.rlim_cur = (rlim_t)1 << 46;
	assert_int_equal(setrlimit((__typeof__(RLIMIT_AS))resource, &limit), 0);
	size = mapped_for_block();
	assert_int_equal(setrlimit((__typeof__(RLIMIT_AS))resource, &before), 0);
	return size;
}

static void mappings_are_rounded(void **state)
{
	void *much;

	(void)state;
	skip_unless_possible();
	assert_int_equal(mapped_for_block(), EXACT_SIZE);
	much = take(MUCH_SIZE);
	assert_int_equal(mapped_for_block(), is_for_all ? ROUNDED_SIZE : EXACT_SIZE);
	/* qemu-user does not pass limits on. */
	if (!test_is_emulated()) {
		assert_int_equal(mapped_under(RLIMIT_AS), EXACT_SIZE);
		assert_int_equal(mapped_under(RLIMIT_DATA), EXACT_SIZE);
		assert_int_equal(mapped_for_block(), is_for_all ? ROUNDED_SIZE : EXACT_SIZE);
	}
	fam_free(much);
	assert_int_equal(mapped_for_block(), EXACT_SIZE);
	assert_int_equal(heap_validate(), 0);
}

static void rounding_adds_an_eighth_at_most(void **state)
{
	void *block[BLOCKS];
	void *much;
	size_t added = 0;

	(void)state;
	skip_unless_possible();
	if (!is_for_all)
		skip();
	much = take(MUCH_SIZE);
	for (size_t i = 0; i < BLOCKS; i++) {
		block[i] = take(BLOCK_SIZE);
		added += mapped_for(block[i]) - EXACT_SIZE;
	}
	assert_int_equal(mapped_for(block[0]), ROUNDED_SIZE);
	assert_in_range(added, 1, mapping_cache_bytes_in_use() / 8);
	for (size_t i = 1; i < BLOCKS; i++)
		fam_free(block[i]);
	/* What was added to them can be added again, and is not counted twice when a block is resized. */
	for (size_t i = 0; i < RESIZES; i++) {
		block[0] = fam_realloc(block[0], 3 * BLOCK_SIZE);
		assert_non_null(block[0]);
		block[0] = fam_realloc(block[0], BLOCK_SIZE);
		assert_int_equal(mapped_for(block[0]), ROUNDED_SIZE);
	}
	assert_int_equal(mapped_for_block(), ROUNDED_SIZE);
	fam_free(block[0]);
	fam_free(much);
	assert_int_equal(heap_validate(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_memory_is_collapsed_once),
		cmocka_unit_test(again_when_memory_has_gone_back),
		cmocka_unit_test(holes_are_not_filled),
		cmocka_unit_test(a_few_are_collapsed_at_a_time),
		cmocka_unit_test(nothing_is_collapsed_after_a_fork),
		cmocka_unit_test(regions_are_huge_until_memory_goes),
		cmocka_unit_test(carving_waits_until_memory_is_gone),
		cmocka_unit_test(large_runs_have_huge_pages),
		cmocka_unit_test(mappings_are_rounded),
		cmocka_unit_test(rounding_adds_an_eighth_at_most),
	};

	return cmocka_run_group_tests_name("huge pages", tests, NULL, NULL);
}
