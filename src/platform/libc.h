/*
 * What LIBC_GLIBC and LIBC_MUSL change. Most of the differences cost nothing, because the platform floor
 * relies on what both promise; this table says what that is, and the constants below are the rest.
 *
 *			glibc				musl
 *	TLS model	initial-exec; a library that	the same, but such a library cannot
 *			dlopen() loads may use it as	use it at all: TLS_PTHREAD_KEY
 *			far as a small surplus goes
 *	overridden	the list of libc/symbols	the same, all or nothing: musl's
 *							aligned_alloc fails when malloc alone
 *							is replaced
 *	fork handlers	pthread_atfork; allocates from	pthread_atfork; allocates for each
 *			the 49th on
 *	pthread keys	1,024; setting one allocates	128; setting one never allocates
 *			from the 33rd on
 *	page size	sysconf, from the kernel	sysconf; a constant on x86
 *	brk		free to use, but not by us	its own malloc lives there: never
 *	kernel headers	come with it			may be missing: none is included
 *	realloc(p, 0)	frees, returns NULL		returns a new block
 */
#ifndef PLATFORM_LIBC_H
#define PLATFORM_LIBC_H

#include "platform/compiler.h"

static_assert(IS_ENABLED(CONFIG_LIBC_GLIBC) + IS_ENABLED(CONFIG_LIBC_MUSL) == 1, "one libc");

/* realloc(block, 0) frees the block and returns NULL. */
#define LIBC_REALLOC_ZERO_FREES IS_ENABLED(CONFIG_LIBC_GLIBC)

#endif
