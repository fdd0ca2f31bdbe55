# SPDX-License-Identifier: MIT
"""Whether the numbers of a JUnit report are those of its cases, and those that results.json has.

    counts.py report.xml results.json
"""

import json
import sys
import xml.etree.ElementTree as ElementTree


def must(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


root = ElementTree.parse(sys.argv[1]).getroot()
with open(sys.argv[2], encoding="utf-8") as file:
    results = {row["name"]: row for row in json.load(file)["rows"]}

for suite in root.findall("testsuite"):
    name, cases = suite.get("name"), suite.findall("testcase")
    must(int(suite.get("tests")) == len(cases), f"{name} has {suite.get('tests')} tests")
    for kind, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        found = [case for case in cases if case.find(element) is not None]
        must(int(suite.get(kind)) == len(found), f"{name} has {suite.get(kind)} {kind}")
        must(all(case.find(element).get("message") for case in found), f"{name}: each of its {kind} has a message")
    row = results[name]
    must(len(cases) == len(row["tests"]) + len(row["steps"]) + bool(row["reason"]), f"{name}: a case for each test")
    failed = {test["name"] for test in row["tests"] if test["status"] == "failed"}
    told = {case.get("name") for case in cases if case.find("failure") is not None}
    must(failed <= told, f"{name}: the failures are {failed}")
    must(bool(told) == (row["status"] == "failed"), f"{name} is {row['status']}")
for kind in ("tests", "failures"):
    total = sum(int(suite.get(kind)) for suite in root.findall("testsuite"))
    must(int(root.get(kind)) == total, f"{kind} of all suites are {total}")
must(len(root.findall("testsuite")) == len(results), "a suite for each row")
