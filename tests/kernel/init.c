/*
 * The first process of the machine that tests/kernel/run starts: runs each program of the file /tests, one after
 * the other, says on the console how each ended, and switches the machine off.
 *
 * A line of /tests is a number of seconds, a name without spaces, and a command with its arguments. What a program
 * prints goes to the console, between two lines of ours that tests/kernel/replay looks for:
 *
 *	@ begin NAME
 *	@ end NAME STATUS TRAPS MILLISECONDS
 *
 * STATUS is the exit status, 128 + the signal that ended it, or 124 as from timeout(1). TRAPS is how many
 * misaligned accesses of programs the kernel had to carry out itself meanwhile, by /proc/cpu/alignment, "-" where
 * the processor has no such file. Anything that init cannot do ends the run with a line "@ cannot ...".
 *
 * The environment is what the kernel makes of its command line: NAME=VALUE that it does not know itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	ARGUMENTS_MAX = 8,
	LINE_MAX_BYTES = 512,
	NEVER_RUN = 127,
	SIGNAL_BASE = 128,
	TIMED_OUT = 124,
	NO_COUNT = -1,
};

struct test {
	unsigned seconds;
	char *name;
	char *command[ARGUMENTS_MAX + 1];
};

static _Noreturn void switch_off(void)
{
	fflush(NULL);
	tcdrain(STDOUT_FILENO);
	reboot(RB_POWER_OFF);
	/* The kernel panics when its first process ends, and that ends the run as well. */
	_exit(1);
}

static _Noreturn void cannot(const char *what)
{
	printf("\n@ cannot %s: %s\n", what, strerror(errno));
	switch_off();
}

static void mount_system(const char *type, const char *folder)
{
	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		cannot(folder);
	if (mount(type, folder, type, 0, NULL) != 0)
		cannot(folder);
}

/* Lines end as the programs end them, without a carriage return before. */
static void set_console(void)
{
	struct termios console;

	if (tcgetattr(STDOUT_FILENO, &console) != 0)
		cannot("ask the console");
	console.c_oflag &= ~(tcflag_t)OPOST;
	if (tcsetattr(STDOUT_FILENO, TCSANOW, &console) != 0)
		cannot("set the console");
	setvbuf(stdout, NULL, _IOFBF, 0);
}

static void present_machine(void)
{
	struct utsname kernel;

	if (uname(&kernel) != 0)
		cannot("ask for the kernel's name");
	printf("\n@ kernel %s %s %s %s, %ld processors, %ld MiB, pages of %ld bytes\n",
	       kernel.sysname, kernel.release, kernel.version, kernel.machine,
	       sysconf(_SC_NPROCESSORS_ONLN),
	       sysconf(_SC_PHYS_PAGES) / 1024 * sysconf(_SC_PAGESIZE) / 1024,
	       sysconf(_SC_PAGESIZE));
	fflush(stdout);
}

/* How many misaligned accesses of programs the kernel has dealt with since it started. */
static long trap_count(void)
{
	static const char label[] = "User:";
	FILE *file = fopen("/proc/cpu/alignment", "r");
	char line[LINE_MAX_BYTES];
	long count = NO_COUNT;

	if (file == NULL)
		return NO_COUNT;
	while (count == NO_COUNT && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, label, strlen(label)) == 0)
			count = strtol(line + strlen(label), NULL, 10);
	}
	fclose(file);
	return count;
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void become(const struct test *test)
{
	setpgid(0, 0);
	execv(test->command[0], test->command);
	printf("%s: %s\n", test->command[0], strerror(errno));
	fflush(stdout);
	_exit(NEVER_RUN);
}

static void wake(int number)
{
	(void)number;
}

/* Waits for `child` and for every orphan that ends before it, no longer than its seconds. */
static int wait_for(pid_t child, unsigned seconds)
{
	bool is_late = false;
	int status = 0;

	alarm(seconds);
	for (;;) {
		pid_t ended = waitpid(-1, &status, 0);

		if (ended == child)
			break;
		if (ended == -1 && errno != EINTR)
			cannot("wait");
		if (ended == -1) {
			is_late = true;
			kill(-child, SIGKILL);
		}
	}
	alarm(0);
	kill(-child, SIGKILL);
	if (is_late)
		return TIMED_OUT;
	return WIFSIGNALED(status) ? SIGNAL_BASE + WTERMSIG(status) : WEXITSTATUS(status);
}

static void run(const struct test *test)
{
	long traps = trap_count();
	long start = now_ms();

	printf("\n@ begin %s\n", test->name);
	fflush(stdout);
	pid_t child = fork();

	if (child == -1)
		cannot("fork");
	if (child == 0)
		become(test);
	int status = wait_for(child, test->seconds);

	printf("\n@ end %s %d ", test->name, status);
	if (traps == NO_COUNT)
		printf("-");
	else
		printf("%ld", trap_count() - traps);
	printf(" %ld\n", now_ms() - start);
	fflush(stdout);
}

/* Cuts a line into its words. */
static bool parse(char *line, struct test *test)
{
	char *seconds = strtok(line, " \n");
	size_t count = 0;

	test->name = strtok(NULL, " \n");
	do {
		test->command[count] = strtok(NULL, " \n");
	} while (test->command[count] != NULL && ++count < ARGUMENTS_MAX);
	test->command[count] = NULL;
	if (seconds == NULL || count == 0)
		return false;
	test->seconds = (unsigned)strtoul(seconds, NULL, 10);
	return test->seconds > 0;
}

static void run_all(void)
{
	FILE *list = fopen("/tests", "re");
	char line[LINE_MAX_BYTES];
	struct test test;

	if (list == NULL)
		cannot("read /tests");
	while (fgets(line, sizeof(line), list) != NULL) {
		errno = EINVAL;
		if (!parse(line, &test))
			cannot("understand a line of /tests");
		run(&test);
	}
	fclose(list);
}

int main(void)
{
	const struct sigaction waking = {.sa_handler = wake};

	set_console();
	mount_system("proc", "/proc");
	mount_system("devtmpfs", "/dev");
	mount_system("tmpfs", "/tmp");
	sigaction(SIGALRM, &waking, NULL);
	present_machine();
	run_all();
	printf("\n@ over\n");
	switch_off();
}
