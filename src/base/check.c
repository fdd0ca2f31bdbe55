/*
 * The end of a process: one sentence, then abort(). Where messages are off, just abort().
 */
#include "base/check.h"

#include "platform/os.h"

#include <stdlib.h>
#include <string.h>

SLOW_PATH _Noreturn void check_die(const char *sentence)
{
	if (IS_ENABLED(CONFIG_MESSAGES))
		os_write(sentence, strlen(sentence));
	abort();
}
