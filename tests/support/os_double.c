/*
 * The double of os_double.h. Its state is static and guarded by one lock; the makefile reads the
 * names of the interposed calls off this file.
 */
#include "support/os_double.h"
#include "support/ledger.h"
#include "support/refusals.h"

#include "arena/huge_pages.h"
#include "base/bits.h"
#include "platform/os.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

enum {
	DISCARDS_MAX = 4096,
	TEXT_MAX = 8192,
	STALE_BYTE = 0xDD,
};

/* Of the types that os.h gives them, so that a change there is an error here. */
__typeof__(os_map) __real_os_map, __wrap_os_map;
__typeof__(os_reserve) __real_os_reserve, __wrap_os_reserve;
__typeof__(os_unmap) __real_os_unmap, __wrap_os_unmap;
__typeof__(os_commit) __real_os_commit, __wrap_os_commit;
__typeof__(os_move) __real_os_move, __wrap_os_move;
__typeof__(os_is_one_mapping) __real_os_is_one_mapping, __wrap_os_is_one_mapping;
__typeof__(os_resize) __real_os_resize, __wrap_os_resize;
__typeof__(os_discard) __real_os_discard, __wrap_os_discard;
__typeof__(os_clock_ms) __real_os_clock_ms, __wrap_os_clock_ms;
__typeof__(os_write) __real_os_write, __wrap_os_write;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t calls_of_kind[OS_CALLS];
static bool is_misaligning;
static bool clock_is_set;
static uint64_t clock_ms;
static uint64_t clock_step;
static void (*before_discard)(void);
static void (*refusing_moves)(void *target, size_t byte_count);
static size_t moves_left;
static size_t ends_in_huge_pages;
static bool mappings_look_alike;
static bool is_refusing_late;
static bool is_in_action;

static struct {
	uintptr_t start;
	uintptr_t end;
} discards[DISCARDS_MAX];
static size_t discard_count;

static char said[TEXT_MAX];
static size_t said_length;

bool os_double_is_in_action(void)
{
	return is_in_action;
}

size_t os_double_calls_of(enum os_call kind)
{
	return calls_of_kind[kind];
}

size_t os_double_ends_in_huge_pages(void)
{
	return ends_in_huge_pages;
}

void os_double_misalign(bool wanted)
{
	is_misaligning = wanted;
}

void os_double_set_clock(uint64_t ms)
{
	pthread_mutex_lock(&lock);
	__atomic_store_n(&clock_is_set, true, __ATOMIC_RELAXED);
	clock_ms = ms;
	pthread_mutex_unlock(&lock);
}

void os_double_advance_clock(uint64_t ms)
{
	pthread_mutex_lock(&lock);
	__atomic_store_n(&clock_is_set, true, __ATOMIC_RELAXED);
	clock_ms += ms;
	pthread_mutex_unlock(&lock);
}

void os_double_run_clock(uint64_t ms)
{
	clock_step = ms;
}

void os_double_before_discard(void (*action)(void))
{
	before_discard = action;
}

void os_double_refuse_moves(size_t but, void (*action)(void *target, size_t byte_count))
{
	moves_left = but;
	refusing_moves = action;
}

void os_double_refuse_late(bool wanted)
{
	is_refusing_late = wanted;
}

void os_double_tell_mappings(bool wanted)
{
	mappings_look_alike = !wanted;
}

bool __wrap_os_is_one_mapping(void *address, size_t byte_count)
{
	return mappings_look_alike || __real_os_is_one_mapping(address, byte_count);
}

static bool fails_now(enum os_call kind)
{
	pthread_mutex_lock(&lock);
	calls_of_kind[kind]++;
	pthread_mutex_unlock(&lock);
	return refusals_due();
}

/* Two pages more, of which one at an even place goes back at either end. */
static void *map_at_odd_page(void *(*map)(void *, size_t), size_t byte_count)
{
	size_t page = os_page_size();
	char *all = map(NULL, byte_count + 2 * page);

	if (!all)
		return NULL;
	size_t before = (uintptr_t)all % (2 * page) == page ? 0 : page;

	if (before > 0)
		__real_os_unmap(all, before);
	__real_os_unmap(all + before + byte_count, 2 * page - before);
	return all + before;
}

static void *map_noted(enum os_call kind, void *(*map)(void *, size_t), void *hint,
		       size_t byte_count)
{
	void *address;

	if (fails_now(kind))
		return NULL;
	address = is_misaligning ? map_at_odd_page(map, byte_count) : map(hint, byte_count);
	if (address)
		ledger_map(address, byte_count);
	return address;
}

void *__wrap_os_map(void *hint, size_t byte_count)
{
	return map_noted(OS_MAP, __real_os_map, hint, byte_count);
}

void *__wrap_os_reserve(void *hint, size_t byte_count)
{
	return map_noted(OS_RESERVE, __real_os_reserve, hint, byte_count);
}

bool __wrap_os_unmap(void *address, size_t byte_count)
{
	ledger_unmap(address, byte_count);
	if (__real_os_unmap(address, byte_count))
		return true;
	ledger_map(address, byte_count);
	return false;
}

bool __wrap_os_commit(void *address, size_t byte_count)
{
	return !fails_now(OS_COMMIT) && __real_os_commit(address, byte_count);
}

/* A move whose target Linux unmaps before it refuses. */
static bool refuse_late(void *target, size_t byte_count)
{
	if (mappings_look_alike) {
		mprotect(target, byte_count, PROT_NONE);
	} else {
		ledger_unmap(target, byte_count);
		__real_os_unmap(target, byte_count);
	}
	if (refusing_moves)
		refusing_moves(target, byte_count);
	return false;
}

/*
 * What a call unmaps leaves the ledger before, for another thread may map it the moment after; and
 * comes back when it was not unmapped.
 */
bool __wrap_os_move(void *address, size_t byte_count, void *target, size_t target_byte_count)
{
	bool is_planned = fails_now(OS_MOVE);

	if (is_planned && (!is_refusing_late || calls_of_kind[OS_MOVE] % 2 == 1))
		return false;
	/* Several mappings: Linux before 6.17. */
	if (is_planned || (refusing_moves && moves_left == 0) ||
	    !__real_os_is_one_mapping(address, byte_count))
		return refuse_late(target, target_byte_count);
	if (moves_left > 0)
		moves_left--;
	if (!is_aligned((char *)address + byte_count, (size_t)1 << HUGE_PAGE_SIZE_LOG2))
		ends_in_huge_pages++;
	/* The target is mapped already, and stays so with other memory behind it. */
	ledger_unmap(address, byte_count);
	if (__real_os_move(address, byte_count, target, target_byte_count))
		return true;
	ledger_map(address, byte_count);
	return false;
}

bool __wrap_os_resize(void *address, size_t byte_count, size_t new_byte_count)
{
	size_t kept = new_byte_count < byte_count ? new_byte_count : byte_count;

	if (fails_now(OS_RESIZE))
		return false;
	ledger_unmap((char *)address + kept, byte_count - kept);
	if (!__real_os_resize(address, byte_count, new_byte_count)) {
		ledger_map((char *)address + kept, byte_count - kept);
		return false;
	}
	ledger_map((char *)address + kept, new_byte_count - kept);
	return true;
}

bool __wrap_os_discard(void *address, size_t byte_count)
{
	/* An action may purge as well, where a lock is none because there is one thread: it has no action of its own. */
	if (before_discard && !is_in_action) {
		is_in_action = true;
		before_discard();
		is_in_action = false;
	}
	if (fails_now(OS_DISCARD))
		return false;
	pthread_mutex_lock(&lock);
	if (discard_count < DISCARDS_MAX) {
		discards[discard_count].start = (uintptr_t)address;
		discards[discard_count++].end = (uintptr_t)address + byte_count;
	}
	pthread_mutex_unlock(&lock);
	if (!IS_ENABLED(CONFIG_PURGE_MADV_FREE))
		return __real_os_discard(address, byte_count);
	/* MADV_FREE promises no zeroes, and the kernel gives the old content as a rule: be worse. */
	memset(address, STALE_BYTE, byte_count);
	return true;
}

uint64_t __wrap_os_clock_ms(void)
{
	uint64_t ms;

	/* Without the lock as long as nobody sets the clock: a forked child may find it taken. */
	if (!__atomic_load_n(&clock_is_set, __ATOMIC_RELAXED))
		return __real_os_clock_ms();
	pthread_mutex_lock(&lock);
	clock_ms += clock_step;
	ms = clock_ms;
	pthread_mutex_unlock(&lock);
	return ms;
}

void __wrap_os_write(const char *text, size_t byte_count)
{
	pthread_mutex_lock(&lock);
	size_t room = TEXT_MAX - 1 - said_length;
	size_t kept = byte_count < room ? byte_count : room;

	memcpy(said + said_length, text, kept);
	said_length += kept;
	pthread_mutex_unlock(&lock);
	__real_os_write(text, byte_count);
}

size_t os_double_discarded(const void *address, size_t size)
{
	uintptr_t start = (uintptr_t)address;
	uintptr_t end = start + size;
	size_t bytes = 0;

	for (size_t i = 0; i < discard_count; i++) {
		uintptr_t low = discards[i].start > start ? discards[i].start : start;
		uintptr_t high = discards[i].end < end ? discards[i].end : end;

		if (low < high)
			bytes += high - low;
	}
	return bytes;
}

size_t os_double_discarded_in_all(void)
{
	return os_double_discarded(NULL, SIZE_MAX);
}

size_t os_double_said(const char *text)
{
	size_t count = 0;

	for (const char *at = said; (at = strstr(at, text)); at++)
		count++;
	return count;
}

const char *os_double_text(void)
{
	return said;
}

void os_double_forget(void)
{
	pthread_mutex_lock(&lock);
	discard_count = 0;
	said_length = 0;
	memset(said, 0, sizeof(said));
	pthread_mutex_unlock(&lock);
}
