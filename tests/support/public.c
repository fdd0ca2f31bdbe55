/*
 * What the soak and the replayed inputs ask of the engine's internals, said in public calls: for a library of which
 * nothing else can be linked, such as an amalgam. In place of the double's calls of the platform, which are static
 * there, stand the C library's (-Wl,--wrap): they keep the ledger, and fail as refusals.h is told. Clock and
 * alignment stay the system's.
 */
#include "support/ledger.h"
#include "support/os_double.h"
#include "support/refusals.h"

#include "diagnostics/validate.h"
#include "platform/os.h"

#include <errno.h>
#include <sys/mman.h>
#include <tailor.h>
#include <unistd.h>

__typeof__(mmap) __real_mmap, __wrap_mmap;
__typeof__(munmap) __real_munmap, __wrap_munmap;
void *__real_mremap(void *address, size_t size, size_t new_size, int flags, void *target);
__typeof__(__real_mremap) __wrap_mremap;

size_t heap_validate(void)
{
	return tailor_validate();
}

size_t os_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* ---- the double, as far as it goes ------------------------------------------------------------ */

void os_double_misalign(bool wanted)
{
	(void)wanted;
}

void os_double_set_clock(uint64_t ms)
{
	(void)ms;
}

void os_double_advance_clock(uint64_t ms)
{
	(void)ms;
}

void os_double_forget(void)
{
}

/* ---- the C library's calls -------------------------------------------------------------------- */

static bool fails_now(void)
{
	if (!refusals_due())
		return false;
	errno = ENOMEM;
	return true;
}

void *__wrap_mmap(void *hint, size_t size, int protection, int flags, int file, off_t offset)
{
	void *address;

	if (fails_now())
		return MAP_FAILED;
	address = __real_mmap(hint, size, protection, flags, file, offset);
	if (address != MAP_FAILED)
		ledger_map(address, size);
	return address;
}

int __wrap_munmap(void *address, size_t size)
{
	int result;

	ledger_unmap(address, size);
	result = __real_munmap(address, size);
	if (result != 0)
		ledger_map(address, size);
	return result;
}

/* What it unmaps leaves the ledger before, and comes back when it failed. A target is mapped already. */
void *__wrap_mremap(void *address, size_t size, size_t new_size, int flags, void *target)
{
	size_t kept = flags & MREMAP_FIXED ? 0 : new_size < size ? new_size : size;
	void *result;

	if (fails_now())
		return MAP_FAILED;
	ledger_unmap((char *)address + kept, size - kept);
	result = __real_mremap(address, size, new_size, flags, target);
	if (result == MAP_FAILED)
		ledger_map((char *)address + kept, size - kept);
	else if (!(flags & MREMAP_FIXED))
		ledger_map((char *)address + kept, new_size - kept);
	return result;
}
