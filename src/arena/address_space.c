/*
 * Aligned address space from a system that only promises pages.
 *
 * First it is asked for beside the last mapping. If what comes is not aligned, it is given back and
 * asked for at the aligned address just below, which is free as a rule, for the system maps
 * downwards. If that fails a few times, more is mapped than needed and trimmed at both ends. That may be because
 * other threads map as well; where it is so each time it is the system, and the message says so once, for it costs
 * address space and time.
 */
#include "arena/address_space.h"

#include "arena/huge_pages.h"
#include "base/bits.h"
#include "diagnostics/message.h"
#include "diagnostics/statistics.h"
#include "platform/atomic.h"
#include "platform/os.h"

#include <generated/constants.h>

enum {
	TRIES_BELOW = 3, /* other threads may map there meanwhile */
	TRIMS_TOLD = 8,	 /* in a row: it is not other threads */
};

/* How many mappings of more than a page's alignment had to be trimmed, one after the other. Relaxed: it orders nothing. */
static uint32_t trims_in_a_row;

/* Where the next mapping may go; a mere wish. Relaxed everywhere: it orders nothing. */
static uintptr_t next_hint;

/* The lowest mapping of all, beneath which there is room as a rule; a wish as well. */
static uintptr_t lowest = UINTPTR_MAX;

/* The last address that the configuration allows. */
#define ADDRESS_MAX (~(uintptr_t)0 >> (WORD_BITS - CONFIG_VA_BITS))

static_assert(CONFIG_VA_BITS <= WORD_BITS, "an address fits in a pointer");

static void *map_plainly(uintptr_t hint, size_t byte_count, enum access access)
{
	void *wish = (void *)hint;

	return access == ACCESS_NONE ? os_reserve(wish, byte_count) : os_map(wish, byte_count);
}

static bool fits(const void *address, size_t byte_count, size_t alignment, size_t offset)
{
	if ((uintptr_t)address > ADDRESS_MAX - (byte_count - 1))
		return false;
	return is_aligned((const char *)address + offset, alignment);
}

/* The highest address at most `limit` at which a mapping would fit, or 0. */
static uintptr_t place_below(uintptr_t limit, size_t byte_count, size_t alignment, size_t offset)
{
	if (byte_count > ADDRESS_MAX)
		return 0;
	if (limit > ADDRESS_MAX - byte_count)
		limit = ADDRESS_MAX - byte_count;
	if (limit + offset < alignment)
		return 0;
	return align_down(limit + offset, alignment) - offset;
}

/* Where a mapping begins that ends where another does; 0: nowhere. */
static uintptr_t beneath(uintptr_t other, size_t byte_count)
{
	return other > byte_count ? other - byte_count : 0;
}

static void *map_and_trim(size_t byte_count, size_t alignment, size_t offset, enum access access)
{
	static struct message message = {
		.text = "tailor: the system hands out unaligned memory; more is mapped and trimmed\n",
	};
	size_t total = byte_count + alignment;
	char *mapping = total > byte_count ? map_plainly(0, total, access) : NULL;
	char *address;
	size_t before;

	if (!mapping)
		return NULL;
	if (IS_ENABLED(CONFIG_MESSAGES) &&
	    atomic_fetch_add(&trims_in_a_row, 1, RELAXED) + 1 >= TRIMS_TOLD)
		message_once(&message);
	address = (char *)align_up((uintptr_t)mapping + offset, alignment) - offset;
	before = (size_t)(address - mapping);
	if (before > 0)
		os_unmap(mapping, before);
	if (total - before > byte_count)
		os_unmap(address + byte_count, total - before - byte_count);
	if (!fits(address, byte_count, alignment, offset)) {
		os_unmap(address, byte_count);
		return NULL;
	}
	return address;
}

static char *map_aligned(size_t byte_count, size_t alignment, size_t offset, enum access access)
{
	uintptr_t limit = beneath(atomic_load(&next_hint, RELAXED), byte_count);

	for (unsigned i = 0; i <= TRIES_BELOW + 1; i++) {
		char *address = map_plainly(place_below(limit, byte_count, alignment, offset),
					    byte_count, access);

		if (!address)
			return NULL;
		if (fits(address, byte_count, alignment, offset)) {
			if (IS_ENABLED(CONFIG_MESSAGES) && alignment > os_page_size())
				atomic_store(&trims_in_a_row, 0, RELAXED);
			return address;
		}
		os_unmap(address, byte_count);
		limit = i < TRIES_BELOW ? (uintptr_t)address
					: beneath(atomic_load(&lowest, RELAXED), byte_count);
	}
	return map_and_trim(byte_count, alignment, offset, access);
}

void *address_space_map(size_t byte_count, size_t alignment, size_t offset, enum access access)
{
	char *address = map_aligned(byte_count, alignment, offset, access);

	if (!address)
		return NULL;
	atomic_store(&next_hint, (uintptr_t)address, RELAXED);
	if ((uintptr_t)address < atomic_load(&lowest, RELAXED))
		atomic_store(&lowest, (uintptr_t)address, RELAXED);
	statistics_count(COUNTER_MAPS, 1);
	statistics_raise(GAUGE_MAPPED, byte_count);
	return address;
}

bool address_space_unmap(void *address, size_t byte_count)
{
	if (!os_unmap(address, byte_count))
		return false;
	statistics_lower(GAUGE_MAPPED, byte_count);
	return true;
}

void *address_space_move(void *address, size_t byte_count, size_t new_byte_count, size_t alignment,
			 size_t offset)
{
	void *target;

	if (!os_is_one_mapping(address, byte_count))
		return NULL;
	target = address_space_map(new_byte_count, alignment, offset, ACCESS_NONE);
	if (!target)
		return NULL;
	if (os_move(address, byte_count, target, new_byte_count)) {
		statistics_lower(GAUGE_MAPPED, byte_count);
		return target;
	}
	/* Not what another thread has mapped there meanwhile. */
	if (os_is_one_mapping(target, new_byte_count))
		os_unmap(target, new_byte_count);
	statistics_lower(GAUGE_MAPPED, new_byte_count);
	return NULL;
}

size_t address_space_replace(void *target, void *address, size_t byte_count, size_t *lost)
{
	/*
	 * At a time what is left of a huge page, so that none is cut in two: a range that was put together before is of mappings
	 * of that size mostly, and to look for the end of longer ones takes more calls than it saves.
	 */
	const size_t huge_page = (size_t)1 << HUGE_PAGE_SIZE_LOG2;
	const size_t page = os_page_size();
	size_t moved = 0;

	*lost = 0;
	while (moved < byte_count) {
		char *from = (char *)address + moved;
		char *to = (char *)target + moved;
		size_t size = huge_page - (uintptr_t)from % huge_page;

		if (size > byte_count - moved)
			size = byte_count - moved;
		/* Half of it at a time is of one mapping in the end, for a page is; but the child of a fork may have holes. */
		while (!os_is_one_mapping(from, size) && size > page)
			size = align_up(size / 2, page);
		if (!os_move(from, size, to, size)) {
			*lost = os_is_one_mapping(to, size) ? 0 : size;
			break;
		}
		moved += size;
	}
	statistics_lower(GAUGE_MAPPED, moved + *lost);
	return moved;
}

/*
 * The end is cut off rather than remapped: qemu-user 7.2 takes the neighbour's memory in mremap. The last page is what grows,
 * for all of it may be several mappings to the system.
 */
bool address_space_resize(void *address, size_t byte_count, size_t new_byte_count)
{
	const size_t page = os_page_size();

	if (new_byte_count < byte_count)
		return address_space_unmap((char *)address + new_byte_count,
					   byte_count - new_byte_count);
	if (!os_resize((char *)address + byte_count - page, page,
		       page + new_byte_count - byte_count))
		return false;
	statistics_raise(GAUGE_MAPPED, new_byte_count - byte_count);
	return true;
}
