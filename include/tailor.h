/*
 * Tailor's allocator under names of its own, for a program that wants it beside the libc's malloc:
 * built with CONFIG_INTERFACE_PREFIXED or CONFIG_INTERFACE_BOTH. All functions may be called from any thread when
 * the library was built with CONFIG_THREADS. Sizes and alignments are in bytes.
 */
#ifndef TAILOR_H
#define TAILOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Returns a block of at least `size` bytes, aligned for any object. NULL with errno ENOMEM when there is
 * no memory, or `size` is beyond PTRDIFF_MAX. tailor_malloc(0) is a block of its own. C11 7.22.3.4.
 */
void *tailor_malloc(size_t size);

/*
 * Returns a block of `count` times `size` bytes, all zero. NULL with errno ENOMEM, also when the product
 * overflows. C11 7.22.3.2.
 */
void *tailor_calloc(size_t count, size_t size);

/*
 * Gives a block another size and returns where it is now. NULL with errno ENOMEM, and the block is as it was.
 * A NULL block: tailor_malloc(size). A size of 0: what the libc does of the configuration; with glibc the
 * block is freed and NULL returned, with musl a new block is. C11 7.22.3.5.
 */
void *tailor_realloc(void *block, size_t size);

/*
 * tailor_realloc() to `count` times `size` bytes; NULL with errno ENOMEM when the product overflows.
 * POSIX.1-2024.
 */
void *tailor_reallocarray(void *block, size_t count, size_t size);

/*
 * Frees a block of any function here, or does nothing for NULL. errno stays as it is. C11 7.22.3.3,
 * POSIX.1-2024.
 */
void tailor_free(void *block);

/*
 * Returns a block of at least `size` bytes aligned to `alignment` bytes, a power of two, else NULL with
 * errno EINVAL. NULL with errno ENOMEM when there is no memory. C11 7.22.3.1 as of DR 460.
 */
void *tailor_aligned_alloc(size_t alignment, size_t size);

/*
 * The same, into `*result`, for an alignment that is also a multiple of sizeof(void *). Returns 0, EINVAL or
 * ENOMEM, and then leaves `*result`; errno stays as it is. POSIX.1-2017.
 */
int tailor_posix_memalign(void **result, size_t alignment, size_t size);

/*
 * As tailor_aligned_alloc(), but rounds `alignment` up to a power of two. glibc.
 */
void *tailor_memalign(size_t alignment, size_t size);

/*
 * Returns a block aligned to the system's page size. glibc.
 */
void *tailor_valloc(size_t size);

/*
 * The same, and rounds `size` up to whole pages. glibc.
 */
void *tailor_pvalloc(size_t size);

/*
 * Returns how many bytes may be used of a block, at least what was asked for; 0 for NULL. glibc.
 */
size_t tailor_malloc_usable_size(void *block);

/*
 * Frees a block of tailor_malloc(), tailor_calloc() or tailor_realloc() whose size was `size`. C23 7.24.3.4.
 */
void tailor_free_sized(void *block, size_t size);

/*
 * Frees a block of tailor_aligned_alloc(alignment, size). C23 7.24.3.5.
 */
void tailor_free_aligned_sized(void *block, size_t alignment, size_t size);

/*
 * Gives what is free back to the system, whatever the delay (not with PURGE_NEVER). `pad` is ignored. Returns 1 when anything
 * was given back, else 0. glibc.
 */
int tailor_malloc_trim(size_t pad);

/*
 * Writes what was counted to standard error. Only with CONFIG_STATISTICS.
 */
void tailor_report(void);

/*
 * Walks every region, descriptor, list and bitmap and returns the number of contradictions, which
 * is 0. No other thread may allocate meanwhile; and in a forked child, what other threads had in
 * hand at the fork may count. Only with CONFIG_VALIDATE.
 */
size_t tailor_validate(void);

#ifdef __cplusplus
}
#endif

#endif
