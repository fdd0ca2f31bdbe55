/*
 * Validation of the kept mappings, where there are some.
 */
#ifndef DIAGNOSTICS_VALIDATE_MAPPINGS_H
#define DIAGNOSTICS_VALIDATE_MAPPINGS_H

#include "platform/compiler.h"

#if CONFIG_MAPPINGS_KEPT_MAX > 0

/* How many contradictions there are among what is kept. */
size_t validate_mappings(void);

#else

static inline size_t validate_mappings(void)
{
	return 0;
}

#endif

#endif
