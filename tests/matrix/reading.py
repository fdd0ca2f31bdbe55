# SPDX-License-Identifier: MIT
"""Whether scripts/matrix/runner.py reads a run of tests as tests/support/run counts it.

    reading.py TREE <LOG

LOG is what the latter said of programs that end in every way there is. Prints each test that failed with the last line
of its message.
"""

import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1] + "/scripts/matrix")

import runner  # noqa: E402

tests = runner.Tests()
for line in sys.stdin:
    tests.line(line.rstrip("\n"))
tests.close("failed")
if tests.figures != tests.counted():
    sys.exit(f"counted {tests.counted()}, and the run {tests.figures}")
for test in tests.tests:
    if test["status"] != "passed":
        print(test["status"], test["program"], test["name"], "-", test["message"].splitlines()[-1])
