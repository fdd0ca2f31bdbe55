/*
 * The tables of the size classes, from the generated list.
 */
#include "slab/size_class.h"

#define CLASS_ROW(number, stride_, span_) [number] = {.stride = (stride_), .span = (span_)},

const struct size_class size_class_table[CLASS_COUNT] = {SIZE_CLASSES(CLASS_ROW)};
const uint8_t size_class_of_step[] = {CLASS_OF_STEP};

static_assert(sizeof(size_class_of_step) == (MEDIUM_SIZE_MAX >> CLASS_STEP_LOG2) + 1,
	      "every step has its class");
static_assert(MEDIUM_SIZE_MAX <= UINT16_MAX, "a stride fits in 16 bits");
static_assert(SLAB_SPAN_MAX <= UINT8_MAX, "a span fits in a byte");
static_assert(CLASS_COUNT <= UINT8_MAX, "a class fits in a byte");
static_assert(LINEAR_SIZE_MAX <= MEDIUM_SIZE_MAX, "the linear part is within the classes");

/* Slabs begin at a granule, so a block is aligned as its stride is. */
unsigned size_class_aligned(size_t size, size_t alignment)
{
	if (size > MEDIUM_SIZE_MAX || alignment > GRANULE_SIZE)
		return 0;
	for (unsigned number = size_class_of(size); number < CLASS_COUNT; number++) {
		if ((size_class_table[number].stride & (alignment - 1)) == 0)
			return number;
	}
	return 0;
}
