# SPDX-License-Identifier: MIT
"""What a function has of its own, and what of it nobody asks for once its branches are decided."""

from fold import is_pure
from statements import flat, parse
from tokens import Token, split


def locals_of(item):
    """The names that a function declares for itself: they are not those of the file."""
    if item.kind != "function":
        return set()
    names = {part[-1].text for part, _ in split(item.parameters(), {","}) if part and part[-1].kind == "id"}
    body = item.body()
    for i in range(1, len(body) - 1):
        if body[i].kind != "id" or body[i + 1].text not in ("=", ";", "[", ","):
            continue
        before = body[i - 1]
        is_type = before.kind == "id" and before.text not in ("return", "goto", "else", "case")
        is_pointer = before.text == "*" and i >= 2 and body[i - 2].kind == "id" and \
            (i < 3 or body[i - 3].text in ("struct", "const", "volatile", ";", "{", "}", "static", "unsigned"))
        if is_type or is_pointer:
            names.add(body[i].text)
    return names


def drop_unused_locals(item, known):
    """Declarations of locals that nobody mentions any more."""
    statements = parse(item.body())
    body = item.body()
    words = [token.text for i, token in enumerate(body)
             if i == 0 or body[i - 1].text not in (".", "->", "struct", "enum")]
    parameters = {token.text for token in item.parameters()}
    names = {name for name in locals_of(item) - parameters if words.count(name) == 1}
    changed = drop_in(statements, names, known)
    if changed:
        item.set_body(flat(statements))
    return changed


def drop_in(statements, names, known):
    changed = False
    for statement in list(statements):
        if statement.kind == "simple" and is_unused_declaration(statement.tokens, names, known):
            place = statements.index(statement)
            if place + 1 < len(statements) and place == 0:
                following = statements[1].flat()[0]
                following.before = "\n" + following.before.lstrip("\n")
            statements.remove(statement)
            changed = True
        else:
            changed = drop_in(statement.body, names, known) or changed
            if statement.other:
                changed = drop_in([statement.other], names, known) or changed
    return changed


def is_unused_declaration(tokens, names, known):
    parts = split(tokens[:-1], {"="})
    left = parts[0][0]
    if len(left) < 2 or left[-1].text not in names or not is_declaration(tokens):
        return False
    if any(token.kind != "id" and token.text != "*" for token in left):
        return False
    return is_pure([token for part, _ in parts[1:] for token in part], known)


def mention_parameters(item):
    """(void)x for parameters that what is left does not ask for."""
    words = {token.text for token in item.body()}
    unused = [
        part[-1].text
        for part, _ in split(item.parameters(), {","})
        if len(part) > 1 and part[-1].kind == "id" and part[-1].text not in words
    ]
    if not unused:
        return
    statements = parse(item.body())
    place = 0
    while place < len(statements) and is_declaration(statements[place].tokens):
        place += 1
    mentions = [Token("id", f"(void){name};", "\n\t") for name in unused]
    mentions[0].before = "\n\n\t" if place else "\n\t"
    item.set_body(flat(statements[:place]) + mentions + flat(statements[place:]))


def is_declaration(tokens):
    return len(tokens) > 2 and tokens[0].kind == "id" and tokens[0].text not in ("return", "goto", "if") \
        and (tokens[1].kind == "id" or tokens[1].text == "*")
