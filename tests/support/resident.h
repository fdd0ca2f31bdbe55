/*
 * What the kernel says of the process's memory.
 */
#ifndef TESTS_SUPPORT_RESIDENT_H
#define TESTS_SUPPORT_RESIDENT_H

#include <stddef.h>

/* The bytes that are resident now (VmRSS), and that are mapped (VmSize). */
size_t resident_bytes(void);
size_t mapped_bytes(void);

#endif
