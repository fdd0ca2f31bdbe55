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
static struct {
	uintptr_t next_address;
	size_t bytes_left;
	bool is_started;
} chunk;

static bool start_chunk(size_t byte_count)
{
	size_t size = align_up(byte_count, CHUNK_SIZE);
	void *memory = os_map(NULL, size);

	if (!memory)
		return false;
	statistics_count(COUNTER_MAPS, 1);
	statistics_raise(GAUGE_MAPPED, size);
	chunk.next_address = (uintptr_t)memory;
	chunk.bytes_left = size;
	return true;
}

static void *take_from_chunk(size_t byte_count)
{
	uintptr_t address = chunk.next_address;

	if (byte_count > chunk.bytes_left)
		return NULL;
	chunk.next_address += byte_count;
	chunk.bytes_left -= byte_count;
	return (void *)address;
}

void *metadata_take(size_t byte_count)
{
	void *result;

	byte_count = align_up(byte_count, META_OBJECT_ALIGN);
	lock_take(&metadata_lock);
	if (!chunk.is_started) {
		chunk.is_started = true;
		chunk.next_address = static_area_begin();
		chunk.bytes_left = STATIC_AREA_SIZE;
	}
	result = take_from_chunk(byte_count);
	if (!result && start_chunk(byte_count))
		result = take_from_chunk(byte_count);
	lock_release(&metadata_lock);
	return result;
}
