/*
 * The ledger of ledger.h: disjoint ranges in a static table, unordered, joined where they touch.
 */
#include "support/incore.h"
#include "support/ledger.h"
#include "support/locked.h"

#include <pthread.h>
#include <stdint.h>

enum {
	RANGES_MAX = 4096,
};

struct range {
	uintptr_t start;
	uintptr_t end;
};

static struct range ranges[RANGES_MAX];
static size_t range_count;
static size_t mapped_bytes;
static size_t mapped_bytes_most;
static size_t contradiction_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void add_range(uintptr_t start, uintptr_t end)
{
	if (start == end)
		return;
	for (size_t i = 0; i < range_count; i++) {
		if (ranges[i].end != start && ranges[i].start != end)
			continue;
		/* Joined with a neighbour, the sum may touch another one. */
		start = ranges[i].start < start ? ranges[i].start : start;
		end = ranges[i].end > end ? ranges[i].end : end;
		ranges[i] = ranges[--range_count];
		add_range(start, end);
		return;
	}
	if (range_count == RANGES_MAX)
		contradiction_count++;
	else
		ranges[range_count++] = (struct range){start, end};
}

void ledger_map(const void *address, size_t size)
{
	uintptr_t start = (uintptr_t)address;
	uintptr_t end = start + size;

	if (size == 0)
		return;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < range_count; i++) {
		if (ranges[i].start < end && start < ranges[i].end)
			contradiction_count++;
	}
	add_range(start, end);
	mapped_bytes += size;
	if (mapped_bytes > mapped_bytes_most)
		mapped_bytes_most = mapped_bytes;
	pthread_mutex_unlock(&lock);
}

void ledger_unmap(const void *address, size_t size)
{
	uintptr_t start = (uintptr_t)address;
	uintptr_t end = start + size;

	if (size == 0)
		return;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < range_count; i++) {
		struct range whole = ranges[i];

		if (whole.start > start || end > whole.end)
			continue;
		ranges[i] = ranges[--range_count];
		add_range(whole.start, start);
		add_range(end, whole.end);
		mapped_bytes -= size;
		pthread_mutex_unlock(&lock);
		return;
	}
	contradiction_count++;
	pthread_mutex_unlock(&lock);
}

bool ledger_holds(const void *address, size_t size)
{
	uintptr_t start = (uintptr_t)address;
	bool is_held = false;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < range_count && !is_held; i++)
		is_held = ranges[i].start <= start && start + size <= ranges[i].end;
	pthread_mutex_unlock(&lock);
	return is_held;
}

size_t ledger_bytes(void)
{
	return locked_read(&lock, &mapped_bytes);
}

size_t ledger_bytes_most(void)
{
	return locked_read(&lock, &mapped_bytes_most);
}

size_t ledger_resident_bytes(void)
{
	size_t bytes = 0;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < range_count; i++)
		bytes += incore_bytes(ranges[i].start, ranges[i].end);
	pthread_mutex_unlock(&lock);
	return bytes;
}

size_t ledger_contradictions(void)
{
	return contradiction_count;
}
