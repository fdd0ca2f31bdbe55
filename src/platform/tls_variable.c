/*
 * The heap of a thread in a thread-local variable (local-exec or initial-exec, by a flag of the
 * compiler), and a pthread key that tells when the thread ends.
 *
 * pthread_setspecific() may allocate on glibc, from the 33rd key of a process on; by then the
 * variable is set, so that this allocation is served.
 */
#include "platform/tls.h"

#include <pthread.h>

_Thread_local struct heap *tls_heap = HEAP_NONE;

static pthread_key_t exit_key;
static bool has_exit_key;
static void (*exit_action)(struct heap *heap);

static void thread_ended(void *heap)
{
	exit_action(heap);
}

void tls_start(void (*on_exit)(struct heap *heap))
{
	exit_action = on_exit;
	/* Without a key the blocks of ended threads stay with their heaps: a loss, not a fault. */
	has_exit_key = pthread_key_create(&exit_key, thread_ended) == 0;
}

void heap_set(struct heap *heap)
{
	tls_heap = heap;
	if (has_exit_key)
		(void)pthread_setspecific(exit_key, heap);
}

void heap_clear(void)
{
	tls_heap = HEAP_ENDED;
}

bool heap_frees_often(void)
{
	uintptr_t next = (uintptr_t)tls_heap + HEAP_BLANK_STEP;

	if (next < (uintptr_t)HEAP_ENDED)
		tls_heap = (struct heap *)next;
	return next == (uintptr_t)HEAP_ENDED;
}
