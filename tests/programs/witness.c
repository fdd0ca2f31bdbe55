/*
 * A library that is preloaded before libtailor.so: as each process starts, it appends a line to the file that
 * WITNESS names: the program, and the file in which that process finds malloc. So a test knows that a program
 * really ran on the allocator under test, and each of its helpers too. It asks for the next malloc behind its
 * own place, because in a program at a fixed address (Debian's python3) malloc has the address of a stub in the
 * program itself.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void testify(void)
{
	const char *path = getenv("WITNESS");
	void *address = dlsym(RTLD_NEXT, "malloc");
	char line[4096];
	Dl_info info;
	int length, file;

	if (path == NULL)
		return;
	if (address == NULL || dladdr(address, &info) == 0 || info.dli_fname == NULL)
		info.dli_fname = "nowhere";
	length = snprintf(line, sizeof(line), "%s %s\n", program_invocation_short_name,
			  info.dli_fname);
	file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (length <= 0 || file == -1 || write(file, line, (size_t)length) != length)
		_exit(126);
	close(file);
}
