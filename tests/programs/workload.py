"""A program of many kinds of work for Python on another malloc (PYTHONMALLOC=malloc): each part checks its own
results and prints a digest that does not depend on the run, so that two runs can be compared.
"""

import hashlib
import json
import multiprocessing
import re
import sqlite3
import threading
import zlib


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def document(seed, depth):
    if depth == 0:
        return [seed, seed * 0.5, f"leaf {seed}", None, seed % 2 == 0]
    return {f"key {seed} {i}": document(seed * 3 + i, depth - 1) for i in range(6)}


def work_json():
    value = document(1, 5)
    text = json.dumps(value, indent=1, sort_keys=True)
    assert json.loads(text) == value
    return digest(text)


def work_re():
    text = " ".join(f"word{i}@host{i % 7}.example, {i * 37}" for i in range(20000))
    found = re.findall(r"(\w+)@(\w+)\.example", text)
    assert len(found) == 20000
    return digest(re.sub(r"\d+", lambda number: number.group()[::-1], text))


def work_zlib():
    data = b"".join(str(i * i).encode() for i in range(200000))
    packed = zlib.compress(data, 9)
    assert zlib.decompress(packed) == data
    return digest(packed.hex())


def chain(start):
    pieces = []
    for i in range(20000):
        pieces.append(str(start + i) * (i % 9))
        if i % 3 == 0:
            pieces[i // 3] = pieces[i // 3].upper() + "x"
    return digest("".join(pieces))


def work_threads():
    results = {}

    def body(number):
        results[number] = chain(number)

    for _ in range(4):
        threads = [threading.Thread(target=body, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return digest(" ".join(results[i] for i in range(8)))


def work_fork():
    """Children forked while other threads allocate: they must find the heap in order."""
    stop = threading.Event()

    def churn():
        while not stop.is_set():
            chain(1)[:1] + str([object() for _ in range(100)])[:0]

    churners = [threading.Thread(target=churn) for _ in range(2)]
    for thread in churners:
        thread.start()
    try:
        with multiprocessing.get_context("fork").Pool(4) as pool:
            results = pool.map(chain, range(24), chunksize=3)
    finally:
        stop.set()
        for thread in churners:
            thread.join()
    assert results == [chain(i) for i in range(24)]
    return digest(" ".join(results))


def work_sqlite():
    base = sqlite3.connect(":memory:")
    base.execute("create table entry (id integer primary key, name text, body blob)")
    base.executemany(
        "insert into entry values (?, ?, ?)",
        ((i, f"name {i * 7919 % 5000}", bytes([i % 256]) * (i % 300)) for i in range(5000)),
    )
    base.execute("create index by_name on entry (name)")
    rows = base.execute(
        "select a.name, count(*), sum(length(b.body)) from entry a join entry b on a.name = b.name"
        " group by a.name order by a.name"
    ).fetchall()
    assert len(rows) == 5000
    return digest(repr(rows))


def main():
    for part in (work_json, work_re, work_zlib, work_threads, work_fork, work_sqlite):
        print(part.__name__, part(), flush=True)


if __name__ == "__main__":
    main()
