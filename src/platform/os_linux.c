/*
 * Linux, through the functions that glibc and musl share, syscall() among them. brk is not used: musl's own malloc may be
 * alive in the same process, and takes its memory there.
 *
 * Every function that makes a system call keeps errno as it was.
 */
#include "platform/os.h"

#include "platform/os_limit.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	MS_PER_S = 1000,
	NS_PER_MS = 1000000,
};

/* Of the system call; a musl without the kernel's headers does not name them. */
enum {
	FUTEX_OP_WAIT_PRIVATE = 128,
	FUTEX_OP_WAKE_PRIVATE = 129,
};

/* Of madvise; Linux 6.1. */
enum {
	ADVICE_COLLAPSE = 25,
};

/* Kernels of 32-bit machines with a 64-bit time only have the later call. */
#ifndef SYS_futex
#define SYS_futex SYS_futex_time64
#endif

size_t os_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

SLOW_PATH static void *map(void *hint, size_t byte_count, int protection, int flags)
{
	int saved_errno = errno;
	void *address =
		mmap(hint, byte_count, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	errno = saved_errno;
	return address == MAP_FAILED ? NULL : address;
}

void *os_map(void *hint, size_t byte_count)
{
	return map(hint, byte_count, PROT_READ | PROT_WRITE, 0);
}

void *os_reserve(void *hint, size_t byte_count)
{
	return map(hint, byte_count, PROT_NONE, MAP_NORESERVE);
}

bool os_unmap(void *address, size_t byte_count)
{
	int saved_errno = errno;
	int result = munmap(address, byte_count);

	errno = saved_errno;
	return result == 0;
}

/* Asks for something to be done with a range of memory. Returns whether it was. By number: what is asked shares the way. */
SLOW_PATH static bool ask(long number, void *address, size_t byte_count, uintptr_t argument)
{
	int saved_errno = errno;
	long result = syscall(number, address, byte_count, argument);

	errno = saved_errno;
	return result == 0;
}

bool os_commit(void *address, size_t byte_count)
{
	return ask(SYS_mprotect, address, byte_count, PROT_READ | PROT_WRITE);
}

/* Returns 0 or the error. */
SLOW_PATH static int remap(void *address, size_t byte_count, size_t new_byte_count, int flags,
			   void *target)
{
	int saved_errno = errno;
	int error = 0;

	if (mremap(address, byte_count, new_byte_count, flags, target) == MAP_FAILED)
		error = errno;
	errno = saved_errno;
	return error;
}

bool os_move(void *address, size_t byte_count, void *target, size_t target_byte_count)
{
	return remap(address, byte_count, target_byte_count, MREMAP_MAYMOVE | MREMAP_FIXED,
		     target) == 0;
}

bool os_resize(void *address, size_t byte_count, size_t new_byte_count)
{
	return remap(address, byte_count, new_byte_count, 0, NULL) == 0;
}

bool os_is_one_mapping(void *address, size_t byte_count)
{
	const size_t page = os_page_size();
	int error = remap(address, byte_count, byte_count + page, 0, NULL);

	if (error == 0)
		os_unmap((char *)address + byte_count, page);
	/* No room behind it, or it is locked. It is several, or has a hole: EFAULT; huge pages of somebody's: EINVAL. */
	return error == 0 || error == ENOMEM || error == EAGAIN;
}

SLOW_PATH static bool advise(void *address, size_t byte_count, int advice)
{
	return ask(SYS_madvise, address, byte_count, (uintptr_t)advice);
}

bool os_discard(void *address, size_t byte_count)
{
	/* Kernels before 4.5 do not know the first. */
	if (IS_ENABLED(CONFIG_PURGE_MADV_FREE) && advise(address, byte_count, MADV_FREE))
		return true;
	return advise(address, byte_count, MADV_DONTNEED);
}

void os_huge_pages(void *address, size_t byte_count, bool wanted)
{
	/* A kernel without huge pages refuses, which changes nothing. */
	(void)advise(address, byte_count, wanted ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

void os_collapse(void *address, size_t byte_count)
{
	/* Refused where huge pages are not wanted. Or the system would put one together again when memory has gone back. */
	os_huge_pages(address, byte_count, true);
	(void)advise(address, byte_count, ADVICE_COLLAPSE);
	os_huge_pages(address, byte_count, false);
}

size_t os_count_resident(void *address, size_t byte_count)
{
	unsigned char told[OS_PAGES_TOLD] = {0};
	size_t count = 0;

	(void)ask(SYS_mincore, address, byte_count, (uintptr_t)told);
	for (size_t i = 0; i < OS_PAGES_TOLD; i++)
		count += told[i] & 1;
	return count;
}

bool os_is_limited(uint8_t resource)
{
	struct rlimit limit = {.rlim_cur = RLIM_INFINITY};
	int saved_errno = errno;

	(void)getrlimit(resource, &limit);
	errno = saved_errno;
	return limit.rlim_cur != RLIM_INFINITY;
}

bool os_address_space_is_limited(void)
{
	return os_is_limited(RLIMIT_AS);
}

/* The coarse clock is read without a system call, and is as fine as purging needs (1 to 10 ms). */
uint64_t os_clock_ms(void)
{
	struct timespec now = {0};
	int saved_errno = errno;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	errno = saved_errno;
	return (uint64_t)now.tv_sec * MS_PER_S + (uint64_t)now.tv_nsec / NS_PER_MS;
}

void os_wait(uint32_t *futex, uint32_t expected)
{
	int saved_errno = errno;

	syscall(SYS_futex, futex, FUTEX_OP_WAIT_PRIVATE, expected, NULL, NULL, 0);
	errno = saved_errno;
}

void os_wake(uint32_t *futex)
{
	int saved_errno = errno;

	syscall(SYS_futex, futex, FUTEX_OP_WAKE_PRIVATE, 1, NULL, NULL, 0);
	errno = saved_errno;
}

void os_write(const char *text, size_t byte_count)
{
	int saved_errno = errno;

	while (byte_count > 0) {
		/* Not write(), at which a thread may be cancelled: it would leave the allocator half-way. */
		long written = syscall(SYS_write, STDERR_FILENO, text, byte_count);

		if (written <= 0)
			break;
		text += written;
		byte_count -= (size_t)written;
	}
	errno = saved_errno;
}

uintptr_t os_thread(void)
{
	return (uintptr_t)pthread_self();
}

void os_at_fork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	/*
	 * It fails for want of memory alone; then fork is as in a program without handlers. Where there is one thread this
	 * is called by nobody, but compiled, and glibc's part of it would be linked.
	 */
	if (IS_ENABLED(CONFIG_THREADS))
		(void)pthread_atfork(prepare, parent, child);
}
