/*
 * The control of tests/artefact/atomics: code with an atomic access of CONTROL_WIDTH bits, which
 * the scan must find when the limit is lower, and must pass when it is not. CONTROL_WIDTH 0 is
 * code without any.
 */
#include <stdatomic.h>
#include <stdint.h>

uint32_t control_plain(uint32_t *one, uint32_t *other);
uint32_t control_plain(uint32_t *one, uint32_t *other)
{
	uint32_t value = *one;

	*one = *other;
	*other = value;
	return value;
}

#if CONTROL_WIDTH == 32
uint32_t control_atomic(_Atomic uint32_t *word);
uint32_t control_atomic(_Atomic uint32_t *word)
{
	uint32_t expected = 1;

	atomic_compare_exchange_strong(word, &expected, 2);
	return atomic_fetch_add(word, 3);
}
#elif CONTROL_WIDTH == 64
uint64_t control_atomic(_Atomic uint64_t *word);
uint64_t control_atomic(_Atomic uint64_t *word)
{
	uint64_t expected = 1;

	atomic_compare_exchange_strong(word, &expected, 2);
	return atomic_fetch_add(word, 3);
}
#endif
