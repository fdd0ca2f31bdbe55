// SPDX-License-Identifier: MIT
/* Opens libraries by dlopen, one after the other: opens LIBRARY... */
#include <dlfcn.h>
#include <stdio.h>

int main(int argument_count, char **arguments)
{
	for (int i = 1; i < argument_count; i++)
		if (!dlopen(arguments[i], RTLD_NOW | RTLD_LOCAL)) {
			puts(dlerror());
			return 1;
		}
	puts("all are open");
	return 0;
}
