/*
 * The validation of the heap, for programs.
 */
#include "diagnostics/validate.h"

#include "platform/compiler.h"

#include <tailor.h>

PUBLIC size_t tailor_validate(void)
{
	return heap_validate();
}
