/*
 * The malloc family under test, by one set of names for both interfaces.
 *
 * A test calls fam_malloc() and its kin. Compiled as it is, they are the libc's own names
 * (INTERFACE_OVERRIDE); compiled with -DTEST_PREFIXED, they are the tailor_ functions
 * (INTERFACE_PREFIXED). With INTERFACE_BOTH the makefile builds each test twice.
 *
 * With -DTEST_VALIDATED the heap is validated after each call (validated.h).
 *
 * The prototypes are our own, for a libc's headers do not declare the whole family (musl lacks
 * pvalloc and malloc_trim, glibc 2.36 lacks free_sized).
 */
#ifndef TESTS_SUPPORT_FAMILY_H
#define TESTS_SUPPORT_FAMILY_H

#include <stddef.h>

#ifdef TEST_PREFIXED
#define FAMILY(name) tailor_##name
#else
#define FAMILY(name) name
#endif

#ifdef __cplusplus
extern "C" {
#endif

void *FAMILY(malloc)(size_t size);
void *FAMILY(calloc)(size_t count, size_t size);
void *FAMILY(realloc)(void *block, size_t size);
void *FAMILY(reallocarray)(void *block, size_t count, size_t size);
void FAMILY(free)(void *block);
void *FAMILY(aligned_alloc)(size_t alignment, size_t size);
int FAMILY(posix_memalign)(void **block, size_t alignment, size_t size);
void *FAMILY(memalign)(size_t alignment, size_t size);
void *FAMILY(valloc)(size_t size);
void *FAMILY(pvalloc)(size_t size);
size_t FAMILY(malloc_usable_size)(void *block);
void FAMILY(free_sized)(void *block, size_t size);
void FAMILY(free_aligned_sized)(void *block, size_t alignment, size_t size);
int FAMILY(malloc_trim)(size_t pad);

#ifdef __cplusplus
}
#endif

#define fam_malloc	       FAMILY(malloc)
#define fam_calloc	       FAMILY(calloc)
#define fam_realloc	       FAMILY(realloc)
#define fam_reallocarray       FAMILY(reallocarray)
#define fam_free	       FAMILY(free)
#define fam_aligned_alloc      FAMILY(aligned_alloc)
#define fam_posix_memalign     FAMILY(posix_memalign)
#define fam_memalign	       FAMILY(memalign)
#define fam_valloc	       FAMILY(valloc)
#define fam_pvalloc	       FAMILY(pvalloc)
#define fam_malloc_usable_size FAMILY(malloc_usable_size)
#define fam_free_sized	       FAMILY(free_sized)
#define fam_free_aligned_sized FAMILY(free_aligned_sized)
#define fam_malloc_trim	       FAMILY(malloc_trim)

#ifdef TEST_VALIDATED
#include "support/validated.h"
#endif

#endif
