/*
 * The family under the libc's names. All of it stands in one member of libtailor.a, so that a static
 * link takes every one or none: musl's aligned_alloc refuses to work when malloc alone is replaced.
 */
#define FAMILY(name) name
#include "libc/family.h"
