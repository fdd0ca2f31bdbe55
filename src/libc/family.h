/*
 * The prototypes of the family under the libc's names. The libc's own headers are not used, for none
 * declares all of it, and they say more of it (attributes) than holds for a definition.
 */
#ifndef LIBC_FAMILY_H
#define LIBC_FAMILY_H

#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void *reallocarray(void *block, size_t count, size_t size);
void free(void *block);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **result, size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size);
void *valloc(size_t size);
void *pvalloc(size_t size);
size_t malloc_usable_size(void *block);
void free_sized(void *block, size_t size);
void free_aligned_sized(void *block, size_t alignment, size_t size);
int malloc_trim(size_t pad);

#endif
