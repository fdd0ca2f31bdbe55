/*
 * A warning, said once.
 */
#include "diagnostics/message.h"

#include "platform/atomic.h"
#include "platform/os.h"

#include <string.h>

void message_once(struct message *message)
{
	/* Relaxed: the flag guards nothing but itself. */
	if (atomic_exchange(&message->is_said, 1u, RELAXED) == 0)
		os_write(message->text, strlen(message->text));
}
