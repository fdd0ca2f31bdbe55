/*
 * The static area: metadata in .bss, so that malloc works before anything else does. None when
 * CONFIG_STATIC_META_SIZE is 0.
 */
#ifndef ARENA_STATIC_AREA_H
#define ARENA_STATIC_AREA_H

#include "platform/compiler.h"

#if CONFIG_STATIC_META_SIZE > 0

#define STATIC_AREA_SIZE CONFIG_STATIC_META_SIZE

/* Where it begins: CONFIG_STATIC_META_SIZE zeroed bytes, aligned to CONFIG_STATIC_META_ALIGN. */
uintptr_t static_area_begin(void);

#else

#define STATIC_AREA_SIZE 0

static inline uintptr_t static_area_begin(void)
{
	return 0;
}

#endif

#endif
