# SPDX-License-Identifier: MIT
"""What the public names lead to, and nothing else; names that are one file's own made unambiguous."""

import re

from fold import fold_groups, fold_list, is_pure
from leftovers import drop_unused_locals, locals_of
from statements import constant_result, does_nothing, fold_body, is_pure_body
from tokens import scan, split, text_of

WORD = re.compile(r"[A-Za-z_]\w*")


# ---- uses --------------------------------------------------------------------------------------


def words_of(tokens):
    """The names that tokens use, tags with their keyword; members are not names."""
    used = set()
    for i, token in enumerate(tokens):
        if token.kind == "directive":
            used.update(directive_words(token.text))
        elif token.kind == "id" and (i == 0 or tokens[i - 1].text not in (".", "->")):
            is_tag = i > 0 and tokens[i - 1].text in ("struct", "union", "enum")
            used.add(f"{tokens[i - 1].text} {token.text}" if is_tag else token.text)
    return used


def directive_words(text):
    code = re.sub(r"/\*.*?\*/|\"(\\.|[^\"\\])*\"|defined\(\w+\)", " ", text, flags=re.DOTALL)
    words = set(WORD.findall(code))
    words |= {f"{kind} {tag}" for kind, tag in re.findall(r"\b(struct|union|enum)\s+(\w+)", code)}
    words |= {prefix + "*" for prefix in re.findall(r"(\w+)##", code)}
    return words


def uses_of(item):
    return words_of(item.tokens) - locals_of(item)


# ---- reachability ------------------------------------------------------------------------------


class Program:
    """All items, and what is known of the configuration."""

    def __init__(self, items, known, exports):
        self.items = items
        self.known = known
        self.exports = exports

    def by_name(self):
        table = {}
        for item in self.items:
            for name in item.defines:
                table.setdefault(name, []).append(item)
        return table

    def is_root(self, item):
        if item.kind == "function":
            return item.name in self.exports or any(token.text == "AT_LOAD" for token in item.tokens[: item.open])
        return item.kind in ("use", "if", "elif") or (item.kind == "variable" and self.exported_symbol(item) is not None)

    def exported_symbol(self, item):
        """The public symbol of a variable that has another name in the sources."""
        for i, token in enumerate(item.tokens):
            if token.text == "NAMED" and item.tokens[i + 2].text.strip('"') in self.exports:
                return item.tokens[i + 2].text.strip('"')
        return None

    def reachable(self):
        table = self.by_name()
        found = set()
        names = set()
        waiting = [item for item in self.items if self.is_root(item)]
        while waiting:
            item = waiting.pop()
            if id(item) in found:
                continue
            found.add(id(item))
            for word in uses_of(item) | set(item.defines):
                for name in self.matching(word, table):
                    if name not in names:
                        names.add(name)
                        waiting += table[name]
            if not waiting:
                waiting = [one for one in self.items if id(one) not in found and self.is_asked(one, names, table)]
        return found

    @staticmethod
    def matching(word, table):
        if word.endswith("*"):
            return [name for name in table if name.startswith(word[:-1])]
        return [word] if word in table else []

    @staticmethod
    def is_asked(item, names, table):
        """An assertion stays as long as all that it speaks of does, macros aside."""
        if item.kind not in ("assertion",):
            return False
        used = [word for word in uses_of(item) if word in table]
        return all(word in names or all(one.kind == "define" for one in table[word]) for word in used)

    def remove_unreached(self):
        found = self.reachable()
        before = len(self.items)
        kept = []
        comment = ""
        for item in self.items:
            is_kept = id(item) in found or item.kind in ("file", "if", "elif", "else", "endif", "undef", "forward")
            if is_kept:
                hand_comment_on(item, comment)
                comment = ""
                kept.append(item)
            elif item.kind == "prototype":
                comment = comment_for_next(item, comment)
            else:
                comment = ""
        self.items = without_empty_conditions(kept)
        return len(self.items) != before

    # ---- folding ----

    def fold(self):
        """One pass over all bodies and macros. Returns whether stubs came to light."""
        for item in self.items:
            if item.kind == "function":
                item.set_body(fold_body(item.body(), self.known))
                while drop_unused_locals(item, self.known):
                    pass
            elif item.kind == "define":
                fold_macro(item, self.known)
            elif item.kind in ("variable", "type"):
                item.tokens = fold_groups(item.tokens, self.known)
        self.items = [item for item in self.items if not is_true_assertion(item, self.known)]
        return self.learn_stubs()

    def learn_stubs(self):
        known = self.known
        taken = self.addresses_taken()
        before = len(known.nothing) + len(known.constant) + len(known.pure)
        for item in self.items:
            if item.kind != "function" or self.is_root(item) or item.name in taken:
                continue
            is_void = item.tokens[: item.open] and "void" in head_words(item) and "*" not in head_words(item)
            constant = constant_result(item.body())
            if is_void and does_nothing(item.body()):
                known.nothing.add(item.name)
            elif constant:
                known.constant[item.name] = constant
            elif is_pure_body(item.body(), known):
                known.pure.add(item.name)
        return len(known.nothing) + len(known.constant) + len(known.pure) != before

    def addresses_taken(self):
        """Functions that are named without being called."""
        names = {item.name for item in self.items if item.kind == "function"}
        taken = set()
        for item in self.items:
            tokens = item.body() if item.kind == "function" else item.tokens
            own = locals_of(item)
            for i, token in enumerate(tokens):
                is_member = i > 0 and tokens[i - 1].text in (".", "->")
                if token.text in names and token.text not in own and item.kind in ("function", "variable"):
                    if not is_member and i + 1 < len(tokens) and tokens[i + 1].text != "(":
                        taken.add(token.text)
        return taken


def head_words(item):
    return [token.text for token in item.tokens[: item.name_place()]]


def comment_for_next(item, comment):
    """A comment may speak of several prototypes in a row; the first that stays has it."""
    before = item.tokens[0].before
    own = before.strip()
    return own or comment if own or comment else ""


def hand_comment_on(item, comment):
    first = item.tokens[0]
    if comment and item.kind == "prototype" and not first.before.strip() and first.before.count("\n") == 1:
        first.before = "\n\n" + comment + "\n"


def without_empty_conditions(items):
    """Without #if ... #endif that have nothing between them."""
    changed = True
    while changed:
        changed = False
        result = []
        for item in items:
            if item.kind == "endif" and result and result[-1].kind in ("if",):
                result.pop()
                changed = True
            elif item.kind in ("elif", "else", "endif") and result and result[-1].kind in ("elif", "else"):
                result.pop()
                result.append(item)
                changed = True
            else:
                result.append(item)
        items = result
    return items


def is_true_assertion(item, known):
    """An assertion of options alone has done its work."""
    if item.kind != "assertion":
        return False
    parts = split(item.tokens[2:-2], {","})
    return bool(fold_list([token.copy() for token in parts[0][0]], known)[0]) and \
        any(token.text.startswith("CONFIG_") for token in parts[0][0])


# ---- macros ------------------------------------------------------------------------------------

MACRO = re.compile(r"(\s*#\s*define\s+)(\w+)(\([^)]*\))?((?:\s|\\\n)+)(.*)\Z", re.DOTALL)


def fold_macro(item, known):
    """Folds the text of a macro; one without parameters that comes to a number by options is known by it."""
    match = MACRO.match(item.tokens[0].text)
    if not match or item.name.startswith("CONFIG_") or item.name in ("IS_ENABLED",):
        return
    head, name, parameters, gap, body = match.groups()
    code = re.sub(r"[ \t]*\\\n", "\n", body)
    tokens, rest = scan(code, name)
    if not tokens or any(token.kind == "directive" for token in tokens):
        return
    value, folded = fold_list(tokens, known)
    is_of_options = any(token.text in ("IS_ENABLED", "POINTER_SIZE") or token.text in known.macros
                        or token.text in known.options for token in tokens)
    if value is not None and not parameters and is_of_options and name not in known.macros:
        known.macros[name] = value
    if parameters and known.is_empty_loop(folded):
        known.vanishing.add(name)
    elif parameters and is_pure(folded, known):
        known.pure.add(name)
    new = text_of(folded) + rest
    if new != code:
        text = head + name + (parameters or "") + (" " if "\n" not in new else gap.replace("\\\n", "\n")) + new
        item.tokens[0].text = with_backslashes(text)


def with_backslashes(text):
    """The lines of a macro, with their backslashes in one column."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    width = max(len(line.expandtabs(8)) for line in lines) + 1
    ends = [" " * (width - len(line.expandtabs(8))) + "\\\n" for line in lines[:-1]] + [""]
    return "".join(line + end for line, end in zip(lines, ends))


# ---- names -------------------------------------------------------------------------------------


def is_static(item):
    return item.kind in ("function", "variable") and any(
        token.text == "static" for token in item.tokens[: item.open or len(item.tokens)]
    ) and not item.path.endswith(".h")


def rename_clashes(items):
    """Gives what a file keeps for itself a name of its own where another file has the same, or a local."""
    owners = {}
    for item in items:
        if item.path.endswith(".c") and (is_static(item) or item.kind in ("define", "type")):
            for name in item.defines:
                owners.setdefault(name, set()).add(item.path)
    words = {}
    for item in items:
        for word in words_of(item.tokens) | set(item.defines):
            words.setdefault(word, set()).add(item.path)
    for name, paths in owners.items():
        for path in sorted(paths)[:]:
            if " " not in name and (len(paths) > 1 or words[name] - {path}):
                rename(items, path, name, new_name(path, name))


def new_name(path, name):
    stem = path.rsplit("/", 1)[-1].split(".")[0]
    return f"{stem.upper()}_{name}" if name.isupper() else f"{stem}_{name}"


def rename(items, path, old, new):
    for item in items:
        if item.path != path:
            continue
        if old in locals_of(item) and item.name != old:
            continue
        for i, token in enumerate(item.tokens):
            if token.kind == "directive":
                token.text = re.sub(rf"(?<![\w.>]){old}\b", new, token.text)
            elif token.text == old and (i == 0 or item.tokens[i - 1].text not in (".", "->", "struct", "enum")):
                token.text = new
        item.defines = [new if name == old else name for name in item.defines]
        if item.name == old:
            item.name = new
