# SPDX-License-Identifier: MIT
"""Objects, as Python programs make them: records in dictionaries, text taken apart and put together, JSON, trees,
closures and generators. `objects.py ROUNDS` prints a number that depends on all of them.
"""

import json
import sys


class Node:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


def insert(root, key):
    while True:
        side = "left" if key < root.key else "right"
        following = getattr(root, side)
        if following is None:
            setattr(root, side, Node(key))
            return
        root = following


def depth(node):
    return 0 if node is None else 1 + max(depth(node.left), depth(node.right))


def trees(seed):
    root = Node(500)
    for i in range(1500):
        insert(root, (seed * 7919 + i * 104729) % 1000)
    # Equal keys make lines of nodes to the right.
    return depth(root)


def records(seed):
    table = {}
    for i in range(6000):
        key = f"record {(seed * 31 + i * 17) % 2000}"
        entry = table.setdefault(key, {"name": key, "values": [], "total": 0.0})
        entry["values"].append((i, i * 0.5))
        entry["total"] += i
        if len(entry["values"]) > 4:
            del table[key]
    return len(table)


def documents(seed):
    value = {f"key {i}": [i, i * seed, {"text": "x" * (i % 50), "flag": i % 3 == 0}] for i in range(500)}
    text = json.dumps(value)
    assert json.loads(text) == value
    return len(text)


def texts(seed):
    lines = [f"{i},{i * seed % 97},{'word ' * (i % 11)}" for i in range(3000)]
    fields = [line.split(",") for line in "\n".join(lines).split("\n")]
    return sum(len(field[2].strip().upper()) for field in fields)


def functions(seed):
    adders = [lambda value, i=i: value + i for i in range(3000)]
    pairs = ((adder(seed), str(seed)) for adder in adders)
    return sum(number + len(text) for number, text in pairs)


def main():
    total = 0
    for seed in range(1, int(sys.argv[1]) + 1):
        for part in (trees, records, documents, texts, functions):
            total = (total * 31 + part(seed)) % 1000000007
    print(total)


if __name__ == "__main__":
    main()
