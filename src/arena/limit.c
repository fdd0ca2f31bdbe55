/*
 * The limit: one word that says how many bytes are in use. Relaxed: it guards nothing but itself.
 */
#include "arena/limit.h"

#include "platform/atomic.h"

#define LIMIT_BYTES ((uint64_t)CONFIG_HEAP_LIMIT_KIB * 1024)

static word_t bytes_in_use;

bool limit_take(size_t byte_count)
{
	word_t before = atomic_load(&bytes_in_use, RELAXED);

	do {
		if (LIMIT_BYTES < before || byte_count > LIMIT_BYTES - before)
			return false;
	} while (!atomic_compare_exchange(&bytes_in_use, &before, before + byte_count, RELAXED));
	return true;
}

void limit_give_back(size_t byte_count)
{
	atomic_fetch_add(&bytes_in_use, (word_t)0 - byte_count, RELAXED);
}
