# SPDX-License-Identifier: MIT
"""Decides at the desk what the configuration decides: conditions that rest on options alone.

An expression has a known value when it is made of options (IS_ENABLED(CONFIG_X), CONFIG_X, macros that come to
such), constants and calls of functions that only return a constant because an option is off. `?:`, `&&`, `||`, `!`
and `if` are resolved by it; all other arithmetic stays as it is written.
"""

import re

from tokens import OPENS, Token, closing, plain, replaced, split

ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
LEVELS = [["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]]
CALCULATE = {
    "|": lambda a, b: a | b, "^": lambda a, b: a ^ b, "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b), ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b), ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << b, ">>": lambda a, b: a >> b,
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: a // b if b else None, "%": lambda a, b: a % b if b else None,
}
NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*$")
CONSTANTS = {"true": 1, "false": 0, "NULL": 0}


class Knowledge:
    """What is known of names: macros and options that are on, stubs, and locals as far as the text goes."""

    def __init__(self, options):
        self.options = options  # CONFIG_X: its number, or 1 when on
        self.macros = {}  # other macros that come to a number by options
        self.defined = {}  # macros of the compiler: whether it will define them
        self.vanishing = set()  # macros that come to nothing, whatever they are given
        self.nothing = set()  # functions that do nothing
        self.constant = {}  # functions that return a constant: its text
        # Functions that may be left out when nobody wants the result; a load is one, for it orders what is looked at.
        self.pure = {"atomic_load"}
        self.locals = {}

    @staticmethod
    def is_empty_loop(tokens):
        """do { } while (0)"""
        return plain(tokens) in ("do { } while ( 0 )", "do { ; } while ( 0 )")

    def name(self, name):
        if name.startswith("CONFIG_"):
            return self.options.get(name)
        return self.locals.get(name, self.macros.get(name))


def is_pure(tokens, known):
    """Whether leaving it out changes nothing."""
    for i, token in enumerate(tokens):
        is_designator = token.text == "=" and i >= 2 and tokens[i - 2].text == "."
        if (token.text in ASSIGNMENTS and not is_designator) or token.text in ("++", "--"):
            return False
        if token.kind == "id" and i + 1 < len(tokens) and tokens[i + 1].text == "(":
            if not (token.text in known.pure or token.text in known.nothing or token.text in known.constant
                    or token.text == "sizeof" or token.text.isupper()):
                return False
    return True


# ---- expressions: each function returns a value, or None, and the tokens -------------------------


def literal(tokens):
    if len(tokens) == 1:
        match = NUMBER.match(tokens[0].text)
        if match:
            digits = match.group(1)
            return int(digits, 0) if digits.startswith(("0x", "0X")) or digits == "0" else int(digits)
        return CONSTANTS.get(tokens[0].text)
    return None


def call_value(tokens, known):
    """IS_ENABLED(CONFIG_X), defined(X), or a call that comes to a constant."""
    name = tokens[0].text
    inner = tokens[2:-1]
    if name == "IS_ENABLED" and len(inner) == 1 and inner[0].text.startswith("CONFIG_"):
        return int(known.options.get(inner[0].text) == 1)
    if name == "defined" and len(inner) == 1:
        word = inner[0].text
        return known.defined.get(word, int(word in known.options) if word.startswith("CONFIG_") else None)
    if name in known.constant and is_pure(inner, known):
        return CONSTANTS.get(known.constant[name], literal([Token("constant", known.constant[name])]))
    if name in ("LIKELY", "UNLIKELY"):
        return fold_expression([t.copy() for t in inner], known)[0]
    return None


def fold_operand(tokens, known):
    if not tokens:
        return None, tokens
    if tokens[0].text == "!":
        value, rest = fold_operand(tokens[1:], known)
        return (None if value is None else int(not value)), tokens[:1] + rest
    if len(tokens) == 1 and tokens[0].kind == "id":
        value = known.name(tokens[0].text)
        return (CONSTANTS.get(tokens[0].text) if value is None else value), tokens
    if len(tokens) == 1:
        return literal(tokens), tokens
    if tokens[0].kind == "id" and tokens[1].text == "(" and closing(tokens, 1) == len(tokens) - 1:
        value = call_value(tokens, known)
        if value is not None:
            return value, tokens
    if tokens[0].text == "(" and closing(tokens, 0) == len(tokens) - 1:
        value, inner = fold_list(tokens[1:-1], known)
        return value, tokens[:1] + inner + tokens[-1:]
    return None, fold_groups(tokens, known)


def fold_groups(tokens, known):
    """Folds what stands in brackets."""
    result = []
    i = 0
    while i < len(tokens):
        if tokens[i].text in OPENS:
            end = closing(tokens, i)
            inner = tokens[i + 1 : end]
            if tokens[i].text == "{":
                from statements import fold_block_text
                inner = fold_block_text(inner, known) if looks_like_statements(inner) else fold_list(inner, known)[1]
            else:
                inner = fold_list(inner, known)[1]
            result += [tokens[i]] + inner + [tokens[end]]
            i = end + 1
            continue
        call_end = closing(tokens, i + 1) if i + 1 < len(tokens) and tokens[i + 1].text == "(" else None
        if tokens[i].kind == "id" and call_end and (i == 0 or tokens[i - 1].text not in (".", "->")):
            value = call_value(tokens[i : call_end + 1], known)
            if value is not None and tokens[i].text not in ("LIKELY", "UNLIKELY"):
                result += replaced(tokens[i : call_end + 1], [spelled(value, tokens[i].text, known)])
                i = call_end + 1
                continue
        result.append(tokens[i])
        i += 1
    return result


def spelled(value, name, known):
    text = known.constant.get(name, str(value))
    return Token("constant", text)


def looks_like_statements(tokens):
    return any(token.text == ";" for token in tokens)


def is_operand_end(token):
    return token.kind in ("id", "number", "constant", "string") or token.text in (")", "]", "}", "++", "--")


def split_binary(tokens, operators):
    """Operands and operators of a level, outside brackets; a unary sign is no operator."""
    parts = []
    start = 0
    i = 0
    while i < len(tokens):
        if tokens[i].text in OPENS:
            i = closing(tokens, i)
        elif tokens[i].text in operators and i > start and is_operand_end(tokens[i - 1]):
            parts.append((tokens[start:i], tokens[i]))
            start = i + 1
        i += 1
    parts.append((tokens[start:], None))
    return parts


def fold_binary(tokens, known, level=0):
    if level == len(LEVELS):
        return fold_operand(tokens, known)
    parts = split_binary(tokens, LEVELS[level])
    operands = [fold_binary(operand, known, level + 1) for operand, _ in parts]
    value = operands[0][0]
    for (_, operator), (other, _) in zip(parts, operands[1:]):
        value = None if value is None or other is None else CALCULATE[operator.text](value, other)
    result = []
    for (_, operator), (number, folded) in zip(parts, operands):
        if value is None and number is not None:
            folded = with_options_spelled(folded, number, known)
        result += folded + ([operator] if operator else [])
    return value, result


def fold_logical(tokens, known, operator, inner):
    """&& and ||: an operand that decides ends it, one that changes nothing goes."""
    parts = split_binary(tokens, [operator])
    decides = operator == "||"
    if len(parts) == 1:
        return inner(tokens, known)
    kept = []
    for place, (operand, _) in enumerate(parts):
        value, folded = inner(operand, known)
        if value is None:
            kept.append((folded, parts[place - 1][1]))
        elif bool(value) == decides:
            if not kept:
                return int(decides), replaced(tokens, [Token("constant", "true" if decides else "false")])
            if all(is_pure(part, known) for part, _ in kept):
                return int(decides), replaced(tokens, [Token("constant", "true" if decides else "false")])
            kept.append((replaced(folded, [Token("constant", "true" if decides else "false")]), parts[place - 1][1]))
            break
    if not kept:
        return int(not decides), replaced(tokens, [Token("constant", "false" if decides else "true")])
    result = replaced(tokens[:1], kept[0][0]) if kept[0][0] else []
    for folded, sign in kept[1:]:
        result = result + [sign] + folded
    return None, result


def fold_and(tokens, known):
    return fold_logical(tokens, known, "&&", fold_binary)


def fold_or(tokens, known):
    return fold_logical(tokens, known, "||", fold_and)


def ternary(tokens):
    """The three parts of c ? a : b, or None."""
    depth = 0
    question = None
    i = 0
    while i < len(tokens):
        if tokens[i].text in OPENS:
            i = closing(tokens, i)
        elif tokens[i].text == "?":
            if question is None:
                question = i
            depth += 1
        elif tokens[i].text == ":" and depth > 0:
            depth -= 1
            if depth == 0:
                return question, i
        i += 1
    return None


def fold_expression(tokens, known):
    """An expression without a comma or an assignment."""
    places = ternary(tokens)
    if not places:
        return fold_or(tokens, known)
    question, colon = places
    value, condition = fold_or(tokens[:question], known)
    if value is not None:
        branch = tokens[question + 1 : colon] if value else tokens[colon + 1 :]
        value, chosen = fold_expression(branch, known)
        if len(chosen) == 1 and (literal(chosen) is not None):
            chosen[0].kind = "constant"
        return value, replaced(tokens[:1], chosen)
    one = fold_expression(tokens[question + 1 : colon], known)[1]
    other = fold_expression(tokens[colon + 1 :], known)[1]
    return None, condition + [tokens[question]] + one + [tokens[colon]] + other


def fold_list(tokens, known):
    """Expressions with commas, semicolons and assignments between them; the value is that of a single one."""
    result = []
    value = None
    parts = split(tokens, {",", ";"} | ASSIGNMENTS)
    for part, sign in parts:
        head = []
        if part and part[0].text in ("return", "case"):
            head, part = part[:1], part[1:]
        assigns = sign is not None and sign.text in ASSIGNMENTS
        value, folded = (None, fold_groups(part, known)) if assigns else fold_expression(part, known)
        if value is not None and folded and not assigns:
            folded = with_options_spelled(folded, value, known)
        result += head + folded + ([sign] if sign else [])
    return (value if len(parts) == 1 else None), result


def with_options_spelled(tokens, value, known):
    """An expression of options is written as what it comes to; a constant that has a name keeps it."""
    words = [token.text for token in tokens]
    named = len(tokens) == 1 and not words[0].startswith("IS_ENABLED") and words[0] not in known.macros
    if named or (len(tokens) == 1 and words[0].startswith("CONFIG_")):
        return tokens
    if "IS_ENABLED" in words or any(
        word in known.macros or word in known.constant or word in known.locals for word in words):
        name = words[0] if words[0] in known.constant else ""
        is_truth = "IS_ENABLED" in words or any(sign in words for sign in ("!", "==", "!=", "<", ">", "&&", "||"))
        text = known.constant.get(name) or (("true" if value else "false") if is_truth else str(value))
        return replaced(tokens, [Token("constant", text)])
    return tokens


def condition_value(tokens, known):
    """Folds a condition of the preprocessor: the value, or None and what is left of it."""
    value, folded = fold_expression([token.copy() for token in tokens], known)
    return value, plain(folded)
