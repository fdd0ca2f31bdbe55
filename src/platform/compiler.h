/*
 * What the compiler offers: whether an option is on, hints, attributes.
 *
 * The configuration (generated/autoconf.h) is given to every source by the build, so that none can
 * forget it. An option that is on is a macro CONFIG_X of value 1, one that is off is not a macro.
 */
#ifndef PLATFORM_COMPILER_H
#define PLATFORM_COMPILER_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * IS_ENABLED(CONFIG_X): 1 when the option is on, else 0, a constant for `if`, so that the branch
 * that is off is type-checked and leaves nothing behind. If CONFIG_X is 1, the pasted name is a
 * macro that inserts an argument, and the 1 moves into second place.
 */
#define IS_ENABLED(option)		    COMPILER_ENABLED_EXPANDED(option)
#define COMPILER_ENABLED_EXPANDED(value)    COMPILER_ENABLED_PASTED(COMPILER_ENABLED_##value)
#define COMPILER_ENABLED_1		    0,
#define COMPILER_ENABLED_PASTED(...)	    COMPILER_SECOND(__VA_ARGS__ 1, 0, 0)
#define COMPILER_SECOND(first, second, ...) second

#define LIKELY(condition)   __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* A path that must not cost its caller registers or stack. */
#define SLOW_PATH __attribute__((noinline, cold))

/* Symbols of the library are hidden (-fvisibility=hidden) but for these. */
#define PUBLIC __attribute__((visibility("default")))

/*
 * Says where a variable is declared, or a function that a fast path leads on to, that it is the library's own, whose
 * address is computed. What is only declared, -fvisibility=hidden takes for somebody else's, whose address is loaded
 * from a table; and on i686 a call that may go through one needs a register, and cannot be the last thing done.
 */
#define INTERNAL __attribute__((visibility("hidden")))

/* The symbol of a declaration is another one than its name says. */
#define NAMED(symbol) __asm__(symbol)

/* An access to such a type may meet what was stored as another one. */
#define ALIASES_ANYTHING __attribute__((may_alias))

/* The value as it was computed: the compiler looks for no other way to what is made of it. */
#define AS_COMPUTED(value)                          \
	({                                          \
		__typeof__(value) value_ = (value); \
		__asm__("" : "+r"(value_));         \
		value_;                             \
	})

/* Whether a shift costs nothing as part of another instruction, and wide masks are no immediates. */
#if defined(__arm__) && (!defined(__thumb__) || defined(__thumb2__))
#define HAS_FREE_SHIFTS 1
#else
#define HAS_FREE_SHIFTS 0
#endif

/* Runs when the library is loaded, before the program's own constructors without a priority. */
#define AT_LOAD __attribute__((constructor(101)))

/* Whether ThreadSanitizer is at work: gcc says so by a macro, clang by a feature. */
#if defined(__SANITIZE_THREAD__)
#define COMPILER_WATCHES_THREADS 1
#elif defined(__has_feature)
#define COMPILER_WATCHES_THREADS __has_feature(thread_sanitizer)
#else
#define COMPILER_WATCHES_THREADS 0
#endif

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A word of a bitmap: as wide as a pointer, the widest access that every target does at once. */
typedef uintptr_t word_t;

#endif
