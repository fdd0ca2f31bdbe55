/*
 * What the kernel says of the process's memory.
 */
#ifndef TESTS_SUPPORT_RESIDENT_H
#define TESTS_SUPPORT_RESIDENT_H

#include <stddef.h>

/*
 * The bytes of anonymous memory that are resident now, without those that were given back by MADV_FREE; and the bytes that
 * are mapped (VmSize).
 */
size_t resident_bytes(void);
size_t mapped_bytes(void);

#endif
