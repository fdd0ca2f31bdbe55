/*
 * The family under Tailor's own names, as tailor.h declares them.
 */
#include <tailor.h>

#define FAMILY(name) tailor_##name
#include "libc/family.h"
