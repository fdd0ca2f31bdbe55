/*
 * Between a corpus as it is kept (corpus.h) and the files that libFuzzer works on.
 *
 *	unpack FOLDER <CORPUS.hex	writes each input to a file
 *	unpack -p FILE... >CORPUS	the other way round; the lines are to be sorted
 */
#include "fuzz/corpus.h"

#include <string.h>

enum {
	PATH_SIZE = 4096,
};

static uint8_t bytes[CORPUS_INPUT_MAX];

static int fail(const char *path)
{
	perror(path);
	return 2;
}

static int unpack(const char *folder)
{
	size_t length;

	for (unsigned line = 1; corpus_read(stdin, bytes, &length); line++) {
		char path[PATH_SIZE];
		FILE *file;

		snprintf(path, sizeof(path), "%s/%u", folder, line);
		file = fopen(path, "w");
		if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
			return fail(path);
	}
	return 0;
}

static int pack(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t length;

	if (!file)
		return fail(path);
	length = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	for (size_t i = 0; i < length; i++)
		printf("%02x", bytes[i]);
	putchar('\n');
	return 0;
}

int main(int argc, char **argv)
{
	int status = 0;

	if (argc == 2)
		return unpack(argv[1]);
	for (int i = 2; i < argc && status == 0 && strcmp(argv[1], "-p") == 0; i++)
		status = pack(argv[i]);
	return status;
}
