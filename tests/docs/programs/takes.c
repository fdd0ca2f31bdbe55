// SPDX-License-Identifier: MIT
/*
 * Takes COUNT blocks of SIZE bytes and keeps them, or says after how many KiB there was no memory: takes SIZE COUNT.
 * Then prints how many mappings it has.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argument_count, char **arguments)
{
	size_t size = argument_count > 2 ? strtoul(arguments[1], NULL, 0) : 0;
	size_t count = argument_count > 2 ? strtoul(arguments[2], NULL, 0) : 0;
	size_t mappings = 0;
	FILE *file;

	for (size_t i = 0; i < count; i++)
		if (!malloc(size)) {
			printf("%zu KiB: %s\n", i * size / 1024,
			       errno == ENOMEM ? "ENOMEM" : strerror(errno));
			return 1;
		}
	file = fopen("/proc/self/maps", "r");
	if (!file)
		return 2;
	for (int byte; (byte = getc(file)) != EOF;)
		mappings += byte == '\n';
	fclose(file);
	printf("all of them, %zu mappings\n", mappings);
	return 0;
}
