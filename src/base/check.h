/*
 * Checks, of three kinds: static_assert for the configuration; ASSERT for our own bugs, gone unless
 * CONFIG_ASSERTIONS; CHECK for the caller's misuse, where CONFIG_CHECKS asks for it.
 *
 * Both end the process with a fixed sentence on standard error, written without allocating.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#include "platform/compiler.h"

/* Writes a sentence (with its newline) to standard error. */
void check_say(const char *sentence);

/* Says it, and aborts. */
_Noreturn void check_die(const char *sentence);

/* `says` is a literal without "tailor: " and newline; where messages are off it is not in the program. */
#define DIE(says) check_die(IS_ENABLED(CONFIG_MESSAGES) ? "tailor: " says "\n" : "")

#define ASSERT(condition)                                                    \
	do {                                                                 \
		if (IS_ENABLED(CONFIG_ASSERTIONS) && UNLIKELY(!(condition))) \
			DIE("assertion failed: " #condition);                \
	} while (0)

#define CHECK(condition, says)                                           \
	do {                                                             \
		if (IS_ENABLED(CONFIG_CHECKS) && UNLIKELY(!(condition))) \
			DIE(says);                                       \
	} while (0)

#endif
