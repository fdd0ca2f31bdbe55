/*
 * What the heap has of the system beyond its use; for tests that see the engine.
 */
#ifndef SUPPORT_STOCK_H
#define SUPPORT_STOCK_H

#include "support/ledger.h"

#include "arena/arena.h"
#include "arena/mapping_cache.h"

/*
 * What is there for the next one, and bounded by itself: mappings of huge blocks that are kept, and what is reserved for
 * regions. Both may become more below that bound.
 */
static inline size_t bytes_in_stock(void)
{
	size_t bytes = 0;

#if CONFIG_MAPPINGS_KEPT_MAX > 0
	bytes += mapping_cache.table.byte_count;
#endif
#ifdef CONFIG_ARCH_64BIT
	const struct arena *arena;

	for (unsigned i = 0; (arena = arena_peek(i)); i++)
		bytes += (size_t)(arena->reserve_end - arena->reserve_next);
#endif
	return bytes;
}

/* What is mapped, without that. */
static inline size_t bytes_taken(void)
{
	return ledger_bytes() - bytes_in_stock();
}

#endif
