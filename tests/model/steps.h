/*
 * Included before every source of the engine when the stress programs are built: each atomic access
 * is a step, as in the model, at which a program may stop a thread.
 */
#ifndef MODEL_STEPS_H
#define MODEL_STEPS_H

/* The check of the compiler, before the build, knows no headers of the engine. */
#if __has_include("platform/atomic.h")

#include "platform/atomic.h"

/* The program says what happens there. */
void model_step(void);

#undef atomic_load
#undef atomic_store
#undef atomic_exchange
#undef atomic_fetch_or
#undef atomic_fetch_and
#undef atomic_compare_exchange
#undef atomic_count_down

#define atomic_load(pointer, order) (model_step(), __atomic_load_n(pointer, __ATOMIC_##order))
#define atomic_store(pointer, value, order) \
	(model_step(), __atomic_store_n(pointer, value, __ATOMIC_##order))
#define atomic_exchange(pointer, value, order) \
	(model_step(), __atomic_exchange_n(pointer, value, __ATOMIC_##order))
#define atomic_fetch_or(pointer, value, order) \
	(model_step(), __atomic_fetch_or(pointer, value, __ATOMIC_##order))
#define atomic_fetch_and(pointer, value, order) \
	(model_step(), __atomic_fetch_and(pointer, value, __ATOMIC_##order))
#define atomic_compare_exchange(pointer, expected, value, order)                   \
	(model_step(), __atomic_compare_exchange_n(pointer, expected, value, true, \
						   __ATOMIC_##order, ATOMIC_FAILURE_##order))
/* A release, as the threads see it in which order this one made its stores. */
#define atomic_count_down(pointer)                                                     \
	({                                                                             \
		__typeof__(*(pointer)) left_ = (__typeof__(*(pointer)))(*(pointer)-1); \
		model_step();                                                          \
		__atomic_store_n(pointer, left_, __ATOMIC_RELEASE);                    \
		left_;                                                                 \
	})

#endif

#endif
