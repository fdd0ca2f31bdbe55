/*
 * Gives inputs to the fuzz targets without a fuzzer, and so on any target of the build.
 *
 *	fuzz_replay			all inputs of $TEST_CORPUS/single.hex and threads.hex
 *	fuzz_replay CORPUS.hex LINE	one of them
 *	fuzz_replay TARGET FILE		a file that the fuzzer wrote; TARGET is single or threads
 *
 * Each input has a child of its own, so that it meets the heap as it is at the start; there it is done
 * several times, until doing it again maps nothing more, which must come soon. (Not at once: a refusal
 * of the system may meet another request the second time.) Under an emulator a child is dear: it does a
 * batch of inputs, each once; every fourth is taken, of those for threads every twelfth. Which ones depends
 * on the target's name, so that several targets do more than one does.
 */
#include "fuzz/corpus.h"
#include "fuzz/lane.h"

#include "platform/compiler.h"
#include "support/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PATH_SIZE = 1024,
	ROUNDS_MIN = 3,
	ROUNDS_MAX = 16,
	EMULATED_BATCH = 32,
	EMULATED_STEP = 4,
	EMULATED_STEP_THREADS = 12,
	CHILD_SECONDS_LEAST = 60,
};

/* Which inputs of a corpus: from `first`, `count` lines, each `step`-th, but `phase` before. */
struct batch {
	const char *path;
	bool is_for_threads;
	unsigned first;
	unsigned count;
	unsigned step;
	unsigned phase;
};

static uint8_t bytes[CORPUS_INPUT_MAX];

/* What a child writes to standard error, shown when it fails. */
static FILE *said;

/* In an emulator, of the program or of a whole machine. */
static bool is_slow(void)
{
	return getenv("TEST_EMULATED") != NULL || getenv("TEST_SLOW") != NULL;
}

/* Two thirds of what the program may take: by then a child hangs. */
static unsigned child_seconds(void)
{
	const char *given = getenv("TEST_SECONDS");
	unsigned seconds = given ? (unsigned)strtoul(given, NULL, 10) / 3 * 2 : 0;

	return seconds > CHILD_SECONDS_LEAST ? seconds : CHILD_SECONDS_LEAST;
}

/* ---- in the child ---------------------------------------------------------------------------- */

static void replay_input(bool is_for_threads, size_t length)
{
	size_t mapped = SIZE_MAX;
	bool maps_more = true;

	for (int round = 0; round < (maps_more ? ROUNDS_MAX : ROUNDS_MIN); round++) {
		if (is_for_threads)
			run_threads(bytes, length);
		else
			run_single(bytes, length);
		maps_more = !is_for_threads && ledger_bytes() > mapped;
		mapped = ledger_bytes();
		if (is_slow())
			return;
	}
	REQUIRE(!maps_more, "doing the same again and again maps nothing more");
}

static void replay_batch(const struct batch *batch)
{
	FILE *corpus = fopen(batch->path, "r");
	size_t length;

	alarm(child_seconds());
	for (unsigned line = 1; corpus && corpus_read(corpus, bytes, &length); line++) {
		if (line < batch->first || line >= batch->first + batch->count ||
		    (line + batch->phase) % batch->step != 0)
			continue;
		fprintf(stderr, "%s %u:\n", batch->path, line);
		replay_input(batch->is_for_threads, length);
	}
}

/* ---- in the parent --------------------------------------------------------------------------- */

static void show_said(void)
{
	int letter;

	rewind(said);
	while ((letter = getc(said)) != EOF)
		putchar(letter);
}

/* In a child, replays a batch, or without one the `length` bytes. Returns whether all was well. */
static bool replay(const struct batch *batch, bool is_for_threads, size_t length)
{
	int status = 0;
	pid_t child;

	if (!said)
		said = tmpfile();
	if (!said || ftruncate(fileno(said), 0) != 0) {
		perror("a temporary file");
		exit(2);
	}
	fflush(NULL);
	child = fork();
	if (child == 0) {
		dup2(fileno(said), STDERR_FILENO);
		lseek(STDERR_FILENO, 0, SEEK_SET);
		if (batch)
			replay_batch(batch);
		else
			replay_input(is_for_threads, length);
		_exit(0);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && status == 0)
		return true;
	show_said();
	printf("ended with wait status 0x%x\n", (unsigned)status);
	return false;
}

static unsigned count_lines(const char *path)
{
	FILE *corpus = fopen(path, "r");
	unsigned count = 0;
	size_t length;

	if (!corpus) {
		perror(path);
		exit(2);
	}
	while (corpus_read(corpus, bytes, &length))
		count++;
	fclose(corpus);
	return count;
}

/* A number below `step` that the target decides. */
static unsigned phase_of_target(unsigned step)
{
	unsigned phase = 0;

	for (const char *name = CONFIG_CROSS_COMPILE; *name; name++)
		phase = phase * 31 + (unsigned char)*name;
	return phase % step;
}

static bool replay_kept(const char *folder, const char *name)
{
	char path[PATH_SIZE];
	struct batch batch = {.path = path, .count = 1, .step = 1};
	unsigned lines;
	bool is_well;

	snprintf(path, sizeof(path), "%s/%s.hex", folder, name);
	batch.is_for_threads = strcmp(name, "threads") == 0;
	if (is_slow()) {
		batch.count = EMULATED_BATCH;
		batch.step = batch.is_for_threads ? EMULATED_STEP_THREADS : EMULATED_STEP;
		batch.phase = phase_of_target(batch.step);
	}
	printf("[ RUN      ] corpus_%s\n", name);
	lines = count_lines(path);
	is_well = lines > 0;
	for (batch.first = 1; batch.first <= lines; batch.first += batch.count)
		is_well &= replay(&batch, false, 0);
	printf("%u inputs\n[ %s ] corpus_%s\n", lines, is_well ? "      OK" : " FAILED ", name);
	return is_well;
}

static bool replay_file(const char *target, const char *path)
{
	FILE *file = fopen(path, "r");
	size_t length;

	if (!file) {
		perror(path);
		exit(2);
	}
	length = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	return replay(NULL, strcmp(target, "threads") == 0, length);
}

int main(int argc, char **argv)
{
	const char *folder = getenv("TEST_CORPUS");
	bool is_well;

	if (argc == 3 && strstr(argv[1], ".hex")) {
		const struct batch batch = {
			.path = argv[1],
			.is_for_threads = strstr(argv[1], "threads.hex") != NULL,
			.first = (unsigned)strtoul(argv[2], NULL, 0),
			.count = 1,
			.step = 1,
		};

		return !replay(&batch, false, 0);
	}
	if (argc == 3)
		return !replay_file(argv[1], argv[2]);
	if (argc != 1 || !folder) {
		fputs("usage: fuzz_replay [CORPUS.hex LINE | TARGET FILE], or with TEST_CORPUS set\n",
		      stderr);
		return 2;
	}
	is_well = replay_kept(folder, "single");
	if (IS_ENABLED(CONFIG_THREADS))
		is_well &= replay_kept(folder, "threads");
	return !is_well;
}
