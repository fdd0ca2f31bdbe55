/*
 * The meaning of the malloc family: sizes of zero, overflow, alignment, errno. The libc floor exports
 * these under the libc's names, or Tailor's.
 *
 * malloc() and free() have their fast paths here, so that the exported functions hold them. Sources of
 * the semantics: C11 7.22.3 and C23, POSIX.1-2017 and -2024, the glibc manual, musl. All blocks
 * are aligned to BLOCK_ALIGN bytes at least, and hold at least one byte: malloc(0) is a block of its own.
 */
#ifndef API_MALLOC_H
#define API_MALLOC_H

#include "heap/any_block.h"
#include "heap/heap.h"

/* malloc() of a size up to MEDIUM_SIZE_MAX when the list of its class is empty, as it always is for the size 0. */
INTERNAL void *api_malloc_refill(size_t size);

/* The same, where the class is at hand; 0 for the size 0. */
INTERNAL void *api_malloc_refill_class(size_t size_class);

/* malloc() of a size that no class has. */
INTERNAL void *api_malloc_large(size_t size);

/*
 * Returns a block of at least `size` bytes. NULL and ENOMEM when there is no memory, or no object can
 * be that large (PTRDIFF_MAX). C11 7.22.3.4.
 */
static inline void *api_malloc(size_t size)
{
	struct heap *heap;
	struct block *block;
	size_t size_class;

	if (LIKELY(size <= DIRECT_SIZE_MAX)) {
		/* As computed: else gcc has the block in another register than that of results. */
		size_class = AS_COMPUTED(size_class_linear(size));
		heap = heap_current();
		if (DIRECT_SIZE_MAX > LINEAR_SIZE_MAX)
			size_class = heap->class_of[size_class];
	} else if (LIKELY(size <= MEDIUM_SIZE_MAX)) {
		size_class = size_class_stepped(size);
		heap = heap_current();
	} else {
		return api_malloc_large(size);
	}
	block = heap->free_list[size_class];
	/* A thread without a heap has no classes of units; elsewhere the size need not be kept. */
	if (UNLIKELY(!block))
		return DIRECT_SIZE_MAX > LINEAR_SIZE_MAX ? api_malloc_refill(size)
							 : api_malloc_refill_class(size_class);
	return heap_pop(&heap->free_list[size_class], block);
}

/* Frees a block, or does nothing for NULL. errno stays as it is (POSIX.1-2024). C11 7.22.3.3. */
INTERNAL void api_free_slow(void *block);

static inline void api_free(void *block)
{
	/* One test for NULL and for the rare block whose place the lookup does not know. */
	uintptr_t place = region_place(block);

	if (LIKELY(place != 0))
		any_block_free_own(block, descriptor_by_place(block, place));
	else
		api_free_slow(block);
}

/* Returns `count` times `size` zeroed bytes. NULL and ENOMEM, also when the product overflows. C11 7.22.3.2. */
void *api_calloc(size_t count, size_t size);

/*
 * Resizes a block, which may move it. NULL and ENOMEM, and the block is as it was. A NULL block: malloc.
 * A size of 0: as the libc does; glibc frees the block and returns NULL, musl returns a new one.
 */
void *api_realloc(void *block, size_t size);

/* The same for `count` times `size` bytes; NULL and ENOMEM when the product overflows. glibc, POSIX.1-2024. */
void *api_reallocarray(void *block, size_t count, size_t size);

/*
 * Returns a block aligned to `alignment`. NULL and EINVAL unless that is a power of two, NULL and
 * ENOMEM when there is no memory. The size need not be a multiple. C11 7.22.3.1 as of DR 460.
 */
void *api_aligned_alloc(size_t alignment, size_t size);

/*
 * The same into `*result`; `alignment` is also a multiple of sizeof(void *). Returns 0, EINVAL or
 * ENOMEM, and then leaves the result; errno stays as it is. POSIX.1-2017.
 */
int api_posix_memalign(void **result, size_t alignment, size_t size);

/* As aligned_alloc, and any alignment is rounded up to a power of two. glibc. */
void *api_memalign(size_t alignment, size_t size);

/* A block aligned to a page; pvalloc() rounds the size up to pages as well. glibc. */
void *api_valloc(size_t size);
void *api_pvalloc(size_t size);

/* The bytes that may be used of a block, 0 for NULL. glibc. */
size_t api_malloc_usable_size(void *block);

/* Frees a block whose size the caller knows, aligned or not. C23 7.24.3.4, 7.24.3.5. */
void api_free_sized(void *block, size_t size);

/*
 * Gives back to the system what is free, whatever the delay (not with PURGE_NEVER); `pad`, the bytes to keep, is ignored.
 * Returns 1 when anything was given back, else 0. glibc.
 */
int api_malloc_trim(size_t pad);

#endif
