/*
 * measure RESULT COMMAND [ARGUMENT...]: runs COMMAND and appends a line to the file RESULT:
 *
 *	wall-clock time in ms, processor time in ms, peak RSS in KiB, page faults
 *
 * of the command and all that it waited for (the RSS is that of the largest process among them). Ends with
 * the command's status; with 125 when the command could not be run or measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(125);
}

static double now_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		die("clock_gettime");
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double timeval_ms(struct timeval time)
{
	return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	double start, elapsed;
	FILE *result;
	pid_t child;
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: measure RESULT COMMAND [ARGUMENT...]\n");
		return 125;
	}
	start = now_ms();
	child = fork();
	if (child == -1)
		die("fork");
	if (child == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(125);
	}
	if (waitpid(child, &status, 0) != child)
		die("waitpid");
	elapsed = now_ms() - start;
	if (getrusage(RUSAGE_CHILDREN, &usage) != 0)
		die("getrusage");
	result = fopen(argv[1], "a");
	if (result == NULL)
		die(argv[1]);
	fprintf(result, "%.1f %.1f %ld %ld\n", elapsed,
		timeval_ms(usage.ru_utime) + timeval_ms(usage.ru_stime), usage.ru_maxrss,
		usage.ru_minflt + usage.ru_majflt);
	if (fclose(result) != 0)
		die(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
