/*
 * No code: that what tailor_inline.h takes for granted of a heap is so.
 */
#include "heap/heap.h"

#include <generated/tailor_constants.h>

static_assert(offsetof(struct heap, free_list) == 0,
	      "what the slot points to begins with the lists");
static_assert(sizeof(((struct heap *)0)->free_list) == CLASS_COUNT * sizeof(void *),
	      "each is a pointer");
static_assert(offsetof(struct block, next) == 0, "a free block begins with the next one's address");
static_assert(TAILOR_BLOCK_ALIGN_LOG2 == BLOCK_ALIGN_LOG2, "classes are as many bytes apart");
static_assert(TAILOR_LINEAR_SIZE_MAX == LINEAR_SIZE_MAX, "and as many");
static_assert(IS_ENABLED(CONFIG_TLS_LOCAL_EXEC) || IS_ENABLED(CONFIG_TLS_NONE), "it is there");
