// SPDX-License-Identifier: MIT
/* A program that dies of SIGILL in a function of its own. */
#include <stdlib.h>

__attribute__((noinline)) static void newer_than_the_machine(void)
{
	__builtin_trap();
}

int main(void)
{
	free(malloc(100));
	newer_than_the_machine();
}
