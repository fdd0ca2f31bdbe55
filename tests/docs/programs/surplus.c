// SPDX-License-Identifier: MIT
/* A library that takes what glibc has left over for initial-exec variables of libraries that are opened later. */
__thread char surplus[1700] __attribute__((tls_model("initial-exec")));

char *surplus_taken(void);

char *surplus_taken(void)
{
	return surplus;
}
