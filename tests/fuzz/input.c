/*
 * The meaning of a fuzzer's bytes: see input.h.
 */
#include "fuzz/input.h"

#include "arena/region.h"

#include <limits.h>

enum {
	KIND_SHIFT = 5,
	FACTOR_MASK = 31,
	HALF_BYTE_RANGE = 128,
	SIZE_BITS = sizeof(size_t) * CHAR_BIT,
};

struct input input_part(const struct input *input, unsigned part, unsigned parts)
{
	size_t length = (size_t)(input->end - input->at) / parts;
	const uint8_t *begin = input->at + part * length;

	return (struct input){begin, part + 1 == parts ? input->end : begin + length};
}

/* A size within half a byte's range of a border. */
static size_t near(size_t border, size_t value)
{
	return border < HALF_BYTE_RANGE ? border + value : border - HALF_BYTE_RANGE + value;
}

size_t input_size(struct input *input)
{
	unsigned first = input_byte(input);
	size_t factor = first & FACTOR_MASK;
	size_t value = input_byte(input);

	switch (first >> KIND_SHIFT) {
	case 0:
		return value;
	case 1:
		return factor << 8 | value;
	case 2:
		return factor << 11 | value << 3;
	case 3:
		return near(factor * GRANULE_SIZE, value);
	case 4:
		return near(factor * (REGION_SIZE / 16), value);
	case 5:
		return near((size_t)1 << factor, value);
	case 6:
		return SIZE_MAX - (value << factor);
	default:
		return factor % 2 ? SIZE_MAX / (value + 1) : near(PTRDIFF_MAX, value);
	}
}

/* Half of the values are usual alignments, a quarter any power of two, a quarter one less. */
size_t input_alignment(struct input *input)
{
	unsigned byte = input_byte(input);

	if (byte < HALF_BYTE_RANGE)
		return (size_t)1 << (byte & 15);
	if (byte < HALF_BYTE_RANGE + 64)
		return (size_t)1 << (byte % SIZE_BITS);
	return ((size_t)1 << (byte % SIZE_BITS)) - 1;
}
