/*
 * What every test source needs: cmocka (whose header wants four others before it), the
 * configuration's switches, a random sequence with a printed seed, and patterns that show who
 * wrote where.
 */
#ifndef TESTS_SUPPORT_TEST_H
#define TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <cmocka.h>

#include "platform/compiler.h"

#define KIB ((size_t)1024)
#define MIB (KIB * KIB)

/* The alignment that C promises for any malloc of at least that size (C11 7.22.3, 6.2.8). */
#define ALIGN_FUNDAMENTAL _Alignof(max_align_t)

/*
 * Whether the program runs under an emulator of programs, with its own kernel behind it and quirks of its own: the
 * makefile sets TEST_EMULATED in the environment.
 */
bool test_is_emulated(void);

/* Whether it runs slowly: for that, or in an emulated machine, where TEST_SLOW is set. */
bool test_is_slow(void);

/*
 * How many times to do a thing that is done `native` times at full speed: fewer where it is slow,
 * never none.
 */
size_t test_rounds(size_t native);

/*
 * How many seconds a child may take before it is taken to hang: a third of what its program may
 * (TEST_SECONDS), so that it is the test that fails, by name; at least 20, or 60 where it is slow.
 */
unsigned test_child_seconds(void);

/* The most bytes that a test may hold at once: a share of HEAP_LIMIT, and modest on 32 bits. */
size_t test_bytes_max(void);

/* A private random sequence: xorshift32, so that a seed gives the same run everywhere. */
struct test_random {
	uint32_t state;
};

/* The seed of this run: TEST_SEED from the environment, else a constant; printed either way. */
void test_random_seed(struct test_random *random, uint32_t salt);
uint32_t test_random_next(struct test_random *random);
size_t test_random_below(struct test_random *random, size_t bound);

/* A size as programs ask for it: any magnitude up to `bound` is equally likely. */
size_t test_random_size(struct test_random *random, size_t bound);

/*
 * Fill and check a block with a pattern that depends on `tag` and on the place in the block. In
 * a block beyond 16 KiB only both ends are dense, and the middle is written here and there.
 * pattern_prefix_holds() looks at the first `prefix` bytes of what was filled as `size` bytes.
 */
void pattern_fill(void *block, size_t size, uint32_t tag);
bool pattern_holds(const void *block, size_t size, uint32_t tag);
bool pattern_prefix_holds(const void *block, size_t size, uint32_t tag, size_t prefix);
bool bytes_are(const void *block, size_t size, unsigned char value);

bool test_is_aligned(const void *block, size_t alignment);

/*
 * Runs `body` in a child and tells how it ended: its exit status, or 128 + signal. What it wrote
 * to stderr is in `text`, cut at `text_size`, always terminated. The child ends by itself after
 * test_child_seconds().
 */
int run_in_child(void (*body)(void), char *text, size_t text_size);

#endif
