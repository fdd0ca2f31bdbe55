/*
 * The heap of a thread behind a pthread key, for a library that dlopen() may load on any libc.
 *
 * Until the key exists its value must not be used: another library's key may have the same number,
 * and musl does not check it. `key_is_ready` is stored with release after the key, and read with
 * acquire before it.
 *
 * pthread_setspecific() may allocate on glibc, from the 33rd key of a process on. That allocation
 * finds no heap in the slot; heap_being_set() finds it by the thread's identity. One thread at a
 * time is in there; others wait in line.
 */
#include "platform/tls.h"

#include "platform/atomic.h"
#include "platform/os.h"

#include <pthread.h>
#include <sched.h>

static pthread_key_t heap_key;
static uint32_t key_is_ready;
static uintptr_t setting_thread;
static struct heap *heap_to_set;
static void (*exit_action)(struct heap *heap);

static void thread_ended(void *heap)
{
	exit_action(heap);
}

void tls_start(void (*on_exit)(struct heap *heap))
{
	static const char sentence[] =
		"tailor: no pthread key is left; build with CONFIG_TLS_INITIAL_EXEC\n";

	exit_action = on_exit;
	if (pthread_key_create(&heap_key, thread_ended) != 0) {
		os_write(sentence, sizeof(sentence) - 1);
		__builtin_trap();
	}
	/* Release: whoever reads true with acquire in heap_current() reads the key. */
	atomic_store(&key_is_ready, 1u, RELEASE);
}

struct heap *heap_current(void)
{
	struct heap *heap = NULL;

	/* Acquire: partner of the release in tls_start(). */
	if (LIKELY(atomic_load(&key_is_ready, ACQUIRE)))
		heap = pthread_getspecific(heap_key);
	return heap ? heap : HEAP_NONE;
}

void heap_set(struct heap *heap)
{
	uintptr_t nobody = 0;

	/* Acquire: partner of the release below, of the thread that was here before. */
	while (!atomic_compare_exchange(&setting_thread, &nobody, os_thread(), ACQUIRE)) {
		sched_yield();
		nobody = 0;
	}
	heap_to_set = heap;
	(void)pthread_setspecific(heap_key, heap);
	heap_to_set = NULL;
	/* Release: partner of the acquire above, in the next thread. */
	atomic_store(&setting_thread, (uintptr_t)0, RELEASE);
}

void heap_clear(void)
{
	(void)pthread_setspecific(heap_key, NULL);
}

bool heap_frees_often(void)
{
	return false;
}

void tls_after_fork(void)
{
	/* Relaxed: the child has one thread. */
	atomic_store(&setting_thread, (uintptr_t)0, RELAXED);
}

struct heap *heap_being_set(void)
{
	/* Relaxed: only the thread's own store can equal its identity. */
	return atomic_load(&setting_thread, RELAXED) == os_thread() ? heap_to_set : NULL;
}
