/*
 * HEAP_LIMIT as a number: the bytes that the heap may have, SIZE_MAX where the configuration sets no limit.
 */
#ifndef TESTS_SUPPORT_HEAP_LIMIT_H
#define TESTS_SUPPORT_HEAP_LIMIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef CONFIG_HEAP_LIMIT
#define HEAP_LIMIT ((size_t)CONFIG_HEAP_LIMIT_KIB << 10)
#else
#define HEAP_LIMIT SIZE_MAX
#endif

#endif
