/*
 * What a fuzzer's bytes mean: numbers, sizes and alignments, such that any byte means something and
 * a change of one byte changes one thing. An input that is at its end gives zeroes.
 *
 * Sizes follow the geometry of the build, so that the same input meets the same borders (a class's, a
 * granule's, a region's) whatever the configuration.
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static inline bool input_is_empty(const struct input *input)
{
	return input->at == input->end;
}

static inline unsigned input_byte(struct input *input)
{
	return input_is_empty(input) ? 0 : *input->at++;
}

/* The number `part` of `parts` equal pieces of what is left. */
struct input input_part(const struct input *input, unsigned part, unsigned parts);

/* Two bytes: a size, of every tier, near every border, and absurd ones. */
size_t input_size(struct input *input);

/* One byte: an alignment, mostly a power of two that programs use. */
size_t input_alignment(struct input *input);

#endif
