#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts, from the files alone, which pairs of values a set of configurations covers.

    tests/random/pairs.py FOLDER [OTHER...]

FOLDER is what `make pairwise` leaves: N.config, N.target and the list `pairs`. The values are found anew, by a plain
reading of the Kconfig files, and nothing of the generator is used. What it lists as covered must be just what
occurs in its configurations; all that there is must be in the list, covered or impossible; and nothing
that it calls impossible may occur in the configurations of the OTHER folders, which were made at random.
"""
import itertools
import pathlib
import re
import sys

FIXED = re.compile(r"(LIBC_|ARCH_(?!BIG_ENDIAN)|ARM_FLOAT_|CROSS_COMPILE)")


class Menu:
    """The units and their values, as items "NAME=value"."""

    def __init__(self):
        self.unit_of = {}
        self.is_bool = {}
        self.values = {}
        self.choice = 0
        self.copies = {}
        self.prompted = set()

    def read(self, path):
        entry = choice = None
        in_help = False
        for line in pathlib.Path(path).read_text().replace("\\\n", " ").splitlines():
            if re.match(r"[a-z]", line):
                in_help = False
            if in_help:
                continue
            word = line.split()
            if not word or word[0].startswith("#"):
                continue
            if word[0] == "source":
                self.read(word[1].strip('"'))
            elif word[0] == "choice":
                self.choice += 1
                choice, entry = f"choice {self.choice}", None
            elif word[0] == "endchoice":
                choice = entry = None
            elif word[0] == "config":
                entry = word[1]
                self.unit_of[entry] = choice or entry
                self.values.setdefault(entry, set())
            elif word[0] == "help":
                in_help = True
            elif word[0] in ("menu", "endmenu", "if", "endif", "comment"):
                entry = None
            elif entry:
                self.attribute(entry, word)
            for name, sign, number in re.findall(r"(\w+) ([<>]=?) (\d+)", line):
                turn = int(number) + (sign in (">", "<="))
                self.values.setdefault(name, set()).update((turn - 1, turn))

    def attribute(self, entry, word):
        if word[0] in ("bool", "int"):
            self.is_bool[entry] = word[0] == "bool"
            if len(word) > 1:
                self.prompted.add(entry)
        elif word[0] == "range":
            for bound in word[1:3]:
                if bound.isdigit():
                    self.values[entry].add(int(bound))
                else:
                    self.copies[entry] = bound
        elif word[0] == "default" and word[1].isdigit():
            self.values[entry].add(int(word[1]))

    def items(self):
        """Each item and its unit."""
        found = {}
        for name, unit in self.unit_of.items():
            if FIXED.match(name) or name not in self.prompted or name not in self.is_bool:
                continue
            if unit != name:
                found[f"{name}=y"] = unit
            elif self.is_bool[name]:
                found[f"{name}=n"] = found[f"{name}=y"] = unit
            else:
                numbers = self.values[name] | self.values.get(self.copies.get(name), set())
                found.update((f"{name}={number}", unit) for number in numbers)
        return found


def items_of(path, items):
    """The items that hold in the configuration; a bool that is not there is off."""
    text = path.read_text()
    held = {line[7:] for line in text.splitlines() if line.startswith("CONFIG_")}
    held.add("target=" + path.with_suffix(".target").read_text().strip())
    held |= {item for item, unit in items.items() if item == unit + "=n" and unit + "=y" not in held}
    return sorted(held & items.keys())


def pairs_in(folder, items):
    pairs = set()
    for path in folder.glob("*.config"):
        for pair in itertools.combinations(items_of(path, items), 2):
            pairs.add(frozenset(pair))
    return pairs


def main():
    folder = pathlib.Path(sys.argv[1])
    menu = Menu()
    menu.read("Kconfig")
    items = menu.items()
    for path in folder.glob("*.target"):
        items["target=" + path.read_text().strip()] = "target"

    listed = {"covered": set(), "impossible": set()}
    for line in (folder / "pairs").read_text().splitlines():
        verdict, left, right, *why = line.split()
        listed[verdict].add(frozenset((left, right.rstrip(":"))))
        if verdict == "impossible" and not why:
            sys.exit(f"no reason: {line}")

    possible = {frozenset(pair) for pair in itertools.combinations(items, 2) if items[pair[0]] != items[pair[1]]}
    occurring = pairs_in(folder, items)
    failed = 0
    for what, pairs in (
        ("listed as covered, but in no configuration", listed["covered"] - occurring),
        ("in a configuration, but not listed as covered", occurring - listed["covered"]),
        ("listed twice", listed["covered"] & listed["impossible"]),
        ("not listed at all", possible - listed["covered"] - listed["impossible"]),
        ("listed, but of no values of the menu", (listed["covered"] | listed["impossible"]) - possible),
        *(("called impossible, but it occurs at random", listed["impossible"] & pairs_in(pathlib.Path(other), items))
          for other in sys.argv[2:]),
    ):
        for pair in sorted(map(sorted, pairs))[:5]:
            print(f"{what}: {' '.join(pair)} (of {len(pairs)})")
            failed = 1
    print(f"{len(occurring)} of {len(possible) - len(listed['impossible'])} possible pairs occur")
    return failed or len(occurring) < 1000


if __name__ == "__main__":
    sys.exit(main())
