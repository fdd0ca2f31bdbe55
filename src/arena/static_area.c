/*
 * The static area's *address* is rounded up when the program runs, whatever the compiler, the linker
 * and the loader did with the array: a 64-bit exclusive access at 4 mod 8 is a bus error on ARM, and
 * an array's alignment is a promise that others have broken. The slack for the rounding comes on
 * top of the configured size.
 */
#include "arena/static_area.h"

#include "base/bits.h"

#include <generated/constants.h>

#define SLACK (CONFIG_STATIC_META_ALIGN - 1)

static_assert((CONFIG_STATIC_META_ALIGN & SLACK) == 0, "an alignment is a power of two");
static_assert(CONFIG_STATIC_META_ALIGN >= META_ALIGN, "the widest atomic finds its alignment");
static_assert(META_OBJECT_ALIGN % META_ALIGN == 0, "so does each piece of metadata");
static_assert(CONFIG_STATIC_META_ALIGN % META_OBJECT_ALIGN == 0, "the first piece included");

static char area[CONFIG_STATIC_META_SIZE + SLACK]
	__attribute__((section(".bss.tailor_static_meta"), aligned(CONFIG_STATIC_META_ALIGN)));

static_assert(sizeof(area) - SLACK >= CONFIG_STATIC_META_SIZE, "the size is left at any address");

uintptr_t static_area_begin(void)
{
	uintptr_t address = (uintptr_t)area;

	/* The compiler believes the attribute and would drop the rounding: hide where this is from. */
	__asm__("" : "+r"(address));
	return align_up(address, CONFIG_STATIC_META_ALIGN);
}
