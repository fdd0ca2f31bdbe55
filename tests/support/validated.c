/*
 * Validation after the calls of a test: see validated.h.
 */
#include "support/thread.h"
#include "support/test.h"
#include "support/os_double.h"
#include "support/validated.h"

#include "diagnostics/validate.h"

#include <errno.h>

void validate_now_and_then(void)
{
	static unsigned long calls;
	const unsigned long always = test_is_slow() ? 500 : 4000;
	const unsigned long step = test_is_slow() ? 64 : 16;
	const int saved_errno = errno;

	if ((calls++ >= always && calls % step != 0) || os_double_is_in_action() ||
	    threads_are_running())
		return;
	assert_int_equal(heap_validate(), 0);
	errno = saved_errno;
}
