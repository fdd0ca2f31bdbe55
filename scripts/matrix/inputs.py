# SPDX-License-Identifier: MIT
"""What goes into a row, as a list of lines: its hash is what a result is kept under.

    file MODE HASH PATH       a file of the tree
    variable NAME=VALUE       of the environment
    package NAME:ARCH VERSION what is installed of the row's packages with all that they depend on, and of the tools
    program HASH PATH         the compiler's own files and the emulator
    machine TEXT              the kernel, and how it deals with memory

A row is built in a copy of the tree that holds the listed files alone, and with the listed variables alone: what is
not in the list is not there, so it cannot have an influence that the hash does not know of. For the other way round,
LEFT_OUT names what no row looks at, so that an edit there costs no run.
"""

import fnmatch
import hashlib
import os
import platform
import re
import shlex
import shutil
import stat
import subprocess

import plan

# Of the tree; a row's own defconfig is put back, as are the files of PUT_BACK. All else is taken for an input.
LEFT_OUT = (
    # Words, and what others than `make check` read.
    "*.md", "LICENSE", ".*", "docs/*", "configs/*_defconfig", "configs/descriptions", "packaging/*", "examples/*",
    "scripts/build/help", "scripts/lint/*", "scripts/quickstart", "scripts/amalgam/*", "scripts/dist/*",
    "scripts/install/*", "scripts/random/*", "scripts/testbed/check", "scripts/testbed/foreign",
    "scripts/testbed/kernel", "scripts/testbed/musl", "scripts/testbed/program", "scripts/testbed/programs/*",
    "scripts/testbed/try", "scripts/testbed/measure.c", "scripts/testbed/*.awk",
    # Tests with a verb of their own.
    "tests/amalgam/*", "tests/docs/*", "tests/install/*", "tests/kconfig/*", "tests/kernel/*", "tests/matrix/*",
    "tests/model/*", "tests/mutation/*", "tests/packaging/*", "tests/programs/*", "tests/random/*",
    # Of the benchmarks the tests count one's instructions.
    "bench/README.md", "bench/real/*", "bench/rows", "bench/run", "bench/report", "bench/plot", "bench/suite.py",
    "bench/instructions", "bench/purging/*",
    # What deals, keeps and reports, but does not run.
    "scripts/matrix/plan.py", "scripts/matrix/report*", "scripts/matrix/run", "scripts/matrix/cache.py",
    "scripts/matrix/progress.py", plan.SECONDS,
)  # fmt: skip

# What makes the soak's threads meet at every atomic access.
PUT_BACK = ("tests/model/steps.h",)

# Tables of which a row reads its own lines: (path, the first columns that are kept besides the row's name).
TABLES = {plan.TARGETS: (), "scripts/testbed/tools": ("build", "check", "source")}

# What reaches the row from outside. The first are known to the hash; the others only say where things are found.
VARIABLES = (
    "PATH", "CC", "CROSS_COMPILE", "EXTRA_CFLAGS", "EXTRA_LDFLAGS", "WERROR", "KCONFIG", "EMULATOR", "TESTS", "CHECKS",
    "TEST_SECONDS", "TEST_SEED",
)  # fmt: skip
PASSED_ON = ("HOME", "XDG_CACHE_HOME", "INSTALL", "http_proxy", "https_proxy", "no_proxy")

# What a compiler is made of, as it answers to -print-prog-name and -print-file-name.
COMPILER_PROGRAMS = ("cc1", "as", "ld", "ar", "nm", "objcopy", "objdump")
COMPILER_FILES = ("libgcc.a", "libc.a", "libc.so", "crt1.o")

# Besides those that a package brings: they may stand elsewhere in PATH.
COMMANDS = ("make", "sh", "awk", "valgrind", "kbuild-conf", "kconfig-conf", "timeout")


def variables(environment):
    return {name: environment[name] for name in VARIABLES if environment.get(name)}


def passed_on(environment):
    return {name: environment[name] for name in PASSED_ON if environment.get(name)}


# ---- the tree ----


def list_tree(srctree, outside):
    """The files of the tree, without what is below the folder `outside`."""
    listed = subprocess.run(
        [os.path.join(srctree, "scripts/lint/files"), "."], cwd=srctree, capture_output=True, text=True, check=True
    )
    prefix = os.path.relpath(outside, srctree) + "/"
    return [path for path in listed.stdout.splitlines() if not path.startswith(prefix)]


def is_input(path, name):
    if path == f"configs/{name}_defconfig" or path in PUT_BACK:
        return True
    return not any(fnmatch.fnmatchcase(path, pattern) for pattern in LEFT_OUT)


def own_lines(path, name, text):
    kept = (name, *TABLES[path])
    lines = text.decode().splitlines(keepends=True)
    return "".join(line for line in lines if line.partition("|")[0].strip() in kept).encode()


class Tree:
    """The tree as it is now; each file is read once for all rows."""

    def __init__(self, srctree, outside):
        self.srctree = srctree
        self.paths = list_tree(srctree, outside)
        self.known = {}

    def read(self, path):
        if path not in self.known:
            place = os.path.join(self.srctree, path)
            mode = os.lstat(place).st_mode
            if stat.S_ISLNK(mode):
                self.known[path] = "link", os.readlink(place).encode()
            else:
                with open(place, "rb") as file:
                    self.known[path] = "755" if mode & stat.S_IXUSR else "644", file.read()
        return self.known[path]

    def files(self, name):
        """Path, mode and content of each input of a row."""
        for path in self.paths:
            if is_input(path, name):
                mode, content = self.read(path)
                yield path, mode, own_lines(path, name, content) if path in TABLES else content

    def copy(self, name, folder):
        """Writes these files below `folder`, and nothing else."""
        for path, mode, content in self.files(name):
            place = os.path.join(folder, path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            if mode == "link":
                os.symlink(content, place)
                continue
            with open(place, "wb") as file:
                file.write(content)
            os.chmod(place, int(mode, 8))


# ---- packages ----


def read_packages(path="/var/lib/dpkg/status"):
    """The installed packages by (name, architecture), and who provides what."""
    packages, provided = {}, {}
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            paragraphs = file.read().split("\n\n")
    except OSError:
        return {}, {}
    wanted = re.compile(r"^(Package|Status|Architecture|Version|Depends|Pre-Depends|Provides|Essential): (.*)$", re.M)
    for paragraph in paragraphs:
        fields = dict(wanted.findall(paragraph))
        if not fields.get("Status", "").endswith(" installed"):
            continue
        packages[fields["Package"], fields["Architecture"]] = fields
        for name in names_in(fields.get("Provides", "")):
            provided.setdefault(name, []).append((fields["Package"], fields["Architecture"]))
    return packages, provided


def names_in(relation):
    """a (>= 1) | b, c:any -> a b c"""
    return [re.split(r"[ (:\[]", part.strip(), maxsplit=1)[0] for part in re.split(r"[,|]", relation) if part.strip()]


class Packages:
    def __init__(self):
        self.packages, self.provided = read_packages()
        self.native = ""
        if self.packages:
            self.native = subprocess.run(
                ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
            ).stdout.strip()

    def find(self, name, architecture):
        for place in (architecture, "all", self.native):
            if (name, place) in self.packages:
                yield name, place
                return
        for provider in self.provided.get(name, []):
            if provider[1] in (architecture, "all"):
                yield provider

    def alone(self, names):
        for name in names:
            for found in self.find(name, self.native):
                yield f"package {found[0]}:{found[1]} {self.packages[found]['Version']}"

    def closure(self, roots):
        """All that is installed of the roots, with what they and the system's own depend on; and what is not."""
        lines = set()
        seen = set()
        work = [key for key, fields in self.packages.items() if fields.get("Essential") == "yes"]
        for root in roots:
            name, _, architecture = root.partition(":")
            found = list(self.find(name, architecture or self.native))
            work += found
            if self.packages and not found:
                lines.add(f"package {root} none")
        while work:
            key = work.pop()
            if key in seen:
                continue
            seen.add(key)
            fields = self.packages[key]
            lines.add(f"package {key[0]}:{key[1]} {fields['Version']}")
            for name in names_in(fields.get("Depends", "") + "," + fields.get("Pre-Depends", "")):
                work += self.find(name, key[1] if key[1] != "all" else self.native)
        return lines


# ---- programs ----


def output_of(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL).stdout
    except OSError:
        return ""


class Programs:
    """Hashes of files outside the tree, each read once."""

    def __init__(self):
        self.known = {}

    def line(self, path):
        path = os.path.realpath(path)
        if path not in self.known:
            try:
                with open(path, "rb") as file:
                    self.known[path] = hashlib.sha256(file.read()).hexdigest()
            except OSError:
                self.known[path] = "none"
        return f"program {self.known[path][:16]} {path}"

    def command(self, name):
        found = shutil.which(name)
        return self.line(found) if found else f"program none {name}"

    def compiler(self, command):
        """Lines for all that a compiler runs and links by itself."""
        words = shlex.split(command)
        yield self.command(words[0])
        for option, names in (("-print-prog-name=", COMPILER_PROGRAMS), ("-print-file-name=", COMPILER_FILES)):
            for name in names:
                path = output_of([*words, option + name]).strip()
                if path and path != name:
                    yield self.line(path)
                elif option == "-print-prog-name=":
                    yield self.command(name)


def compiler_of(srctree, name, environment):
    """As scripts/build/toolchain.mk finds it."""
    if environment.get("CC"):
        return environment["CC"]
    prefix = environment.get("CROSS_COMPILE")
    if prefix is None:
        with open(os.path.join(srctree, f"configs/{name}_defconfig"), encoding="utf-8") as file:
            given = re.search(r'^CONFIG_CROSS_COMPILE="(.*)"$', file.read(), re.M)
        prefix = given.group(1) if given else ""
    return prefix + "gcc"


# ---- the machine ----


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return "none"


def machine():
    yield f"machine {platform.system()} {platform.release()} {platform.machine()}"
    yield f"machine page {os.sysconf('SC_PAGE_SIZE')}"
    for path in ("/sys/kernel/mm/transparent_hugepage/enabled", "/proc/sys/vm/overcommit_memory"):
        yield f"machine {path} {read(path)}"


# ---- all of it ----


class Inputs:
    def __init__(self, srctree, outside, environment):
        self.tree = Tree(srctree, outside)
        self.srctree = srctree
        self.environment = environment
        self.packages = Packages()
        self.programs = Programs()
        self.tools = [
            (columns[0], columns[1].lstrip("?"))
            for _, columns in plan.table(os.path.join(srctree, "scripts/testbed/tools"))
        ]

    def lines(self, row):
        used = [package for purpose, package in self.tools if purpose in ("build", "check")]
        lines = [
            f"file {mode} {hashlib.sha256(content).hexdigest()[:16]} {path}"
            for path, mode, content in self.tree.files(row.name)
        ]
        lines += [f"variable {name}={value}" for name, value in variables(self.environment).items()]
        lines += self.packages.closure(row.packages)
        lines += self.packages.alone(used)
        lines += self.programs.compiler(compiler_of(self.srctree, row.name, self.environment))
        lines += [self.programs.command(name) for name in COMMANDS]
        lines += [self.programs.command(name) for name in self.emulators(row)]
        lines += machine()
        return sorted(set(lines))

    def emulators(self, row):
        if self.environment.get("EMULATOR"):
            return shlex.split(self.environment["EMULATOR"])[:1]
        for _, columns in plan.table(os.path.join(self.srctree, plan.TARGETS)):
            if columns[0] == row.name and columns[1] != "-":
                return [columns[1]]
        return []


def key_of(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def difference(old, new):
    """What changed from one list to another, in a few words."""
    changed = sorted({line.split(" ", 1)[0] + " " + name_in(line) for line in set(old) ^ set(new)})
    shown = ", ".join(changed[:3])
    return shown + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")


def name_in(line):
    kind, _, rest = line.partition(" ")
    if kind in ("file", "program"):
        return rest.split(" ")[-1]
    if kind == "machine":
        return ""
    return re.split("[= ]", rest, maxsplit=1)[0]
