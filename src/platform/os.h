/*
 * What the operating system offers, and the only way to it. No call here touches errno, for free()
 * must not (POSIX.1-2024), and none allocates. Addresses and sizes are multiples of the page size.
 */
#ifndef PLATFORM_OS_H
#define PLATFORM_OS_H

#include "platform/compiler.h"

/* The page size of the machine that it runs on, in bytes. */
size_t os_page_size(void);

/*
 * Maps `byte_count` bytes, zeroed, readable and writable, or without access and without a claim
 * on memory. `hint` is the wanted address, or NULL. Returns NULL when there is none.
 */
void *os_map(void *hint, size_t byte_count);
void *os_reserve(void *hint, size_t byte_count);

/*
 * Returns whether that was done: to cut a mapping in two takes one more of those that the system allows a process.
 */
bool os_unmap(void *address, size_t byte_count);

/* Makes reserved memory readable and writable. Returns whether the system allows that. */
bool os_commit(void *address, size_t byte_count);

/*
 * Moves a mapping and resizes it: to `target`, over whatever is mapped there. Returns whether that was done; if not, the
 * mapping is as before, but the target may be gone: Linux unmaps it first, and then looks whether it can.
 */
bool os_move(void *address, size_t byte_count, void *target, size_t target_byte_count);

/*
 * Whether a range is of one mapping of ours to the system, so that it can be moved or resized in one call. For a moment it may
 * be a page longer. Also true where the system does not look: qemu-user, if something stands behind it.
 */
bool os_is_one_mapping(void *address, size_t byte_count);

/* Resizes a mapping where it stands. Returns whether that was possible. */
bool os_resize(void *address, size_t byte_count, size_t new_byte_count);

/*
 * Gives the memory behind a range back and keeps the addresses: at once and to be read as zeroes
 * (MADV_DONTNEED), or when the system wants it, to be read as anything (MADV_FREE). Returns whether
 * that was done; locked memory (mlock) stays as it is.
 */
bool os_discard(void *address, size_t byte_count);

/* Asks for transparent huge pages in a range, or for none. */
void os_huge_pages(void *address, size_t byte_count, bool wanted);

/*
 * Asks the system to put a huge page in place of the small ones of a range of that size, and of what is not resident. It may
 * be too old, or have none. From then on none is wanted in the range.
 */
void os_collapse(void *address, size_t byte_count);

/* How many pages of a range are resident, which has OS_PAGES_TOLD at most; 0 where that cannot be told. */
enum {
	OS_PAGES_TOLD = 512,
};

size_t os_count_resident(void *address, size_t byte_count);

/* Whether the address space of the process has a limit (RLIMIT_AS). */
bool os_address_space_is_limited(void);

/* Whether the memory that it may write to has one (RLIMIT_DATA). */
bool os_data_is_limited(void);

/* Milliseconds of a clock that never goes back, from an arbitrary start. */
uint64_t os_clock_ms(void);

/* Sleeps while `*futex` is `expected`, or less; wakes one sleeper. */
void os_wait(uint32_t *futex, uint32_t expected);
void os_wake(uint32_t *futex);

/* Writes a text to standard error. */
void os_write(const char *text, size_t byte_count);

/* An identity of the calling thread, never 0, its own while it lives. Kept by a forked child. */
uintptr_t os_thread(void);

/* Has fork() call these: before, and after it in the parent and in the child. May allocate. */
void os_at_fork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

#endif
