# SPDX-License-Identifier: MIT
"""Which rows there are, which are wanted, and how they are dealt to the machines of a farm.

A row is a defconfig that has a line in scripts/testbed/targets. Shards are dealt by the processor seconds of
scripts/matrix/seconds alone, which is part of the tree: every machine of a farm deals alike, so that the shards
together are the whole and no row is in two of them. Rows are taken from the longest to the shortest, each for the
shard that has least to do.
"""

import fnmatch
import os

# Beside the name and its columns; the rest of a line is the business of scripts/testbed.
TARGETS = "scripts/testbed/targets"
SECONDS = "scripts/matrix/seconds"


class Mistake(Exception):
    """What the user asked for cannot be."""


class Row:
    def __init__(self, name, packages):
        self.name = name
        self.packages = packages


def table(path):
    """The lines of a table with columns, without its comments."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if line and not line.startswith("#"):
                yield number, [column.strip() for column in line.split("|")]


def read_rows(srctree):
    path = os.path.join(srctree, TARGETS)
    rows = []
    for number, columns in table(path):
        if len(columns) < 3:
            raise Mistake(f"{TARGETS}:{number}: not NAME | EMULATOR | PACKAGES")
        if not os.path.exists(os.path.join(srctree, "configs", columns[0] + "_defconfig")):
            raise Mistake(f"{TARGETS}:{number}: there is no configs/{columns[0]}_defconfig")
        rows.append(Row(columns[0], [name for name in columns[2].split() if not name.endswith("@source")]))
    if not rows:
        raise Mistake(f"{TARGETS}: no rows")
    return rows


def without_row(srctree, rows):
    """Names of defconfigs that no row builds."""
    known = {row.name for row in rows}
    files = sorted(os.listdir(os.path.join(srctree, "configs")))
    names = [file[: -len("_defconfig")] for file in files if file.endswith("_defconfig")]
    return [name for name in names if name not in known]


def choose(rows, patterns):
    """The rows that a pattern fits; each pattern has to fit one."""
    names = [row.name for row in rows]
    wanted = set()
    for pattern in patterns.split() or ["*"]:
        fitting = fnmatch.filter(names, pattern)
        if not fitting:
            raise Mistake(f"MATRIX={pattern}: no row has such a name; there are:\n  " + "\n  ".join(names))
        wanted.update(fitting)
    return [row for row in rows if row.name in wanted]


def read_seconds(srctree):
    path = os.path.join(srctree, SECONDS)
    if not os.path.exists(path):
        return {}
    seconds = {}
    for number, columns in table(path):
        try:
            name, value = columns
            seconds[name] = float(value)
        except ValueError:
            raise Mistake(f"{SECONDS}:{number}: not NAME | SECONDS") from None
    return seconds


def write_seconds(srctree, measured):
    """Takes the measured ones over; the others stay, unless their row is gone."""
    names = [row.name for row in read_rows(srctree)]
    seconds = {**read_seconds(srctree), **measured}
    path = os.path.join(srctree, SECONDS)
    with open(path, encoding="utf-8") as file:
        comment = [line for line in file if line.startswith("#")]
    lines = [f"{name:<20} | {seconds[name]:5.0f}\n" for name in names if name in seconds]
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write("".join([*comment, "\n", *lines]))
    os.replace(path + ".new", path)


def expected(row, seconds):
    """What a row will take; one that was never measured is taken for a middling one."""
    known = sorted(seconds.values())
    return seconds.get(row.name, known[len(known) // 2] if known else 1.0)


def longest_first(rows, seconds):
    return sorted(rows, key=lambda row: (-expected(row, seconds), row.name))


def deal(rows, count, seconds):
    """As many lists of rows as there are shards."""
    shards = [[] for _ in range(count)]
    loads = [0.0] * count
    for row in longest_first(rows, seconds):
        least = loads.index(min(loads))
        shards[least].append(row)
        loads[least] += expected(row, seconds)
    return shards


def read_shard(text):
    """K/N as two numbers."""
    number, slash, count = text.partition("/")
    if not (slash and number.isascii() and number.isdigit() and count.isascii() and count.isdigit()):
        raise Mistake(f"SHARD={text}: not of the form K/N, as in SHARD=2/8")
    if not 1 <= int(number) <= int(count):
        raise Mistake(f"SHARD={text}: the first number counts from 1 to the second")
    return int(number), int(count)


def shard_of(rows, text, seconds):
    number, count = read_shard(text)
    return deal(rows, count, seconds)[number - 1]


def read_jobs(text):
    if not text:
        return len(os.sched_getaffinity(0))
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise Mistake(f"JOBS={text}: not a number of rows at a time, as in JOBS=4")
    return int(text)


def read_switch(name, text, default):
    if not text:
        return default
    if text in ("yes", "y", "1"):
        return True
    if text in ("no", "n", "0"):
        return False
    raise Mistake(f"{name}={text}: it is yes or no")
