/*
 * Validation: is the heap what it should be?
 */
#ifndef DIAGNOSTICS_VALIDATE_H
#define DIAGNOSTICS_VALIDATE_H

#include <stddef.h>

/*
 * Walks every region, descriptor, list and bitmap, and returns how many contradictions there are. No
 * other thread may be at work in the allocator. Allocates nothing; one call at a time.
 */
size_t heap_validate(void);

#endif
