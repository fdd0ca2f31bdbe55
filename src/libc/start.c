/*
 * What is done when the library is loaded: the handlers of fork() are registered before any other
 * library's, so that ours run last before a fork and first after it. Handlers that the libc keeps are
 * allocated by malloc(), on either libc, so no lock is held here.
 */
#include "heap/heap.h"
#include "platform/os.h"

AT_LOAD static void start(void)
{
	os_at_fork(heap_before_fork, heap_after_fork_in_parent, heap_after_fork_in_child);
}
