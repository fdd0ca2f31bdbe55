/*
 * A warning, said once.
 */
#include "diagnostics/message.h"

#include "base/check.h"
#include "platform/atomic.h"

void message_once(struct message *message)
{
	/* Relaxed: the flag guards nothing but itself. */
	if (atomic_exchange(&message->is_said, 1u, RELAXED) == 0)
		check_say(message->text);
}
