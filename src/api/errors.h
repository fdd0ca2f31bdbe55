/*
 * How the family reports failure.
 */
#ifndef API_ERRORS_H
#define API_ERRORS_H

#include "platform/compiler.h"

#include <errno.h>

/* Passes a block on; NULL sets errno to ENOMEM. */
static inline void *api_result(void *block)
{
	if (UNLIKELY(!block))
		errno = ENOMEM;
	return block;
}

/* NULL, and errno is EINVAL. */
static inline void *api_invalid(void)
{
	errno = EINVAL;
	return NULL;
}

#endif
