/*
 * Helpers of every test source: see test.h. Nothing here calls the family under test.
 */
#include "support/test.h"
#include "support/heap_limit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	EMULATOR_SLOWDOWN = 8,
	CHILD_SECONDS_LEAST = 20,
	CHILD_SECONDS_LEAST_SLOW = 60,
	SIGNAL_STATUS_BASE = 128,
	PATTERN_EDGE = 8192,
	PATTERN_STRIDE = 509,
};

bool test_is_emulated(void)
{
	return getenv("TEST_EMULATED") != NULL;
}

bool test_is_slow(void)
{
	return test_is_emulated() || getenv("TEST_SLOW") != NULL;
}

size_t test_rounds(size_t native)
{
	if (!test_is_slow())
		return native;
	return native < EMULATOR_SLOWDOWN ? 1 : native / EMULATOR_SLOWDOWN;
}

unsigned test_child_seconds(void)
{
	const char *given = getenv("TEST_SECONDS");
	unsigned third = given ? (unsigned)strtoul(given, NULL, 10) / 3 : 0;
	unsigned least = test_is_slow() ? CHILD_SECONDS_LEAST_SLOW : CHILD_SECONDS_LEAST;

	return third > least ? third : least;
}

size_t test_bytes_max(void)
{
	size_t bytes = sizeof(void *) > 4 ? 256 * MIB : 64 * MIB;

	return bytes < HEAP_LIMIT / 4 ? bytes : HEAP_LIMIT / 4;
}

void test_random_seed(struct test_random *random, uint32_t salt)
{
	const char *given = getenv("TEST_SEED");
	uint32_t seed = given ? (uint32_t)strtoul(given, NULL, 0) : 0x7A110Au;

	print_message("TEST_SEED=0x%x\n", (unsigned)seed);
	/* xorshift32 never leaves zero, so zero must never be entered. */
	random->state = (seed ^ (salt * 2654435761u)) | 1u;
}

uint32_t test_random_next(struct test_random *random)
{
	uint32_t x = random->state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	random->state = x;
	return x;
}

size_t test_random_below(struct test_random *random, size_t bound)
{
	return bound ? test_random_next(random) % bound : 0;
}

size_t test_random_size(struct test_random *random, size_t bound)
{
	size_t magnitudes = 1;

	while (magnitudes < 8 * sizeof(bound) && bound >> magnitudes)
		magnitudes++;
	size_t magnitude = test_random_below(random, magnitudes);
	size_t size = ((size_t)1 << magnitude) + test_random_below(random, (size_t)1 << magnitude);

	return size - 1 <= bound ? size - 1 : bound;
}

static unsigned char pattern_byte(size_t offset, uint32_t tag)
{
	return (unsigned char)(tag + offset * 7 + (offset >> 8) * 13 + (tag >> 8) * 31 + 1);
}

/* The next offset to write: every one at both ends, an odd stride between them. */
static size_t pattern_next(size_t offset, size_t size)
{
	bool is_dense =
		size <= 2 * PATTERN_EDGE || offset < PATTERN_EDGE || offset >= size - PATTERN_EDGE;

	if (is_dense)
		return offset + 1;
	if (offset + PATTERN_STRIDE >= size - PATTERN_EDGE)
		return size - PATTERN_EDGE;
	return offset + PATTERN_STRIDE;
}

void pattern_fill(void *block, size_t size, uint32_t tag)
{
	unsigned char *bytes = block;

	for (size_t i = 0; i < size; i = pattern_next(i, size))
		bytes[i] = pattern_byte(i, tag);
}

bool pattern_prefix_holds(const void *block, size_t size, uint32_t tag, size_t prefix)
{
	const unsigned char *bytes = block;

	for (size_t i = 0; i < size && i < prefix; i = pattern_next(i, size)) {
		if (bytes[i] != pattern_byte(i, tag))
			return false;
	}
	return true;
}

bool pattern_holds(const void *block, size_t size, uint32_t tag)
{
	return pattern_prefix_holds(block, size, tag, size);
}

bool bytes_are(const void *block, size_t size, unsigned char value)
{
	const unsigned char *bytes = block;

	return size == 0 || (bytes[0] == value && memcmp(bytes, bytes + 1, size - 1) == 0);
}

bool test_is_aligned(const void *block, size_t alignment)
{
	return ((uintptr_t)block & (alignment - 1)) == 0;
}

static int status_of(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return SIGNAL_STATUS_BASE + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}

int run_in_child(void (*body)(void), char *text, size_t text_size)
{
	int ends[2];
	int wait_status = 0;
	size_t length = 0;

	fflush(NULL);
	if (pipe(ends) != 0)
		return -1;
	pid_t child = fork();
	if (child < 0)
		return -1;
	if (child == 0) {
		/* cmocka catches these for its own process; a child shall die of them. */
		static const int caught[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS};

		for (size_t i = 0; i < ARRAY_LENGTH(caught); i++)
			signal(caught[i], SIG_DFL);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		alarm(test_child_seconds());
		body();
		_exit(0);
	}
	close(ends[1]);
	/* To the end, for a full pipe would stop the child. */
	for (;;) {
		char rest[256];
		size_t room = text_size - 1 - length;
		ssize_t count = room > 0 ? read(ends[0], text + length, room)
					 : read(ends[0], rest, sizeof(rest));

		if (count <= 0)
			break;
		length += room > 0 ? (size_t)count : 0;
	}
	text[length] = '\0';
	close(ends[0]);
	waitpid(child, &wait_status, 0);
	return status_of(wait_status);
}
