/*
 * One thread, one heap, at a constant address. A program that comes on a second thread is told so
 * and ended, for nothing here is guarded; this is compared where a heap takes a slow path.
 */
#include "platform/tls.h"

void tls_start(void (*on_exit)(struct heap *heap))
{
	(void)on_exit;
}

void heap_set(struct heap *heap)
{
	(void)heap;
}

void heap_clear(void)
{
}

bool heap_frees_often(void)
{
	return false;
}
