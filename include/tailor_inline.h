/*
 * tailor.h, with tailor_malloc() of a constant size in place: six instructions on x86-64, where the library has a block
 * of the size at hand; else, and for any other size, the function is called. For a program that is linked
 * statically with a library built with CONFIG_INLINE_HEADER, and compiled with that build's include/ in its path: the
 * header is that library's alone, and goes wrong with any other. C11 and C++, with the extensions of gcc and clang.
 */
#ifndef TAILOR_INLINE_H
#define TAILOR_INLINE_H

#include <tailor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Declares TAILOR_LISTS, too: the lists of blocks at hand, one a size class, of the thread or of the only one. */
#include <generated/tailor_constants.h>

#ifdef __cplusplus
}
#endif

/* What a free block begins with: the next of its list. The program may have had anything there. */
typedef void *__attribute__((__may_alias__)) tailor_link;

/* tailor_malloc(). A size of 0 has an empty list. */
static inline __attribute__((__always_inline__)) void *tailor_malloc_in_place(size_t size)
{
	if (__builtin_constant_p(size) && size <= TAILOR_LINEAR_SIZE_MAX) {
		const size_t unit = (size_t)1 << TAILOR_BLOCK_ALIGN_LOG2;
		void **list = &TAILOR_LISTS[(size + unit - 1) >> TAILOR_BLOCK_ALIGN_LOG2];
		void *block = *list;

		if (__builtin_expect(block != NULL, 1)) {
			*list = *(tailor_link *)block;
			return block;
		}
	}
	return tailor_malloc(size);
}

/* The function itself is (tailor_malloc)(size), and what its address is taken of. */
#define tailor_malloc(size) tailor_malloc_in_place(size)

#endif
