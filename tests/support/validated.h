/*
 * The family, and after each call of it the whole heap is validated: what family.h makes of fam_malloc()
 * and its kin where TEST_VALIDATED is defined. For white-box tests with one thread at work.
 *
 * The rule: after each of the first 4,000 calls of a program, then after each 16th, where it is slow
 * after each of the first 500 and then each 64th. Not while threads_run() is at work, nor while a purge is half
 * done (os_double_before_discard()): what it has claimed is in nobody's book then.
 */
#ifndef TESTS_SUPPORT_VALIDATED_H
#define TESTS_SUPPORT_VALIDATED_H

#include "support/family.h"

/* A call was made. Fails the test when the heap is not sound; leaves errno. */
void validate_now_and_then(void);

static inline void *validated(void *block)
{
	validate_now_and_then();
	return block;
}

static inline int validated_number(int number)
{
	validate_now_and_then();
	return number;
}

#undef fam_malloc
#undef fam_calloc
#undef fam_realloc
#undef fam_reallocarray
#undef fam_free
#undef fam_aligned_alloc
#undef fam_posix_memalign
#undef fam_memalign
#undef fam_valloc
#undef fam_pvalloc
#undef fam_free_sized
#undef fam_free_aligned_sized
#undef fam_malloc_trim

#define fam_malloc(size)		     validated(FAMILY(malloc)(size))
#define fam_calloc(count, size)		     validated(FAMILY(calloc)(count, size))
#define fam_realloc(block, size)	     validated(FAMILY(realloc)(block, size))
#define fam_reallocarray(block, count, size) validated(FAMILY(reallocarray)(block, count, size))
#define fam_free(block)			     (FAMILY(free)(block), validate_now_and_then())
#define fam_aligned_alloc(alignment, size)   validated(FAMILY(aligned_alloc)(alignment, size))
#define fam_memalign(alignment, size)	     validated(FAMILY(memalign)(alignment, size))
#define fam_valloc(size)		     validated(FAMILY(valloc)(size))
#define fam_pvalloc(size)		     validated(FAMILY(pvalloc)(size))
#define fam_malloc_trim(pad)		     validated_number(FAMILY(malloc_trim)(pad))
#define fam_posix_memalign(result, alignment, size) \
	validated_number(FAMILY(posix_memalign)(result, alignment, size))
#define fam_free_sized(block, size) (FAMILY(free_sized)(block, size), validate_now_and_then())
#define fam_free_aligned_sized(block, alignment, size) \
	(FAMILY(free_aligned_sized)(block, alignment, size), validate_now_and_then())

#endif
