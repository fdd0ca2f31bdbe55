# SPDX-License-Identifier: MIT
"""From what is left to the text of tailor.c and tailor.h."""

import os
import re

from items import Item
from leftovers import mention_parameters
from reach import uses_of
from tokens import Token, closing, text_of

FLOOR_TITLES = {
    "platform": "platform: operating system, compiler, atomics, the thread's slot",
    "base": "base: bits, bitmaps, checks, the lock",
    "arena": "arena: regions, granules, metadata, purging",
    "slab": "slab: size classes, slabs, the ownership word, hints",
    "heap": "heap: a thread's heap: lists, refills, remote frees, large blocks, exit",
    "api": "api: what malloc means: overflow, zero, errno, alignment",
    "diagnostics": "diagnostics: what the allocator tells about itself",
    "libc": "libc: the exported names, fork and thread hooks",
}
PROCESSOR_MACROS = {
    "CONFIG_ARCH_X86_64": "__x86_64__",
    "CONFIG_ARCH_X86": "__i386__",
    "CONFIG_ARCH_ARM": "__arm__",
    "CONFIG_ARCH_AARCH64": "__aarch64__",
    "CONFIG_ARCH_RISCV64": "__riscv",
    "CONFIG_ARCH_PPC64LE": "__powerpc64__",
    "CONFIG_ARCH_S390X": "__s390x__",
    "CONFIG_ARCH_MIPS": "__mips__",
    "CONFIG_ARCH_MIPSEL": "__mips__",
}


# ---- linkage -----------------------------------------------------------------------------------


def without_words(tokens, words):
    """Drops specifiers, NAMED("...") with what is in its brackets."""
    result = []
    i = 0
    before = None
    while i < len(tokens):
        if tokens[i].text in words:
            before = tokens[i].before if before is None and not result else before
            i = closing(tokens, i + 1) + 1 if tokens[i].text == "NAMED" else i + 1
            continue
        if before is not None:
            tokens[i].before = before
            before = None
        result.append(tokens[i])
        i += 1
    return result


def make_static(item):
    """Puts `static` in front of what is the file's own."""
    end = item.open if item.kind == "function" else len(item.tokens)
    head = without_words(item.tokens[:end], {"INTERNAL", "extern", "NAMED"})
    if not any(token.text == "static" for token in head):
        first = head[0]
        head = [Token("id", "static", first.before)] + head
        first.before = " "
    rest = item.tokens[end:]
    item.tokens = head + rest
    if item.kind == "function":
        item.open = len(head)


def set_linkage(program, tls_model):
    public = set(program.exports)
    named = {item.name for item in program.items if program.exported_symbol(item)}
    for item in program.items:
        if item.kind in ("function", "prototype", "variable") and item.name not in public | named:
            make_static(item)
        if item.kind == "variable" and item.name not in named and tls_model:
            if any(token.text == "_Thread_local" for token in item.tokens):
                give_model(item, tls_model)


def drop_repeated_variables(program):
    """What a header declares is there by that; a definition that says no more is not repeated."""
    seen = set()
    kept = []
    for item in program.items:
        text = " ".join(token.text for token in item.tokens) if item.kind == "variable" else None
        if text and text in seen:
            continue
        seen.add(text)
        kept.append(item)
    program.items = kept


def give_model(item, model):
    """The model that the build gives by a flag."""
    place = next(i for i, token in enumerate(item.tokens) if token.text in ("=", ";"))
    item.tokens.insert(place, Token("id", f'__attribute__((tls_model("{model}")))', " "))
    item.tokens[place + 1].before = " " if item.tokens[place + 1].text == "=" else ""


# ---- order -------------------------------------------------------------------------------------


def struct_needed(item):
    """The struct that a variable is made of, not pointed to."""
    words = [token.text for token in item.tokens]
    for i, word in enumerate(words[:-2]):
        if word == "struct" and words[i + 2] not in ("*", "{"):
            return f"struct {words[i + 1]}"
    return None


def in_order(items):
    """A variable waits for its type, a function for a variable that waits; it is declared where it stood."""
    defined = {name for item in items if item.kind == "type" for name in item.defines if " " in name}
    complete = set()
    waiting = []
    result = []
    for item in items:
        if item.kind == "variable" and struct_needed(item) in defined - complete:
            waiting.append(item)
        elif item.kind == "function" and uses_of(item) & {one.name for one in waiting if one.kind == "variable"}:
            waiting.append(item)
            result.append(declaration_of(item))
        else:
            result.append(item)
            complete.update(item.defines)
            ready = [one for one in waiting if one.kind != "variable" or struct_needed(one) in complete]
            if ready and any(one.kind == "variable" for one in ready):
                result += ready
                waiting = [one for one in waiting if one not in ready]
    return result + waiting


def declaration_of(item):
    head = [token.copy() for token in item.tokens[: item.open]]
    item.tokens[0].before = "\n\n"
    return Item("prototype", head + [Token("op", ";")], item.path)


# ---- text --------------------------------------------------------------------------------------


def rule(title):
    return f"/* ==== {title} {'=' * max(3, 88 - len(title))} */\n"


def file_heading(path, comment):
    if comment is None:
        return f"\n\n/* ---- {path}, again {'-' * max(3, 81 - len(path))} */\n\n"
    return f"\n\n/* ---- {path} {'-' * max(3, 88 - len(path))} */\n\n{comment}\n\n"


def small_function(item):
    """The attribute of what is made small, beside `static`."""
    item.tokens[0].text = "SMALL " + item.tokens[0].text


def body_text(items, openings):
    """All items, under a heading for each floor and each file."""
    text = []
    floor = None
    path = None
    for item in items:
        if item.path != path and item.path not in ("constants", "configuration"):
            floor, heading = floor_heading(floor, item.path.split("/")[0])
            text.append(heading + file_heading(item.path, openings.pop(item.path, None)))
        path = item.path
        text.append(text_of(item.tokens))
    return tidy("".join(text))


def floor_heading(floor, new):
    """The floor from here on, and its heading if it is a higher one; what a floor includes of others stands in it."""
    floors = list(FLOOR_TITLES)
    if new not in floors:
        return floor, ""
    if floor is None or floors.index(new) > floors.index(floor):
        return new, "\n\n" + rule(FLOOR_TITLES[new])
    return floor, ""


def tidy(text):
    """No blanks at the ends of lines, no two empty lines, none behind a brace that opens."""
    text = re.sub(r"[ \t]+\n", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    text = re.sub(r"\{\n\n", "{\n", text)
    text = re.sub(r"(\*/\n)\n(?=\n)", r"\1", text)
    return text.strip("\n") + "\n"


def comment_lines(lines):
    return "".join(f" * {line}".rstrip() + "\n" for line in lines)


def configuration_lines(path):
    """The lines of .config that say something, with the menus as headings."""
    with open(path, encoding="utf-8") as config:
        lines = [line.rstrip("\n") for line in config]
    return [line.replace("*/", "* /") for line in lines if line.startswith(("CONFIG_", "# CONFIG_"))]


def licence_lines(path):
    with open(path, encoding="utf-8") as licence:
        return licence.read().strip().split("\n")


def opening(arguments, options):
    with open(arguments.embed, encoding="utf-8") as embed:
        version = embed.readline().strip("# \n")
    lines = ["/* SPDX-License-Identifier: MIT */", "/*", f" * {version}: one configuration of it, in one file. Made by `make"
             " amalgam`; change the configuration, not this.", " *"]
    text = "\n".join(lines) + "\n"
    text += comment_lines(how_to_compile(options))
    text += " *\n * The configuration:\n *\n" + comment_lines("    " + l for l in configuration_lines(arguments.config))
    text += " *\n" + comment_lines(licence_lines(arguments.licence)) + " */\n"
    return text


def how_to_compile(options):
    flags = "-Os" if "CONFIG_OPTIMISE_SIZE" in options else "-O2"
    threads = " -pthread" if "CONFIG_THREADS" in options else ""
    shared = "CONFIG_SHARED_LIBRARY" in options
    lines = [f"    cc {flags} -c tailor.c", "",
             "C11, with the extensions of gcc and clang. It is linked as a program's own object; with -ffunction-sections",
             "and the linker's --gc-sections what the program does not call is left out."]
    if shared:
        lines += ["", f"    cc {flags} -fPIC{threads} -shared -Wl,-z,nodelete -o libtailor.so tailor.c",
                  "", "makes a library to be linked with or preloaded."]
    return lines


def prelude(program, system, small):
    options = program.known.options
    text = "\n#ifndef _GNU_SOURCE\n#define _GNU_SOURCE /* mremap, the coarse clock, syscall */\n#endif\n\n"
    for option, macro in PROCESSOR_MACROS.items():
        if option in options:
            text += f"#ifndef {macro}\n#error \"this allocator was configured for another processor\"\n#endif\n\n"
    needs_own = any(name.startswith("tailor_") for name in program.exports)
    text += ("#include \"tailor.h\"\n\n" if needs_own else "")
    text += "".join(f"#include {name}\n" for name in sorted(system))
    if small:
        text += SMALL_MACRO
    return text


SMALL_MACRO = """
/* What need not be fast, where a system call or a whole run of granules is at stake: the compiler makes it small. */
#define SMALL __attribute__((cold))
"""


def embedded(path):
    """Version and configuration in a section that is not loaded, as the library has them."""
    with open(path, encoding="utf-8") as text:
        lines = text.read().splitlines()

    def quoted(line):
        for_assembler = line.replace("\\", "\\\\").replace('"', '\\"') + "\\n"
        return for_assembler.replace("\\", "\\\\").replace('"', '\\"')

    rows = "".join(f'\t".ascii \\"{quoted(line)}\\"\\n"\n' for line in lines)
    return ("\n" + rule("what tailor-config reads, in a section that is never loaded") +
            '\n__asm__(".pushsection .tailor.config,\\"\\",%progbits\\n"\n' + rows + '\t".popsection");\n')


# ---- the header --------------------------------------------------------------------------------


def header_text(path, exports):
    """tailor.h, with the functions that this configuration has."""
    with open(path, encoding="utf-8") as header:
        text = header.read()

    def keep(match):
        name = re.search(r"(\w+)\(", match.group(2)).group(1)
        return match.group(0) if name in exports else ""

    text = re.sub(r"(/\*(?:(?!\*/).)*?\*/\n)([^\n/#][^;{]*\([^;{]*\);\n\n)", keep, text, flags=re.DOTALL)
    return "/* SPDX-License-Identifier: MIT */\n" + tidy(text)


def inline_text(path, constants):
    with open(path, encoding="utf-8") as header:
        text = header.read()
    with open(constants, encoding="utf-8") as numbers:
        text = text.replace("#include <generated/tailor_constants.h>\n", numbers.read())
    return "/* SPDX-License-Identifier: MIT */\n" + tidy(text.replace("#include <tailor.h>", '#include "tailor.h"'))


def write_file(path, text):
    """All of it or nothing."""
    with open(path + ".tmp", "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(path + ".tmp", path)


def write_all(arguments, program, reader, small):
    options = program.known.options
    model = {"CONFIG_TLS_INITIAL_EXEC": "initial-exec", "CONFIG_TLS_LOCAL_EXEC": "local-exec"}
    tls_model = next((text for name, text in model.items() if name in options), None)
    set_linkage(program, tls_model)
    drop_repeated_variables(program)
    program.remove_unreached()
    for item in program.items:
        if item.kind == "function":
            mention_parameters(item)
            if item.path in small:
                small_function(item)
    items = in_order(without_needless_forwards(program.items))
    os.makedirs(arguments.output, exist_ok=True)
    text = opening(arguments, options) + prelude(program, reader.system, small) + "\n"
    text += body_text(items, reader.openings) + embedded(arguments.embed)
    write_file(os.path.join(arguments.output, "tailor.c"), tidy(text))
    write_file(os.path.join(arguments.output, "tailor.h"),
               header_text(os.path.join(arguments.include, "tailor.h"), program.exports))
    constants = os.path.join(arguments.generated, "tailor_constants.h")
    inline = os.path.join(arguments.output, "tailor_inline.h")
    if "CONFIG_INLINE_HEADER" in options:
        write_file(inline, inline_text(os.path.join(arguments.include, "tailor_inline.h"), constants))
    elif os.path.exists(inline):
        os.remove(inline)


def without_needless_forwards(items):
    used = set()
    for item in items:
        if item.kind != "forward":
            used |= uses_of(item)
    seen = set()
    result = []
    for item in items:
        if item.kind == "forward":
            if item.name not in used or item.name in seen:
                continue
            seen.add(item.name)
        seen.update(item.defines)
        result.append(item)
    return result
