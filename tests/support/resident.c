/*
 * Reads /proc: in kibibytes, whatever the page size, and without the family under test. What is resident is added up from
 * the page tables (smaps_rollup): VmRSS is a count that each processor keeps a part of, off by a hundred KiB and more.
 */
#include "support/resident.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STATUS_MAX = 4096,
};

static size_t bytes_of(const char *path, const char *name)
{
	char status[STATUS_MAX];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = read(file, status, sizeof(status) - 1);

	close(file);
	status[length > 0 ? length : 0] = '\0';
	const char *line = strstr(status, name);

	return line ? strtoul(line + strlen(name), NULL, 10) * 1024 : 0;
}

size_t resident_bytes(void)
{
	const char *path = "/proc/self/smaps_rollup";

	/* What MADV_FREE gave back stays until somebody needs it. */
	return bytes_of(path, "Anonymous:") - bytes_of(path, "LazyFree:");
}

size_t mapped_bytes(void)
{
	return bytes_of("/proc/self/status", "VmSize:");
}
