/*
 * The limit on memory that may be written to. Huge pages that wait for the heap to grow ask for it.
 */
#include "platform/os.h"

#include "platform/os_limit.h"

#include <sys/resource.h>

bool os_data_is_limited(void)
{
	return os_is_limited(RLIMIT_DATA);
}
