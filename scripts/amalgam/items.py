# SPDX-License-Identifier: MIT
"""A file of C as a list of items: directives, and what is declared or defined at its top.

The preprocessor's conditions are decided here as far as the configuration decides them; what the compiler alone
knows stays.
"""

import os

from fold import condition_value
from tokens import Token, closing, plain, replaced, scan, split

TYPE_WORDS = ("struct", "union", "enum")


class Item:
    """Something at the top of a file: its tokens, what names it defines, and where it comes from."""

    def __init__(self, kind, tokens, path):
        self.kind = kind  # define, if, elif, else, endif, function, prototype, variable, type, assertion, use
        self.tokens = tokens
        self.path = path
        self.defines = []
        self.name = None
        self.open = None  # where a function's body begins

    def body(self):
        return self.tokens[self.open + 1 : -1]

    def set_body(self, tokens):
        self.tokens = self.tokens[: self.open + 1] + tokens + self.tokens[-1:]

    def name_place(self):
        """Where a function's name stands; a tag may be called the same."""
        tokens = self.tokens
        return next(i for i in range(len(tokens)) if tokens[i].text == self.name and tokens[i + 1].text == "(")

    def parameters(self):
        start = self.name_place() + 1
        return self.tokens[start + 1 : closing(self.tokens, start)]


# ---- directives --------------------------------------------------------------------------------


def directive_word(token):
    return token.text.lstrip()[1:].split(None, 1)[0].split("(")[0]


def directive_rest(token):
    text = token.text.lstrip()[1:].lstrip()
    return text[len(directive_word(token)) :].strip()


class Condition:
    """An #if ... #endif: which branch is on, if the configuration says so."""

    def __init__(self, is_outer_on):
        self.active = False  # None: the compiler decides
        self.is_done = not is_outer_on  # no later branch can be on
        self.is_written = False

    def turn_to(self, value):
        """The next branch, whose condition has a value or None. Returns the directive to write, or None."""
        if self.is_done or value == 0:
            self.active = False
            return None
        if value is None:
            kind = "elif" if self.is_written else "if"
            self.active = None
            self.is_written = True
            return kind
        self.is_done = True
        self.active = None if self.is_written else True
        return "else" if self.is_written else None


class Reader:
    """Reads sources with what they include, each header once."""

    def __init__(self, roots, known, replacements):
        self.roots = roots
        self.known = known
        self.replacements = replacements  # <header>: None for what is written elsewhere, or a path
        self.seen = set()
        self.system = []
        self.items = []
        self.openings = {}  # of each file, the comment that it begins with
        self.is_gap_lost = False  # an empty line stood before a directive that is gone
        self.parameter = None  # FAMILY: how the names of the family are made

    def find(self, name):
        for root in self.roots:
            path = os.path.join(root, name)
            if os.path.exists(path):
                return path
        raise SystemExit(f"amalgam: {name} is included and is in none of: {' '.join(self.roots)}")

    def include(self, token, label):
        name = directive_rest(token)
        if name.startswith('"'):
            self.read(self.find(name[1:-1]), name[1:-1])
        elif name in self.replacements:
            if self.replacements[name]:
                self.read(self.replacements[name], name[1:-1])
        elif name not in self.system:
            self.system.append(name)

    def read(self, path, label):
        if path in self.seen and not label.endswith("family.h"):
            return
        self.seen.add(path)
        with open(path, encoding="utf-8") as source:
            tokens, _ = scan(source.read(), path)
        if tokens:
            self.openings[label] = tokens[0].before.strip()
            tokens[0].before = ""
        self.walk(without_guard(tokens), label)

    def add(self, item):
        first = item.tokens[0]
        if self.is_gap_lost and not first.before.startswith("\n\n"):
            first.before = "\n" + first.before
        self.is_gap_lost = False
        self.items.append(item)

    def walk(self, tokens, label):
        """Directives one by one, and the code between them."""
        code = []
        taken = []
        for token in tokens:
            if token.kind != "directive":
                if all(condition.active is not False for condition in taken):
                    code.append(token)
                continue
            self.code(code, label)
            code = []
            self.directive(token, taken, label)
        self.code(code, label)

    def directive(self, token, taken, label):
        word = directive_word(token)
        is_on = all(condition.active is not False for condition in taken)
        if word in ("if", "ifdef", "ifndef", "elif", "else", "endif"):
            self.condition(word, token, taken, label)
        elif not is_on:
            return
        elif word == "include":
            self.include(token, label)
        elif word == "define" and directive_rest(token).startswith("FAMILY("):
            self.parameter = directive_rest(token).split(")", 1)[1].strip()
        else:
            self.add(directive_item(token, label))

    def condition(self, word, token, taken, label):
        if word in ("if", "ifdef", "ifndef"):
            taken.append(Condition(is_outer_on=all(other.active is not False for other in taken)))
        condition = taken[-1]
        if word == "endif":
            taken.pop()
            if condition.is_written:
                self.add(Item("endif", [Token("directive", "#endif", token.before)], label))
            else:
                self.is_gap_lost = True
            return
        value, rest = (1, None) if word == "else" else self.evaluate(word, token)
        kind = condition.turn_to(value)
        if kind:
            text = "#else" if kind == "else" else f"#{kind} {rest}"
            self.add(Item(kind, [Token("directive", text, token.before)], label))
        else:
            self.is_gap_lost = True

    def evaluate(self, word, token):
        """The value of a condition, or None and what is left of it."""
        condition = directive_rest(token)
        if word in ("ifdef", "ifndef"):
            condition = f"{'!' if word == 'ifndef' else ''}defined({condition})"
        parts, _ = scan(condition.replace("\\\n", " "), "condition")
        value, rest = condition_value(parts, self.known)
        return value, tidy_condition(rest)

    # ---- what is no directive ----

    def code(self, tokens, label):
        if self.parameter:
            tokens = with_parameter(tokens, self.parameter)
        place = 0
        while place < len(tokens):
            end = end_of_item(tokens, place)
            self.add(item_of(tokens[place:end], label))
            place = end


def tidy_condition(text):
    for sign in ("(", "! "):
        text = text.replace(f"{sign} ", sign).replace("! ", "!")
    return text.replace(" )", ")").replace("defined (", "defined(").replace("__has_feature (", "__has_feature(")


def without_guard(tokens):
    """Without #ifndef X, #define X and the #endif of a header."""
    if len(tokens) < 3 or any(token.kind != "directive" for token in tokens[:2]):
        return tokens
    if directive_word(tokens[0]) != "ifndef" or directive_word(tokens[1]) != "define":
        return tokens
    return tokens[2:-1] if directive_rest(tokens[1]) == directive_rest(tokens[0]) else tokens


def with_parameter(tokens, pattern):
    """FAMILY(name) becomes a name."""
    result = []
    i = 0
    while i < len(tokens):
        if tokens[i].text == "FAMILY" and i + 3 < len(tokens) and tokens[i + 1].text == "(":
            name = pattern.replace("##", "").replace(" ", "").replace("name", "\0", 1) \
                .replace("\0", tokens[i + 2].text)
            result += replaced(tokens[i : i + 4], [Token("id", name)])
            i += 4
        else:
            result.append(tokens[i])
            i += 1
    return result


# ---- items -------------------------------------------------------------------------------------


def directive_item(token, path):
    item = Item(directive_word(token), [token], path)
    if item.kind == "define":
        item.name = directive_rest(token).split("(")[0].split()[0]
        item.defines = [item.name]
    return item


def end_of_item(tokens, start):
    """Behind the semicolon or the body of what begins at a place."""
    i = start
    has_initializer = False
    while i < len(tokens):
        text = tokens[i].text
        if text == ";":
            return i + 1
        if text == "=":
            has_initializer = True
        if text in ("(", "[", "{"):
            end = closing(tokens, i)
            if text == "{" and not has_initializer and i > start and tokens[i - 1].text == ")":
                return end + 1
            is_macro_use = text == "(" and i == start + 1 and tokens[start].text.isupper()
            if is_macro_use and end + 1 < len(tokens) and "\n" in tokens[end + 1].before \
                    and tokens[start].text not in ("NAMED",):
                return end + 1
            i = end
        i += 1
    return len(tokens)


def declared_name(tokens):
    """The name that a declaration gives, and whether it is a function's."""
    tokens = without_attributes(tokens)
    i = 0
    name = None
    while i < len(tokens):
        token = tokens[i]
        if token.text == "{":
            i = closing(tokens, i)
        elif token.text == "(" and name and not (tokens[i + 1].text == "*" and not is_type_end(tokens, i)):
            return name, True
        elif token.text in ("[", "=", ";", ",", ":"):
            return name, False
        elif token.kind == "id":
            name = token.text
        i += 1
    return name, False


def is_type_end(tokens, i):
    return tokens[i - 1].kind == "id"


def without_attributes(tokens):
    result = []
    i = 0
    while i < len(tokens):
        if tokens[i].text in ("__attribute__", "NAMED", "__asm__"):
            i = closing(tokens, i + 1) + 1
        elif tokens[i].text in ("INTERNAL", "PUBLIC", "SLOW_PATH", "AT_LOAD"):
            i += 1
        else:
            result.append(tokens[i])
            i += 1
    return result


def item_of(tokens, path):
    words = [token.text for token in tokens]
    if words[0] in ("static_assert", "_Static_assert"):
        return Item("assertion", tokens, path)
    if words[0].isupper() and words[1:2] == ["("] and words[-1] == ")":
        return Item("use", tokens, path)
    item = Item("variable", tokens, path)
    if words[-1] == "}":
        item.kind = "function"
        item.name, _ = declared_name(tokens)
        item.open = body_of(tokens)
    elif words[0] == "typedef":
        item.kind = "type"
        item.name = typedef_name(tokens)
        item.defines = [item.name]
        return item
    else:
        add_types(item, tokens)
        if item.kind in ("type", "forward"):
            return item
        item.name, is_function = declared_name(tokens)
        if is_function:
            item.kind = "prototype"
    item.defines.append(item.name)
    return item


def typedef_name(tokens):
    tokens = without_attributes(tokens)
    return [token.text for token in tokens if token.kind == "id"][-1]


def body_of(tokens):
    for i in range(len(tokens) - 1, -1, -1):
        if tokens[i].text == "{" and closing(tokens, i) == len(tokens) - 1:
            return i
    raise SystemExit("amalgam: a function without a body")


def add_types(item, tokens):
    """Notes a struct, union or enum with its members; the item is a type if it declares nothing else."""
    for i, token in enumerate(tokens):
        if token.text not in TYPE_WORDS:
            continue
        place = i + 1
        tag = tokens[place].text if tokens[place].kind == "id" else None
        if tag:
            place += 1
        if tokens[place].text == ";" and i == 0:
            item.kind = "forward"
            item.name = f"{token.text} {tag}"
            return
        if tokens[place].text != "{":
            return
        end = closing(tokens, place)
        if tag:
            item.defines.append(f"{token.text} {tag}")
        if token.text == "enum":
            item.defines += enumerators(tokens[place + 1 : end])
        behind = tokens[end + 1].text
        if behind in (";", "__attribute__") or (behind.isupper() and tokens[end + 2].text == ";"):
            item.kind = "type"
            item.name = f"{token.text} {tag}" if tag else None
        return


def enumerators(tokens):
    return [part[0].text for part, _ in split(tokens, {","}) if part]
