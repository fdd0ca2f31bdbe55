/*
 * What the kernel orders, told to ThreadSanitizer. mremap() leaves addresses that another mremap() may get, and the
 * kernel's own lock stands between the two; the sanitizer sees what mmap() and munmap() do, but not this. Linked with
 * --wrap=mremap.
 */
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);
void *__real_mremap(void *address, size_t byte_count, size_t new_byte_count, int flags, ...);
void *__wrap_mremap(void *address, size_t byte_count, size_t new_byte_count, int flags, ...);

void *__wrap_mremap(void *address, size_t byte_count, size_t new_byte_count, int flags, ...)
{
	static char kernel;
	void *target = NULL;
	void *result;
	va_list arguments;

	if (flags & MREMAP_FIXED) {
		va_start(arguments, flags);
		target = va_arg(arguments, void *);
		va_end(arguments);
	}
	__tsan_release(&kernel);
	result = __real_mremap(address, byte_count, new_byte_count, flags, target);
	__tsan_acquire(&kernel);
	return result;
}
