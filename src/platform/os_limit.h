/*
 * Limits of the process, as getrlimit() tells them: for the files of this floor alone, which know the resources' names.
 */
#ifndef PLATFORM_OS_LIMIT_H
#define PLATFORM_OS_LIMIT_H

#include "platform/compiler.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the resource (RLIMIT_...) has a limit; a system that does not know it sets none. The type is one that becomes
 * glibc's and musl's, which differ in their sign.
 */
SLOW_PATH bool os_is_limited(uint8_t resource);

#endif
