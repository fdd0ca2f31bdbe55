/*
 * The control of tests/artefact/isa: functions for which a later processor has an instruction of its own. The scan
 * must find it when this is compiled for one, and nothing when it is compiled for the configured one. Which function
 * is for which set stands in tests/artefact/baselines.
 */
#include <stdint.h>

int control_choose(int a, int b, int c);
int control_choose(int a, int b, int c)
{
	return a > b ? c : b;
}

uint32_t control_atomic(uint32_t *word, uint32_t number);
uint32_t control_atomic(uint32_t *word, uint32_t number)
{
	return __atomic_fetch_add(word, number, __ATOMIC_SEQ_CST);
}

uint64_t control_wide_atomic(uint64_t *word, uint64_t number);
uint64_t control_wide_atomic(uint64_t *word, uint64_t number)
{
	return __atomic_fetch_add(word, number, __ATOMIC_SEQ_CST);
}

double control_product(double a, double b);
double control_product(double a, double b)
{
	return a * b;
}

unsigned control_ones(unsigned long bits);
unsigned control_ones(unsigned long bits)
{
	return (unsigned)__builtin_popcountl(bits);
}

unsigned control_without(unsigned bits, unsigned mask);
unsigned control_without(unsigned bits, unsigned mask)
{
	return bits & ~mask;
}

uint32_t control_swapped(uint32_t bytes);
uint32_t control_swapped(uint32_t bytes)
{
	return __builtin_bswap32(bytes);
}

unsigned control_constant(void);
unsigned control_constant(void)
{
	return 0x12345678;
}

unsigned control_quotient(unsigned number, unsigned by);
unsigned control_quotient(unsigned number, unsigned by)
{
	return number / by;
}

unsigned control_remainder(unsigned number, unsigned by);
unsigned control_remainder(unsigned number, unsigned by)
{
	return number % by;
}
