# SPDX-License-Identifier: MIT
"""What the runner, the report and the plots share: the table of rows, and the statistics.

Everything is the middle of several rounds: the median, with the distance between the quartiles as the measure
of how far the rounds differ.
"""

import math
import os

HERE = os.path.dirname(os.path.abspath(__file__))

# The kinds that have a geometric mean, and those that make up the mean of all.
MEAN_KINDS = ("single", "multi", "real", "scaling", "growth")
ALL_KINDS = ("single", "multi", "real")

# A distance between the quartiles of more than this part of the median is wide.
WIDE = 0.08


class Row:
    """A line of the table."""

    def __init__(self, line):
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 5:
            raise ValueError(f"bench/rows: not five fields: {line}")
        self.name, self.kind, needs, self.metric, command = fields
        self.needs = set() if needs == "-" else set(needs.split(","))
        self.command = command.split()
        # "x - ROW"
        self.metric, _, self.less = (part.strip() for part in self.metric.partition(" - "))

    @property
    def program(self):
        return self.command[0]

    def argument(self, name):
        for word in self.command[1:]:
            key, _, value = word.partition("=")
            if key == name:
                return value
        return None

    def threads(self):
        """How many threads work at a time."""
        pairs = self.argument("pairs")
        return int(self.argument("threads") or (2 * int(pairs) if pairs else self.argument("together") or 1))


def read_rows(path=os.path.join(HERE, "rows")):
    with open(path, encoding="utf-8") as table:
        lines = [line.strip() for line in table]
    rows = [Row(line) for line in lines if line and not line.startswith("#")]
    names = {row.name for row in rows}
    for row in rows:
        if row.less and row.less not in names:
            raise ValueError(f"bench/rows: {row.name} is less {row.less}, which is no row")
    return rows


def bytes_of(text):
    """16M -> 16777216"""
    power = "KMG".find(text[-1]) + 1
    return int(text[:-1] if power else text) << (10 * power)


# ---- statistics ----


def quantile(values, part):
    """By linear interpolation between the sorted values."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def median(values):
    return quantile(values, 0.5)


def spread(values):
    """The distance between the quartiles, as a part of the median."""
    middle = median(values)
    return (quantile(values, 0.75) - quantile(values, 0.25)) / middle if middle else 0.0


def geometric_mean(ratios):
    ratios = [ratio for ratio in ratios if ratio and ratio > 0]
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


# ---- results ----


class Results:
    """A file that the runner wrote."""

    def __init__(self, data):
        self.data = data
        self.rows = data["rows"]
        self.allocators = [allocator["name"] for allocator in data["allocators"]]
        self.base = self.allocators[0]
        self.by_name = {row["name"]: row for row in self.rows}

    def values(self, row, allocator, field):
        """The rounds' numbers; processor is user and system time together."""
        rounds = row["results"].get(allocator, [])
        if field == "processor":
            return [one["user"] + one["system"] for one in rounds]
        return [one[field] for one in rounds if field in one]

    def middle(self, row, allocator, field):
        values = self.values(row, allocator, field)
        return median(values) if values else None

    def best_other(self, row, allocator, field):
        """Who has the least of it, but for ALLOCATOR; None where nobody else was measured."""
        others = [name for name in self.allocators if name != allocator and self.values(row, name, field)]
        return min(others, key=lambda name: self.middle(row, name, field), default=None)

    def metric(self, row, allocator):
        """The median of the row's own metric, less that of another row where the table says so."""
        value = self.middle(row, allocator, row["metric"])
        other = self.by_name.get(row["less"]) if row["less"] else None
        if value is None or (row["less"] and other is None):
            return None
        return value - self.middle(other, allocator, row["metric"]) if other else value

    def ratio(self, row, allocator, field):
        ours = self.middle(row, allocator, field)
        base = self.middle(row, self.base, field)
        return ours / base if ours is not None and base else None

    def is_wide(self, row, allocator, field):
        values = self.values(row, allocator, field)
        return len(values) > 1 and spread(values) > WIDE

    def mean(self, kinds, allocator, field):
        return geometric_mean(
            [self.ratio(row, allocator, field) for row in self.rows if row["kind"] in kinds]
        )
