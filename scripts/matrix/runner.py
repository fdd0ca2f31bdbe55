# SPDX-License-Identifier: MIT
"""One row: builds and tests a target in a folder of its own, and tells how it went.

The folder has `tree`, the row's copy of the sources; `build`, its output directory; `tmp`; and a log of each step.
The steps are those of a person: make NAME_defconfig, make, make check, make figures. The result is a dictionary that
JSON can hold, and that all reports are made from:

    name, status (passed, failed, skipped), reason (of a row that was not run), cached
    compiler, emulator, text, data, bss, rss_kib      by scripts/matrix/figures; None when it did not come to that
    passed, failed, skipped                           tests
    seconds, cpu_seconds, date
    steps: name, status, seconds, log (relative to the output)
    tests: program, name, status, seconds, message
    again: a command for each failure, which repeats it
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time

import inputs

# A step that takes longer is stopped: something hangs that has no limit of its own.
STEP_SECONDS_MAX = 1800

# A test may take that long: other rows run at the same time, and the limit is there for what hangs.
TEST_SECONDS = "600"

# What a message keeps of a log's end.
LINES_MAX = 40

RESULTS = {"OK": "passed", "FAILED": "failed", "SKIPPED": "skipped"}
BEGIN = re.compile(r"\[ RUN      \] (.*)$")
END = re.compile(r"\[ {0,7}(OK|FAILED|SKIPPED) {1,2}\] ")
PROGRAM = re.compile(r"== (\S+)$")
VERDICT = re.compile(r"== (\S+) (stopped after .*|ended with status .*|ran no test)$")
FIGURES = re.compile(r"(\d+) passed, (\d+) failed, (\d+) skipped$")


class Processes:
    """What runs now, so that an interruption can end it: each step is a session of its own."""

    def __init__(self):
        self.lock = threading.Lock()
        self.sessions = set()
        self.stopping = False

    def start(self, command, **options):
        with self.lock:
            if self.stopping:
                raise InterruptedError
            process = subprocess.Popen(command, start_new_session=True, **options)
            self.sessions.add(process.pid)
            return process

    def ended(self, process):
        with self.lock:
            self.sessions.discard(process.pid)

    def stop(self):
        with self.lock:
            self.stopping = True
            for session in self.sessions:
                kill(session)


def kill(session):
    """All of a session: `timeout` makes a process group of its own for each test."""
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.getsid(int(name)) == session:
                os.kill(int(name), signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


class Tests:
    """Reads what `make check` says, line by line and as it comes, so that every test has its time."""

    def __init__(self):
        self.tests = []
        self.program = ""
        self.name = None
        self.text = []
        self.figures = None
        self.since = time.monotonic()

    def line(self, line):
        begin, end, program = BEGIN.match(line), END.match(line), PROGRAM.match(line)
        verdict, figures = VERDICT.match(line), FIGURES.match(line)
        if begin:
            self.close("failed")
            self.open(begin.group(1))
        elif end:
            self.close(RESULTS[end.group(1)])
        elif program:
            self.close("failed")
            self.program = program.group(1)
            self.since = time.monotonic()
            self.text = []
        elif verdict:
            self.verdict(*verdict.groups())
        elif figures:
            self.figures = tuple(int(number) for number in figures.groups())
        else:
            self.text.append(line)

    def open(self, name):
        self.name = name
        self.text = []
        self.since = time.monotonic()

    def close(self, status):
        if self.name is None:
            return
        self.add(self.name, status, self.text)
        self.name = None
        self.text = []

    def add(self, name, status, text):
        seconds = time.monotonic() - self.since
        message = "" if status == "passed" else "\n".join(text[-LINES_MAX:])
        test = {"program": self.program, "name": name, "status": status, "seconds": round(seconds, 3)}
        self.tests.append({**test, "message": message})
        self.since = time.monotonic()

    def verdict(self, program, text):
        """A program that went down: the test that was open failed by it; without a failed one it counts itself."""
        self.text.append(f"{program} {text}")
        self.close("failed")
        if not any(test["program"] == program and test["status"] == "failed" for test in self.tests):
            self.add(program, "failed", self.text or [text])

    def count(self, status):
        return sum(test["status"] == status for test in self.tests)

    def counted(self):
        return self.count("passed"), self.count("failed"), self.count("skipped")


class Run:
    """The run of one row. `tell` is called with the name of each step that begins."""

    def __init__(self, name, tree, output, environment, processes, jobs=1, tell=None):
        self.name = name
        self.tree = tree
        self.output = output
        self.folder = os.path.join(output, "rows", name)
        self.processes = processes
        self.jobs = jobs
        self.tell = tell or (lambda step: None)
        self.given = inputs.variables(environment)
        self.environment = {"TEST_SECONDS": TEST_SECONDS, **inputs.passed_on(environment), **self.given, "LC_ALL": "C"}
        self.environment["TMPDIR"] = os.path.join(self.folder, "tmp")
        self.tests = Tests()
        self.cpu_seconds = 0.0
        self.result = empty(name)

    def run(self):
        start = time.monotonic()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(os.path.join(self.folder, "tmp"))
        self.tree.copy(self.name, os.path.join(self.folder, "tree"))
        steps = (
            self.step("configure", f"{self.name}_defconfig")
            and self.step("build", "all", options=[f"-j{self.jobs}"])
            and self.figures() & self.check()
        )
        self.result["status"] = "passed" if steps else "failed"
        self.result["seconds"] = round(time.monotonic() - start, 1)
        self.result["cpu_seconds"] = round(self.cpu_seconds, 1)
        self.result["again"] = self.again()
        return self.result

    # ---- steps ----

    def step(self, name, goal, options=(), take=None):
        """make GOAL; whether it succeeded. Each line goes to the log, and to `take`."""
        self.tell(name)
        start = time.monotonic()
        place = os.path.join("rows", self.name, name + ".log")
        command = ["make", "--no-print-directory", *options, "O=" + os.path.join(self.folder, "build"), goal]
        with open(os.path.join(self.output, place), "w", encoding="utf-8") as log:
            status = self.execute(command, log, take)
        self.result["steps"].append(
            {
                "name": name,
                "status": "passed" if status == 0 else "failed",
                "seconds": round(time.monotonic() - start, 1),
                "log": place,
            }
        )
        return status == 0

    def execute(self, command, log, take):
        process = self.processes.start(
            command,
            cwd=os.path.join(self.folder, "tree"),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        timer = threading.Timer(STEP_SECONDS_MAX, kill, [process.pid])
        timer.start()
        try:
            for line in process.stdout:
                line = line.decode("utf-8", "replace").rstrip("\n")
                log.write(line + "\n")
                if take:
                    take(line)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            timer.cancel()
            self.processes.ended(process)
        if self.processes.stopping:
            raise InterruptedError
        self.cpu_seconds += usage.ru_utime + usage.ru_stime
        if process.returncode == -signal.SIGKILL:
            log.write(f"stopped after {STEP_SECONDS_MAX} seconds, or killed\n")
        return process.returncode

    def figures(self):
        def take(line):
            name, _, value = line.partition(" ")
            if name in ("compiler", "emulator"):
                self.result[name] = value.strip()
            elif name in ("text", "data", "bss", "rss_kib") and value.isdigit():
                self.result[name] = int(value)

        return self.step("figures", "figures", options=["-s"], take=take)

    def check(self):
        """The run's own count is held against what was read line by line."""
        passed = self.step("check", "check", options=[f"-j{self.jobs}"], take=self.tests.line)
        self.tests.close("failed")
        self.result["tests"] = self.tests.tests
        self.result["passed"], self.result["failed"], self.result["skipped"] = self.tests.counted()
        step = self.result["steps"][-1]
        if self.tests.figures is not None and self.tests.figures != self.tests.counted():
            step["status"] = "failed"
            step["reason"] = f"counted {self.tests.counted()}, and `make check` {self.tests.figures}"
        elif not self.result["passed"]:
            step["status"] = "failed"
            step["reason"] = "no test passed"
        return step["status"] == "passed" and passed

    # ---- how to see it again ----

    def again(self):
        """A command for each test program and each step that failed."""
        programs = []
        for test in self.tests.tests:
            if test["status"] == "failed" and test["program"] not in programs:
                programs.append(test["program"])
        commands = [self.command(f"check TESTS={shlex.quote(program)}") for program in programs]
        goals = {"configure": None, "build": "", "figures": "figures", "check": "check"}
        for step in self.result["steps"]:
            if step["status"] == "failed" and not (step["name"] == "check" and programs):
                commands.append(self.command(goals[step["name"]]))
        return commands

    def command(self, goal):
        """To be started at the top of the tree."""
        given = {name: value for name, value in self.given.items() if name not in ("PATH", "TESTS")}
        words = " ".join(f"{name}={shlex.quote(value)}" for name, value in given.items())
        make = f"make O=build/again/{self.name}" + (f" {words}" if words else "")
        install = f"scripts/testbed/install build check {self.name} && "
        configure = f"{make} {self.name}_defconfig"
        return install + configure if goal is None else f"{install}{configure} && {make} {goal}".rstrip()


def empty(name):
    """A result of a row that did not begin."""
    return {
        "name": name,
        "status": "failed",
        "reason": "",
        "cached": False,
        "compiler": None,
        "emulator": None,
        "text": None,
        "data": None,
        "bss": None,
        "rss_kib": None,
        "passed": 0,
        "failed": 0,
        "skipped": 0,
        "seconds": 0.0,
        "cpu_seconds": 0.0,
        "date": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()),
        "steps": [],
        "tests": [],
        "again": [],
    }
