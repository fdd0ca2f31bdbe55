/*
 * Huge pages once the heap has grown: its first CONFIG_THP_THRESHOLD_MIB have none.
 */
#include "arena/huge_pages.h"

#include "platform/atomic.h"
#include "platform/os.h"

#define THRESHOLD ((word_t)CONFIG_THP_THRESHOLD_MIB << 20)

/* Regions and mappings of huge blocks, in bytes. Relaxed: it guards nothing. */
static word_t bytes_mapped;

void huge_pages_advise(void *memory, size_t byte_count)
{
	word_t before = atomic_fetch_add(&bytes_mapped, (word_t)byte_count, RELAXED);

	os_huge_pages(memory, byte_count, before >= THRESHOLD);
}

void huge_pages_forget(size_t byte_count)
{
	atomic_fetch_add(&bytes_mapped, (word_t)0 - byte_count, RELAXED);
}
