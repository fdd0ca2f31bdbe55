# SPDX-License-Identifier: MIT
"""The reports of a run: text, JUnit XML and an HTML page, all from one dictionary, which is kept as results.json.

    format, matrix, shard, jobs, seconds
    chosen      the names that MATRIX= stands for
    due         those of them that were this machine's
    rows        results, as runner.py makes them
"""

import html
import json
import os
import platform
import re
import xml.etree.ElementTree as ElementTree

import plan

FORMAT = 1

# XML has no way to write these, not even escaped.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

MARKS = {"passed": "passed", "failed": "FAILED", "skipped": "SKIPPED"}

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid #8886; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
tr.total td { font-weight: 600; }
.failed { color: #d33; font-weight: 600; }
.skipped { color: #a70; font-weight: 600; }
.passed { color: #2a7; }
.scroll { overflow-x: auto; }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #8886; border-radius: 4px; font-size: 13px; }
summary { cursor: pointer; }
"""


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, ValueError) as error:
        raise plan.Mistake(f"{path}: no results: {error}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise plan.Mistake(f"{path}: not results of this version of `make matrix`")
    return data


def merge(parts):
    """The results of several shards as one; parts are (path, data)."""
    first = parts[0][1]
    found = {}
    for path, data in parts:
        if data["chosen"] != first["chosen"]:
            raise plan.Mistake(f"{path} and {parts[0][0]} are shards of different matrices")
        for row in data["rows"]:
            if row["name"] in found:
                raise plan.Mistake(f"{row['name']} is in {found[row['name']][0]} and in {path}")
            found[row["name"]] = path, row
    return {
        **first,
        "shard": "",
        "seconds": max(data["seconds"] for _, data in parts),
        "due": first["chosen"],
        "rows": [found[name][1] for name in first["chosen"] if name in found],
    }


def number(value):
    return "-" if value is None else str(value)


def short(text):
    return "-" if not text else text


class Report:
    def __init__(self, data):
        self.data = data
        self.rows = data["rows"]
        names = {row["name"] for row in self.rows}
        self.missing = [name for name in data["due"] if name not in names]

    # ---- counting ----

    def rows_with(self, status):
        return [row for row in self.rows if row["status"] == status]

    def tests(self):
        """Passed, failed and skipped tests. A row that failed without a failed test, or has no result, is one; so
        is one that was skipped."""
        failed = sum(max(row["failed"], 1) for row in self.rows_with("failed")) + len(self.missing)
        skipped = sum(row["skipped"] for row in self.rows) + len(self.rows_with("skipped"))
        return sum(row["passed"] for row in self.rows), failed, skipped

    def status(self):
        if self.rows_with("failed") or self.missing:
            return 1
        return 1 if self.rows and not self.rows_with("passed") else 0

    def summary(self):
        parts = [f"{len(self.rows_with('passed'))} passed", f"{len(self.rows_with('failed'))} failed"]
        parts.append(f"{len(self.rows_with('skipped'))} skipped")
        if self.missing:
            parts.append(f"{len(self.missing)} without a result ({', '.join(self.missing)})")
        cached = [row for row in self.rows if row["cached"]]
        cpu = sum(row["cpu_seconds"] for row in self.rows if not row["cached"])
        due = len(self.data["due"])
        text = f"{due} row{'' if due == 1 else 's'}: {', '.join(parts)}; {len(cached)} from the cache"
        text += f"; {self.data['seconds']:.0f} s, {cpu:.0f} s of processor time"
        return f"shard {self.data['shard']}: {text}" if self.data["shard"] else text

    # ---- text ----

    def columns(self, row):
        return [
            row["name"],
            MARKS[row["status"]],
            short(row["compiler"]),
            short(row["emulator"]),
            str(row["passed"]),
            str(row["failed"]),
            str(row["skipped"]),
            number(row["text"]),
            number(row["bss"]),
            number(row["rss_kib"]),
            f"{row['seconds']:.0f}",
            f"{row['cpu_seconds']:.0f}",
            "cache" if row["cached"] else "",
        ]

    HEAD = (
        "target", "result", "compiler", "emulator", "passed", "failed", "skipped", "text", "bss", "RSS KiB", "seconds",
        "cpu s", "from",
    )  # fmt: skip
    NUMBERS = range(4, 12)

    def text(self):
        table = [list(self.HEAD), *(self.columns(row) for row in self.rows)]
        widths = [max(len(line[i]) for line in table) for i in range(len(self.HEAD))]
        for line in table:
            cells = [cell.rjust(w) if i in self.NUMBERS else cell.ljust(w) for i, (cell, w) in enumerate(zip(line, widths))]
            yield "  ".join(cells).rstrip()
        if not self.rows:
            yield "(no rows)"
        for row in self.rows_with("skipped"):
            yield ""
            yield f"SKIPPED {row['name']}: {row['reason'].rstrip()}"
        for row in self.rows_with("failed"):
            yield ""
            yield f"FAILED {row['name']}" + (f": {row['reason'].rstrip()}" if row["reason"] else "")
            yield from self.failures(row)
        yield ""
        yield self.summary()
        yield ""
        yield "{} passed, {} failed, {} skipped".format(*self.tests())

    def failures(self, row):
        for test in row["tests"]:
            if test["status"] == "failed":
                yield f"  {test['program']}: {test['name']}"
        for step in row["steps"]:
            if step["status"] == "failed":
                yield f"  {step['name']}{': ' + step['reason'] if step.get('reason') else ''}, see {step['log']}"
        for command in row["again"]:
            yield f"  again: {command}"

    # ---- JUnit ----

    def junit(self):
        passed, failed, skipped = 0, 0, 0
        root = ElementTree.Element("testsuites")
        for row in self.rows:
            suite = self.suite(row)
            failed += int(suite.get("failures"))
            skipped += int(suite.get("skipped"))
            passed += int(suite.get("tests"))
            root.append(suite)
        for name in self.missing:
            suite = ElementTree.SubElement(root, "testsuite", name=name, tests="1", failures="1", errors="0", skipped="0")
            suite.set("time", "0.000")
            self.case(suite, name, "row", 0, "failed", "no result")
            passed, failed = passed + 1, failed + 1
        root.set("name", "tailor matrix")
        root.set("tests", str(passed))
        root.set("failures", str(failed))
        root.set("errors", "0")
        root.set("time", f"{sum(row['seconds'] for row in self.rows):.3f}")
        ElementTree.indent(root)
        return ElementTree.tostring(root, encoding="unicode", xml_declaration=False)

    def suite(self, row):
        suite = ElementTree.Element("testsuite", name=row["name"])
        properties = ElementTree.SubElement(suite, "properties")
        for name in ("compiler", "emulator", "text", "data", "bss", "rss_kib", "cpu_seconds", "cached"):
            value = "unknown" if row[name] is None else str(row[name])
            ElementTree.SubElement(properties, "property", name=name, value=clean(value))
        for test in row["tests"]:
            place = f"{row['name']}.{test['program']}"
            self.case(suite, place, test["name"], test["seconds"], test["status"], test["message"])
        if row["reason"]:
            self.case(suite, row["name"], "install", 0, row["status"], row["reason"])
        for step in row["steps"]:
            # That of the tests is told by the tests, unless they do not account for it.
            status = step["status"]
            if step["name"] == "check" and row["failed"]:
                status = "passed"
            self.case(suite, row["name"], step["name"], step["seconds"], status, step.get("reason") or step["log"])
        cases = suite.findall("testcase")
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        suite.set("errors", "0")
        suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
        suite.set("time", f"{row['seconds']:.3f}")
        suite.set("timestamp", row["date"])
        suite.set("hostname", platform.node() or "unknown")
        ElementTree.SubElement(suite, "system-out").text = clean("\n".join(row["again"]))
        ElementTree.SubElement(suite, "system-err")
        return suite

    @staticmethod
    def case(suite, place, name, seconds, status, message):
        case = ElementTree.SubElement(suite, "testcase", classname=clean(place), name=clean(name))
        case.set("time", f"{seconds:.3f}")
        lines = message.strip().splitlines() or ["no reason was given"]
        if status == "failed":
            failure = ElementTree.SubElement(case, "failure", message=clean(lines[-1]), type="failed")
            failure.text = clean(message)
        elif status == "skipped":
            ElementTree.SubElement(case, "skipped", message=clean(lines[0]))

    # ---- HTML ----

    def page(self):
        yield "<!DOCTYPE html>"
        yield '<html lang="en"><head><meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>Tailor: the matrix</title><style>{STYLE}</style></head><body>"
        yield "<h1>Tailor: the matrix</h1>"
        yield f"<p>{escape(self.summary())}.</p>"
        yield f"<p>{'{} tests passed, {} failed, {} skipped'.format(*self.tests())}.</p>"
        if self.rows:
            yield from self.page_table()
        for row in self.rows:
            yield from self.page_row(row)
        yield "</body></html>"

    def page_table(self):
        yield '<div class="scroll"><table><thead><tr>'
        for i, name in enumerate(self.HEAD):
            yield f'<th{self.kind(i)}>{escape(name)}</th>'
        yield "</tr></thead><tbody>"
        for row in self.rows:
            cells = self.columns(row)
            yield "<tr>" + "".join(self.cell(row, i, cell) for i, cell in enumerate(cells)) + "</tr>"
        yield "</tbody></table></div>"
        yield (
            "<p>text and bss: bytes of libtailor.so, or of libtailor.a's member where there is no shared library. "
            "RSS: what a small program on the allocator has resident for itself.</p>"
        )

    def kind(self, i):
        return ' class="number"' if i in self.NUMBERS else ""

    def cell(self, row, i, text):
        if i == 0:
            return f'<td><a href="#{escape(row["name"])}">{escape(text)}</a></td>'
        if i == 1:
            return f'<td class="{row["status"]}">{escape(text)}</td>'
        return f"<td{self.kind(i)}>{escape(text)}</td>"

    def page_row(self, row):
        yield f'<h2 id="{escape(row["name"])}">{escape(row["name"])} <span class="{row["status"]}">{row["status"]}</span></h2>'
        if row["reason"]:
            yield f"<pre>{escape(row['reason'].rstrip())}</pre>"
        if row["again"]:
            yield "<p>To see it again, at the top of the tree:</p>"
            yield f"<pre>{escape(chr(10).join(row['again']))}</pre>"
        for status in ("failed", "skipped"):
            tests = [test for test in row["tests"] if test["status"] == status]
            if tests:
                yield f"<details{' open' if status == 'failed' else ''}><summary>{len(tests)} {status}</summary><ul>"
                for test in tests:
                    yield f"<li>{escape(test['program'])}: {escape(test['name'])}"
                    yield f"<pre>{escape(test['message'] or 'no reason was given')}</pre></li>"
                yield "</ul></details>"
        yield from self.page_programs(row)

    def page_programs(self, row):
        programs = {}
        for test in row["tests"]:
            counts = programs.setdefault(test["program"], [0, 0.0])
            counts[0] += 1
            counts[1] += test["seconds"]
        if not programs:
            return
        yield f"<details><summary>{len(programs)} test programs, by time</summary><ul>"
        for name, (count, seconds) in sorted(programs.items(), key=lambda item: -item[1][1]):
            yield f"<li>{escape(name)}: {count} tests, {seconds:.1f} s</li>"
        yield "</ul></details>"

    # ---- writing ----

    def write(self, output):
        text = "\n".join(self.text()) + "\n"
        self.put(output, "results.json", json.dumps(self.data, indent=1) + "\n")
        self.put(output, "report.txt", text)
        self.put(output, "report.xml", '<?xml version="1.0" encoding="UTF-8"?>\n' + self.junit() + "\n")
        self.put(output, "report.html", "\n".join(self.page()) + "\n")
        print("\n" + text.rpartition("\n\n")[0])
        print(f"reports: {output}/report.txt .xml .html, results.json")
        print("\n" + text.rpartition("\n\n")[2], end="")

    @staticmethod
    def put(output, name, text):
        """Whole or not at all."""
        path = os.path.join(output, name)
        with open(path + ".new", "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.replace(path + ".new", path)


def clean(text):
    return UNWRITABLE.sub("\ufffd", text)


def escape(text):
    return html.escape(clean(str(text)))
