/*
 * The end of a process: one sentence, then abort(). Where messages are off, just abort().
 */
#include "base/check.h"

#include "platform/os.h"

#include <stdlib.h>

void check_say(const char *sentence)
{
	size_t length = 0;

	/* Not strlen(): it would be imported for this alone. */
	while (sentence[length] != '\0')
		length++;
	os_write(sentence, length);
}

SLOW_PATH _Noreturn void check_die(const char *sentence)
{
	if (IS_ENABLED(CONFIG_MESSAGES))
		check_say(sentence);
	abort();
}
