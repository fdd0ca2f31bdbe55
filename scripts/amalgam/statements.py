# SPDX-License-Identifier: MIT
"""The bodies of functions: statements that are off go, and what they were guarded by.

A body is parsed only as far as it must be: blocks, `if`, loops, and everything else up to its semicolon.
"""

from fold import ASSIGNMENTS, fold_expression, fold_groups, fold_list, is_pure, with_options_spelled
from tokens import Token, closing, moved_left, plain

LOOPS = ("while", "for", "switch")


class Statement:
    """One statement. Its tokens; of a compound one, the head, and the statements within."""

    def __init__(self, kind, tokens, body=None, other=None, else_token=None):
        self.kind = kind  # simple, block, if, loop, do, label
        self.tokens = tokens
        self.body = body or []
        self.other = other
        self.else_token = else_token

    def flat(self):
        """All tokens again. A block's closing brace is its last token."""
        if self.kind == "block":
            return self.tokens[:1] + flat(self.body) + self.tokens[1:]
        if self.kind == "if":
            tail = [self.else_token] + self.other.flat() if self.other else []
            return self.tokens + flat(self.body) + tail
        if self.kind == "do":
            return self.tokens[:1] + flat(self.body) + self.tokens[1:]
        return self.tokens + flat(self.body)


def flat(statements):
    return [token for statement in statements for token in statement.flat()]


# ---- parsing -----------------------------------------------------------------------------------


def end_of_simple(tokens, start):
    i = start
    while i < len(tokens):
        if tokens[i].text in "([{":
            i = closing(tokens, i)
        elif tokens[i].text == ";":
            return i + 1
        i += 1
    return len(tokens)


def is_label(tokens, start):
    if tokens[start].text in ("case", "default"):
        return True
    return tokens[start].kind == "id" and start + 1 < len(tokens) and tokens[start + 1].text == ":"


def parse_one(tokens, start):
    """The statement that begins at a place, and the place behind it."""
    word = tokens[start].text
    if word == "{":
        end = closing(tokens, start)
        return Statement("block", [tokens[start], tokens[end]], parse(tokens[start + 1 : end])), end + 1
    if word == "if":
        end = closing(tokens, start + 1) + 1
        body, place = parse_one(tokens, end)
        result = Statement("if", tokens[start:end], [body])
        if place < len(tokens) and tokens[place].text == "else":
            result.else_token = tokens[place]
            result.other, place = parse_one(tokens, place + 1)
        return result, place
    if word in LOOPS:
        end = closing(tokens, start + 1) + 1
        body, place = parse_one(tokens, end)
        return Statement("loop", tokens[start:end], [body]), place
    if word == "do":
        body, place = parse_one(tokens, start + 1)
        end = end_of_simple(tokens, place)
        return Statement("do", [tokens[start]] + tokens[place:end], [body]), end
    if is_label(tokens, start):
        end = next(i for i in range(start, len(tokens)) if tokens[i].text == ":") + 1
        return Statement("label", tokens[start:end]), end
    end = end_of_simple(tokens, start)
    return Statement("simple", tokens[start:end]), end


def parse(tokens):
    statements = []
    place = 0
    while place < len(tokens):
        statement, place = parse_one(tokens, place)
        statements.append(statement)
    return statements


# ---- locals of a known value -------------------------------------------------------------------


def forget_changed(tokens, known):
    """What is stored into, or whose address is taken, is not known any more."""
    for i, token in enumerate(tokens):
        if token.text not in known.locals or (i > 0 and tokens[i - 1].text in (".", "->")):
            continue
        behind = tokens[i + 1].text if i + 1 < len(tokens) else ""
        before = tokens[i - 1].text if i > 0 else ""
        if behind in ASSIGNMENTS or behind in ("++", "--") or before in ("&", "++", "--"):
            del known.locals[token.text]


def learn(tokens, known):
    """`T *x = NULL;` and the like, made so by an option."""
    for i in range(1, len(tokens) - 2):
        if tokens[i].text == "=" and tokens[i + 2].text == ";" and tokens[i - 1].kind == "id":
            if tokens[i + 1].kind == "constant" and tokens[i + 1].text in ("NULL", "false", "true", "0"):
                is_declaration = i >= 2 and (tokens[i - 2].kind == "id" or tokens[i - 2].text == "*")
                if is_declaration:
                    known.locals[tokens[i - 1].text] = int(tokens[i + 1].text == "true")


# ---- folding -----------------------------------------------------------------------------------


def is_stub_call(tokens, known):
    if len(tokens) < 4 or tokens[1].text != "(" or closing(tokens, 1) != len(tokens) - 2:
        return False
    name = tokens[0].text
    return name in known.vanishing or (name in known.nothing and is_pure(tokens[2:-2], known))


def fold_simple(statement, known):
    tokens = statement.tokens
    if is_stub_call(tokens, known):
        return []
    folded = fold_list(tokens, known)[1]
    is_remains = len(folded) == 2 and folded[0].kind == "constant" and len(tokens) > 2
    forget_changed(folded, known)
    learn(folded, known)
    return [] if is_remains else [Statement("simple", folded)]


def branch(statement, known):
    """A branch on its own: what it learns of locals holds within it alone."""
    before = dict(known.locals)
    folded = fold_one(statement, known)
    known.locals = before
    return folded


def spliced(statements, first_before):
    """The statements of a branch that is always taken, in place of the `if`."""
    if len(statements) == 1 and statements[0].kind == "block":
        block = statements[0]
        closing_comment = block.tokens[1].before.strip()
        statements = block.body
        if closing_comment and statements:
            statements[-1].flat()[-1].after += " " + closing_comment
    for statement in statements:
        moved_left(statement.flat())
    if statements:
        first = statements[0].flat()[0]
        comment = first.before.strip()
        first.before = first_before
        if comment:
            indent = first_before[first_before.rfind("\n") + 1 :] if "\n" in first_before else ""
            first.before = first_before + comment + "\n" + indent
    return statements


def fold_if(statement, known):
    condition = statement.tokens[2:-1]
    value, folded = fold_list(condition, known)
    before = statement.tokens[0].before
    if value is not None:
        chosen = statement.body[0] if value else statement.other
        if chosen is None:
            return []
        is_else_if = not value and "\n" not in chosen.flat()[0].before
        if is_else_if:
            chosen.flat()[0].before = before
            return fold_one(chosen, known)
        return fold_all(spliced([chosen], before), known)
    taken = flat([statement])
    body = branch(statement.body[0], known)
    other = branch(statement.other, known) if statement.other else []
    forget_changed(taken, known)
    if not body and not other and is_pure(folded, known):
        return []
    if not other and sets_nothing(folded, body):
        return []
    if len(body) != 1:
        body = [as_block(body, statement.body[0])]
    result = Statement("if", statement.tokens[:2] + folded + statement.tokens[-1:], body)
    if other:
        result.else_token = statement.else_token
        result.other = other[0] if len(other) == 1 else as_block(other, statement.other)
    return [result]


def sets_nothing(condition, body):
    """if (!x) x = NULL, which a stub in its place has made of it."""
    if len(body) != 1 or body[0].kind != "simple" or len(condition) != 2 or condition[0].text != "!":
        return False
    tokens = body[0].tokens
    return [token.text for token in tokens] == [condition[1].text, "=", "NULL", ";"] and tokens[2].kind == "constant"


def as_block(statements, former):
    """Several statements, or none, where there was one."""
    indent = former.flat()[0].before
    indent = indent[indent.rfind("\n") + 1 :][1:] if "\n" in indent else ""
    return Statement("block", [Token("op", "{", " "), Token("op", "}", "\n" + indent)], statements)


def fold_loop(statement, known):
    forget_changed(flat([statement]), known)
    head = statement.tokens[:2] + fold_list(statement.tokens[2:-1], known)[1] + statement.tokens[-1:]
    body = branch(statement.body[0], known)
    if len(body) != 1:
        body = [as_block(body, statement.body[0])]
    return [Statement("loop", head, body)]


def fold_do(statement, known):
    forget_changed(flat([statement]), known)
    body = branch(statement.body[0], known)
    return [Statement("do", statement.tokens[:1] + fold_groups(statement.tokens[1:], known), body)]


def fold_one(statement, known):
    if statement.kind == "simple":
        return fold_simple(statement, known)
    if statement.kind == "if":
        return fold_if(statement, known)
    if statement.kind == "loop":
        return fold_loop(statement, known)
    if statement.kind == "do":
        return fold_do(statement, known)
    if statement.kind == "block":
        return [Statement("block", statement.tokens, fold_all(statement.body, known))]
    known.locals = {}
    return [statement]


def leaves(statement):
    """Whether nothing behind it in its block is reached."""
    if statement.kind == "simple":
        return statement.tokens[0].text in ("return", "goto", "break", "continue")
    return statement.kind == "block" and bool(statement.body) and leaves(statement.body[-1])


def fold_all(statements, known):
    result = []
    is_gap_lost = False
    for statement in statements:
        if result and leaves(result[-1]) and statement.kind != "label":
            continue
        gap = statement.flat()[0].before
        folded = fold_one(statement, known)
        if folded and is_gap_lost:
            first = folded[0].flat()[0]
            first.before = first.before if first.before.startswith("\n\n") else "\n" + first.before
        is_gap_lost = gap.startswith("\n\n") and not folded or is_gap_lost and not folded
        result += folded
    if result and result[-1].kind == "label":
        result.append(Statement("simple", [Token("id", "break", result[-1].tokens[0].before + "\t"), Token("op", ";")]))
    return result


def fold_block_text(tokens, known):
    return flat(fold_all(parse(tokens), known))


def fold_body(tokens, known):
    """The tokens between the braces of a function, folded."""
    known.locals = {}
    folded = flat(fold_all(parse(tokens), known))
    known.locals = {}
    return folded


# ---- what a function comes to ------------------------------------------------------------------


def essence(tokens):
    """The statements of a body that do something: (void)x does not."""
    statements = [s for s in parse(tokens) if not (s.kind == "simple" and plain(s.tokens).startswith("( void ) ")
                                                   and len(s.tokens) == 5)]
    return statements


def constant_result(tokens):
    """The constant that a body returns, if it does nothing else."""
    statements = essence(tokens)
    if len(statements) == 1 and statements[0].kind == "simple":
        words = [token.text for token in statements[0].tokens]
        if len(words) == 3 and words[0] == "return" and words[1] in ("true", "false", "NULL", "0"):
            return words[1]
    return None


def does_nothing(tokens):
    statements = essence(tokens)
    return all(plain(s.tokens) == "return ;" for s in statements) if statements else True


def is_pure_body(tokens, known):
    statements = essence(tokens)
    return len(statements) == 1 and statements[0].kind == "simple" and \
        statements[0].tokens[0].text == "return" and is_pure(statements[0].tokens, known)
