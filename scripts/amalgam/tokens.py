# SPDX-License-Identifier: MIT
"""C as a list of tokens that can be written out again as it was.

A token carries the blanks and comments before it, and a comment that follows on its line: so what stands beside
a piece of code stays with it, and goes with it. A directive of the preprocessor is one token, as long as it is.
"""

import re

SCAN = re.compile(
    r"""(?P<blank>[ \t\n\r\f]+)
      | (?P<comment>/\*.*?\*/|//[^\n]*)
      | (?P<directive>^[ \t]*\#(?:\\\n|/\*.*?\*/|[^\n])*)
      | (?P<id>[A-Za-z_]\w*)
      | (?P<number>\.?[0-9](?:[eEpP][+-]|[\w.])*)
      | (?P<string>L?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<op><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\#\#|[-+*/%&|^!~<>=?:;,.(){}\[\]\#])""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)

OPENS = {"(": ")", "[": "]", "{": "}"}


class Token:
    """A word of C: what it is, its text, what stands before it, and a comment behind it on its line."""

    __slots__ = ("kind", "text", "before", "after")

    def __init__(self, kind, text, before="", after=""):
        self.kind = kind
        self.text = text
        self.before = before
        self.after = after

    def copy(self):
        return Token(self.kind, self.text, self.before, self.after)

    def __repr__(self):
        return f"<{self.text}>"


def scan(text, name):
    """The tokens of a text, and what stands behind the last one."""
    tokens = []
    before = ""
    place = 0
    while place < len(text):
        match = SCAN.match(text, place)
        if not match:
            line = text.count("\n", 0, place) + 1
            raise SystemExit(f"{name}:{line}: this is no C that the amalgam understands: {text[place:place + 20]!r}")
        place = match.end()
        kind = match.lastgroup
        if kind == "blank":
            before += match.group()
        elif kind == "comment":
            is_behind = tokens and "\n" not in before and "\n" in text[place : place + 1]
            if is_behind:
                tokens[-1].after += before + match.group()
                before = ""
            else:
                before += match.group()
        else:
            tokens.append(Token(kind, match.group(), before))
            before = ""
    return tokens, before


def text_of(tokens):
    return "".join(token.before + token.text + token.after for token in tokens)


def plain(tokens):
    """The tokens with a blank between them, for comparisons."""
    return " ".join(token.text for token in tokens)


def closing(tokens, place):
    """Where the bracket at a place is closed."""
    close = OPENS[tokens[place].text]
    depth = 0
    for i in range(place, len(tokens)):
        if tokens[i].text in OPENS:
            depth += 1
        elif tokens[i].text in OPENS.values():
            depth -= 1
            if depth == 0:
                if tokens[i].text != close:
                    break
                return i
    raise SystemExit(f"amalgam: a bracket is not closed: {plain(tokens[place:place + 10])}")


def split(tokens, separators):
    """The stretches between separators that stand outside all brackets; each with the separator behind it, or None."""
    parts = []
    start = 0
    i = 0
    while i < len(tokens):
        if tokens[i].text in OPENS:
            i = closing(tokens, i)
        elif tokens[i].text in separators:
            parts.append((tokens[start:i], tokens[i]))
            start = i + 1
        i += 1
    parts.append((tokens[start:], None))
    return parts


def moved_left(tokens):
    """One tab less in front of each line: what was a branch stands where the `if` stood."""
    for token in tokens:
        token.before = token.before.replace("\n\t", "\n")
        token.after = token.after.replace("\n\t", "\n")
    return tokens


def replaced(old, new):
    """New tokens in the place of old ones: what stands before and behind stays."""
    if new and old:
        new[0].before = old[0].before
        new[-1].after = new[-1].after or old[-1].after
    return new
