/*
 * Messages: warnings on standard error, written without allocating; nothing without CONFIG_MESSAGES.
 */
#ifndef DIAGNOSTICS_MESSAGE_H
#define DIAGNOSTICS_MESSAGE_H

#include "platform/compiler.h"

/* A sentence that is said once in the life of a process. */
struct message {
	const char *text; /* ends with a newline */
	uint32_t is_said;
};

#if IS_ENABLED(CONFIG_MESSAGES)

void message_once(struct message *message);

#else

static inline void message_once(struct message *message)
{
	(void)message;
}

#endif

#endif
