/*
 * Metadata: the static area first, then chunks from the system; an address moves through both.
 */
#include "arena/metadata.h"

#include "arena/static_area.h"
#include "base/bits.h"
#include "base/lock.h"
#include "diagnostics/statistics.h"
#include "platform/os.h"

#include <generated/constants.h>

enum {
	CHUNK_SIZE_LOG2 = PAGE_SIZE_MAX_LOG2 > 14 ? PAGE_SIZE_MAX_LOG2 : 14,
};

#define CHUNK_SIZE ((size_t)1 << CHUNK_SIZE_LOG2)

struct lock metadata_lock;

/* What is left of the present chunk, guarded by the lock. */
static uintptr_t next_address;
static size_t bytes_left;

static bool start_chunk(size_t byte_count)
{
	size_t size = align_up(byte_count, CHUNK_SIZE);
	void *chunk = os_map(NULL, size);

	if (!chunk)
		return false;
	statistics_count(COUNTER_MAPS, 1);
	statistics_raise(GAUGE_MAPPED, size);
	next_address = (uintptr_t)chunk;
	bytes_left = size;
	return true;
}

static void *take_from_chunk(size_t byte_count)
{
	uintptr_t address = next_address;

	if (byte_count > bytes_left)
		return NULL;
	next_address += byte_count;
	bytes_left -= byte_count;
	return (void *)address;
}

void *metadata_take(size_t byte_count)
{
	static bool is_started;
	void *result;

	byte_count = align_up(byte_count, META_OBJECT_ALIGN);
	lock_take(&metadata_lock);
	if (!is_started) {
		is_started = true;
		next_address = static_area_begin();
		bytes_left = STATIC_AREA_SIZE;
	}
	result = take_from_chunk(byte_count);
	if (!result && start_chunk(byte_count))
		result = take_from_chunk(byte_count);
	lock_release(&metadata_lock);
	return result;
}
