/*
 * The slot that holds a thread's heap: heap_current() and heap_set(), and nothing else, so that a
 * libc can one day give its own slot by a file beside these.
 *
 *	TLS_LOCAL_EXEC	  a thread-local variable at a constant offset; static programs alone
 *	TLS_INITIAL_EXEC  the same behind one load; linked or preloaded libraries
 *	TLS_PTHREAD_KEY	  pthread_getspecific(); a library that dlopen() may load (musl refuses one
 *			  with initial-exec variables). Never the general dynamic model: glibc allocates
 *			  it at the first access, through malloc
 *	TLS_NONE	  one heap for one thread, at a constant address
 *
 * A thread without a heap has HEAP_NONE in its slot, or HEAP_ENDED when it gave its heap up, and in between one of
 * some places that count its frees: addresses among zeroes that nobody writes to, so that as heaps all have nothing
 * but empty lists. The first malloc needs no constructor, and no fast path asks whether there is a heap.
 */
#ifndef PLATFORM_TLS_H
#define PLATFORM_TLS_H

#include "platform/compiler.h"

#include <generated/constants.h>

struct heap;

enum {
	/* Bytes; what a heap begins with: its lists, and the classes of units in whole pointers. */
	HEAP_UNITS_SIZE = (HEAP_UNITS + POINTER_SIZE - 1) / POINTER_SIZE * POINTER_SIZE,
	HEAP_LISTS_SIZE = CLASS_COUNT * POINTER_SIZE + HEAP_UNITS_SIZE,
	HEAP_BLANK_STEP = 8,					/* bytes, from place to place */
	HEAP_BLANK_PLACES = 32,					/* behind the first */
	HEAP_BLANK_EXTRA = HEAP_BLANK_PLACES * HEAP_BLANK_STEP, /* more than these */
};

/* Both belong to the heap floor. What tailor_inline.h looks at has a name there for everybody. */
INTERNAL extern char heap_blank[HEAP_LISTS_SIZE + HEAP_BLANK_EXTRA];
INTERNAL extern struct heap heap_only NAMED("tailor_only_heap");

#define HEAP_NONE  ((struct heap *)(uintptr_t)heap_blank)
#define HEAP_ENDED ((struct heap *)(uintptr_t)(heap_blank + HEAP_BLANK_EXTRA))

/*
 * Prepares the slot and has `on_exit` called with the heap of each thread that ends, on that
 * thread. To be called once, before any heap_set(). Allocates nothing.
 */
void tls_start(void (*on_exit)(struct heap *heap));

/* Sets the calling thread's heap, and that it be given back when the thread ends. */
void heap_set(struct heap *heap);

/*
 * Sets the calling thread's slot to HEAP_ENDED, or to HEAP_NONE where a slot cannot tell (the pthread key); whether the
 * thread is told of its end again is undefined.
 */
void heap_clear(void);

/*
 * A thread without a heap frees a block. Returns whether it does so often, that is whether a heap is worth it. A
 * thread that only ends may free a few, when nobody will tell it of its end any more, and would take a heap along;
 * so may one that gave its heap up. Always false where a slot cannot count (the pthread key).
 */
bool heap_frees_often(void);

#if IS_ENABLED(CONFIG_TLS_PTHREAD_KEY)

/* In the child of a fork: a thread that was in heap_set() is gone. */
void tls_after_fork(void);

/*
 * The calling thread's heap while heap_set() is at work on it further up the stack (it may
 * allocate), else NULL.
 */
struct heap *heap_being_set(void);

#else

/* Only the pthread key takes time to be set. */
static inline void tls_after_fork(void)
{
}

static inline struct heap *heap_being_set(void)
{
	return NULL;
}

#endif

#if IS_ENABLED(CONFIG_TLS_NONE)

static inline struct heap *heap_current(void)
{
	return &heap_only;
}

#elif IS_ENABLED(CONFIG_TLS_PTHREAD_KEY)

struct heap *heap_current(void);

#else

INTERNAL extern _Thread_local struct heap *tls_heap NAMED("tailor_thread_heap");

static inline struct heap *heap_current(void)
{
	return tls_heap;
}

#endif

#endif
