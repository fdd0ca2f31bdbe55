/*
 * What the processor offers for memory that several threads reach, by the menu's atomic width.
 *
 * The artefact may hold no atomic access wider than CONFIG_ATOMIC_WIDTH bits: each wrapper refuses a
 * wider operand when it is compiled. With width none (single-threaded) they are plain accesses, and
 * no atomic instruction is made at all.
 *
 * A function's name says its memory order. Who uses one names the partner beside it.
 */
#ifndef PLATFORM_ATOMIC_H
#define PLATFORM_ATOMIC_H

#include "platform/compiler.h"

#define ATOMIC_IS_SHARED (CONFIG_ATOMIC_WIDTH > 0)

/* Refuses an operand that is wider than the configuration allows; the value 0. */
#define ATOMIC_CHECK(pointer)                                                                     \
	((void)sizeof(struct {                                                                    \
		static_assert(!ATOMIC_IS_SHARED || sizeof(*(pointer)) * 8 <= CONFIG_ATOMIC_WIDTH, \
			      "this atomic is wider than CONFIG_ATOMIC_WIDTH");                   \
		int ignored;                                                                      \
	}))

/*
 * Whether what is at `pointer`, as wide as one, is `value`: a relaxed load, in the comparison itself where the
 * compiler would not fold it.
 */
#if defined(__x86_64__) && !COMPILER_WATCHES_THREADS
#define atomic_is(pointer, value)                                \
	({                                                       \
		(void)ATOMIC_CHECK(pointer);                     \
		bool is_equal_;                                  \
		__asm__ volatile("cmpq %1, %2"                   \
				 : "=@cce"(is_equal_)            \
				 : "m"(*(pointer)), "r"(value)); \
		is_equal_;                                       \
	})
#else
#define atomic_is(pointer, value) (atomic_load(pointer, RELAXED) == (value))
#endif

/*
 * Counts what is at `pointer` down by one, and returns what is left: plain accesses, which the processor may make by one
 * instruction. Only the calling thread stores there; others may load it, relaxed. All that stands before it
 * is stored before it, as far as the compiler goes; the processor is asked for no order. ThreadSanitizer knows no such
 * half order, and is given a release.
 */
#if COMPILER_WATCHES_THREADS
#define atomic_count_down(pointer)                                                     \
	({                                                                             \
		(void)ATOMIC_CHECK(pointer);                                           \
		__typeof__(*(pointer)) left_ = (__typeof__(*(pointer)))(*(pointer)-1); \
		__atomic_store_n(pointer, left_, __ATOMIC_RELEASE);                    \
		left_;                                                                 \
	})
#elif defined(__arm__)
/* In the width of a register, for 0 is never counted down: nothing has to be cut to that of the operand. */
#define atomic_count_down(pointer)                                  \
	({                                                          \
		(void)ATOMIC_CHECK(pointer);                        \
		unsigned before_ = *(pointer);                      \
		__atomic_signal_fence(__ATOMIC_RELEASE);            \
		*(pointer) = (__typeof__(*(pointer)))(before_ - 1); \
		before_ - 1;                                        \
	})
#else
#define atomic_count_down(pointer)                       \
	({                                               \
		(void)ATOMIC_CHECK(pointer);             \
		__atomic_signal_fence(__ATOMIC_RELEASE); \
		--*(pointer);                            \
	})
#endif

#define ATOMIC_FAILURE_RELAXED __ATOMIC_RELAXED
#define ATOMIC_FAILURE_ACQUIRE __ATOMIC_ACQUIRE
#define ATOMIC_FAILURE_ACQ_REL __ATOMIC_ACQUIRE

#if CONFIG_ATOMIC_WIDTH > 0
#define atomic_load(pointer, order) \
	(ATOMIC_CHECK(pointer), __atomic_load_n(pointer, __ATOMIC_##order))
#define atomic_store(pointer, value, order) \
	(ATOMIC_CHECK(pointer), __atomic_store_n(pointer, value, __ATOMIC_##order))
#define atomic_exchange(pointer, value, order) \
	(ATOMIC_CHECK(pointer), __atomic_exchange_n(pointer, value, __ATOMIC_##order))
#define atomic_fetch_add(pointer, value, order) \
	(ATOMIC_CHECK(pointer), __atomic_fetch_add(pointer, value, __ATOMIC_##order))
#define atomic_fetch_or(pointer, value, order) \
	(ATOMIC_CHECK(pointer), __atomic_fetch_or(pointer, value, __ATOMIC_##order))
#define atomic_fetch_and(pointer, value, order) \
	(ATOMIC_CHECK(pointer), __atomic_fetch_and(pointer, value, __ATOMIC_##order))
/* On failure `*expected` becomes what was found, with the order's acquire part. May fail spuriously. */
#define atomic_compare_exchange(pointer, expected, value, order)                       \
	(ATOMIC_CHECK(pointer),                                                        \
	 __atomic_compare_exchange_n(pointer, expected, value, true, __ATOMIC_##order, \
				     ATOMIC_FAILURE_##order))
#else
#define atomic_load(pointer, order)	    (*(pointer))
#define atomic_store(pointer, value, order) ((void)(*(pointer) = (value)))
#define atomic_exchange(pointer, value, order)                  \
	({                                                      \
		__typeof__(*(pointer)) exchanged_ = *(pointer); \
		*(pointer) = (value);                           \
		exchanged_;                                     \
	})
#define atomic_fetch_add(pointer, value, order)               \
	({                                                    \
		__typeof__(*(pointer)) fetched_ = *(pointer); \
		*(pointer) += (value);                        \
		fetched_;                                     \
	})
#define atomic_fetch_or(pointer, value, order)                \
	({                                                    \
		__typeof__(*(pointer)) fetched_ = *(pointer); \
		*(pointer) |= (value);                        \
		fetched_;                                     \
	})
#define atomic_fetch_and(pointer, value, order)               \
	({                                                    \
		__typeof__(*(pointer)) fetched_ = *(pointer); \
		*(pointer) &= (value);                        \
		fetched_;                                     \
	})
#define atomic_compare_exchange(pointer, expected, value, order)  \
	(*(pointer) == *(expected) ? (*(pointer) = (value), true) \
				   : (*(expected) = *(pointer), false))
#endif

#endif
