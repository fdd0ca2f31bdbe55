#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares what gcovr counted with the reasons for what is not executed.

    scripts/coverage/report.py coverage.json tests/coverage/reasons LINES_MIN BRANCHES_MIN

A reason stands for all of a function: "FILE | FUNCTION | LINES | BRANCHES | WHY". LINES is how many of its lines no
test executes, BRANCHES of how many others a branch is never taken; "3?" is up to three, for what depends on the turns
that threads take or on the system. "*" for FUNCTION stands for all of a file that have no reason of their own. It is
an error when there are more, or fewer, than the reason says, or some and no reason; when a file or function is not
there; and when less than the least percentage is executed.

With "list" for reasons, the lines of such a file are printed.
"""
import json
import os
import re
import sys


class Function:
    """The lines of a function, and what is not executed of them."""

    def __init__(self):
        self.lines = []
        self.branches = []


def functions_of(entry):
    """The functions of a file, each line given to the last one that begins before it."""
    starts = sorted((function["lineno"], function["name"]) for function in entry["functions"])
    found = {}
    for line in entry["lines"]:
        if line.get("gcovr/noncode"):
            continue
        name = "-"
        for start, candidate in starts:
            if start <= line["line_number"]:
                name = candidate
        function = found.setdefault(name, Function())
        if line["count"] == 0:
            function.lines.append(line["line_number"])
        elif any(branch["count"] == 0 for branch in line["branches"]):
            function.branches.append(line["line_number"])
    return found


def read_reasons(path):
    reasons = {}
    errors = []
    with open(path, encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            text = text.strip()
            if not text or text.startswith("#"):
                continue
            fields = [field.strip() for field in text.split("|")]
            if len(fields) != 5 or not all(re.fullmatch(r"\d+\??", count) for count in fields[2:4]) or not fields[4]:
                errors.append(f"{path}:{number}: not FILE | FUNCTION | LINES | BRANCHES | WHY")
            elif (fields[0], fields[1]) in reasons:
                errors.append(f"{path}:{number}: {fields[1]} has a reason already")
            else:
                reasons[fields[0], fields[1]] = (f"{path}:{number}", fields[2], fields[3])
    return reasons, errors


def judge_count(place, name, what, numbers, allowed):
    """NUMBERS are the lines that are not executed; ALLOWED is what the reason says of them."""
    most = int(allowed.rstrip("?"))
    if len(numbers) > most:
        return [f"{place}: {name}: {what} {numbers} are not executed; there are reasons for {most}"]
    if len(numbers) < most and not allowed.endswith("?"):
        return [f"{place}: {name}: {len(numbers)} {what} are not executed, fewer than the {most} that have a reason: "
                "bring it up to date"]
    return []


def judge_file(path, functions, reasons):
    """What is wrong with the reasons of a file's functions; those of "*" are judged together."""
    rest = Function()
    errors = []
    for name, function in functions.items():
        if (path, name) in reasons or (path, "*") not in reasons:
            errors += judge(path, name, function, reasons)
        else:
            rest.lines += function.lines
            rest.branches += function.branches
    if (path, "*") in reasons:
        errors += judge(path, "*", rest, reasons)
    return errors


def judge(path, name, function, reasons):
    """What is wrong with the reason of a function, or with its want of one."""
    first = min(function.lines + function.branches, default=0)
    place, lines, branches = reasons.pop((path, name), (f"{path}:{first}", "0", "0"))
    return (judge_count(place, name, "lines", function.lines, lines) +
            judge_count(place, name, "branches of lines", function.branches, branches))


def list_all(files):
    for entry in files:
        for name, function in functions_of(entry).items():
            if function.lines or function.branches:
                print(f"{entry['file']} | {name} | {len(function.lines)} | {len(function.branches)} | "
                      f"lines {function.lines}, branches of {function.branches}")


def percentage(counts):
    return 100 * sum(count > 0 for count in counts) / len(counts) if counts else 0


def main():
    counted, source, lines_min, branches_min = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
    with open(counted, encoding="utf-8") as file:
        files = json.load(file)["files"]
    if source == "list":
        list_all(files)
        return 0
    reasons, errors = read_reasons(source)
    lines, branches = [], []
    for entry in files:
        path = entry["file"]
        for line in entry["lines"]:
            if not line.get("gcovr/noncode"):
                lines.append(line["count"])
                branches.extend(branch["count"] for branch in line["branches"])
        errors += judge_file(path, functions_of(entry), reasons)
    for (path, name), (place, allowed, also) in reasons.items():
        # A header whose functions are nowhere compiled has no lines.
        if name != "*" or not (allowed + also).endswith("?") or not os.path.exists(path):
            errors.append(f"{place}: there is no function {name} in {path}")
    for what, counts, least in (("lines", lines, lines_min), ("branches", branches, branches_min)):
        print(f"{what}: {percentage(counts):.1f} % of {len(counts)} are executed; at least {least:g} % are wanted")
        if percentage(counts) < least:
            errors.append(f"coverage: fewer than {least:g} % of {what}")
    print("\n".join(errors))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
