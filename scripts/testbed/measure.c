/*
 * measure RESULT [NAME=VALUE...] COMMAND [ARGUMENT...]: runs COMMAND with those variables in its environment, as
 * env does, and appends a line to the file RESULT:
 *
 *	wall-clock time in ms, user and system time in ms, peak RSS in KiB, page faults
 *
 * of the command and all that it waited for (the RSS is that of the largest process among them). Ends with
 * the command's status; with 125 when the command could not be run or measured.
 *
 * A process inherits the peak RSS of what called exec() in it, so a large program could not measure a small one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* The child: sets its environment and becomes the command. */
static _Noreturn void become(char **argument)
{
	while (*argument != NULL && strchr(*argument, '=') != NULL)
		putenv(*argument++);
	if (*argument != NULL)
		execvp(*argument, argument);
	perror(*argument != NULL ? *argument : "no command");
	_exit(125);
}

int main(int argc, char **argv)
{
	struct rusage usage;
	double start, elapsed;
	FILE *result;
	pid_t child;
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: measure RESULT [NAME=VALUE...] COMMAND [ARGUMENT...]\n");
		return 125;
	}
	start = now_ms();
	child = fork();
	if (child == -1)
		die("fork");
	if (child == 0)
		become(argv + 2);
	if (waitpid(child, &status, 0) != child)
		die("waitpid");
	elapsed = now_ms() - start;
	if (getrusage(RUSAGE_CHILDREN, &usage) != 0)
		die("getrusage");
	result = fopen(argv[1], "a");
	if (result == NULL)
		die(argv[1]);
	fprintf(result, "%.1f %.1f %.1f %ld %ld\n", elapsed, timeval_ms(usage.ru_utime),
		timeval_ms(usage.ru_stime), usage.ru_maxrss, usage.ru_minflt + usage.ru_majflt);
	if (fclose(result) != 0)
		die(argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
