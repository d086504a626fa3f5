"""No secret and no signature is compared with `==`, which takes the longer the more of it was guessed."""

import ast
import re
from collections.abc import Iterator

from tests.house.source import SRC, modules, tree_of

SECRET = re.compile(r"(?:^|_)(?:signature|sig|hmac|mac|seal|secret|password|digest|token|reveal|sign_\w+|_?digest)$")

BY_CONTENT = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)

ALLOWED = {
    "assets/search_order.py": "that a cursor belongs to the same search is no secret",
    "derived/named.py": "the key of a row",
    "accounts/bearer.py": "looked up by the digest of what was sent, so that time tells nothing of others",
    "privacy/store_requests.py": "looked up by the digest of what was sent",
    "identity/failures.py": "a row of a keyed hash",
    "identity/links.py": "looked up by the digest of what was sent",
    "identity/recovery.py": "looked up by the digest of what was sent",
    "identity/registration.py": "looked up by the digest of what was sent",
    "identity/remember.py": "looked up by the digest of what was sent",
    "identity/sessions.py": "looked up by the digest of what was sent",
    "identity/tickets.py": "looked up by the digest of what was sent",
}


def compared(tree: ast.AST) -> Iterator[int]:
    """The lines where something that is called a secret stands beside `==`, `!=` or `in`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not any(isinstance(each, BY_CONTENT) for each in node.ops):
            continue
        sides = [node.left, *node.comparators]
        words = [*map(_name, sides)]
        # Of a word of a language, or of how a file begins, one asks what kind it is: CONSTANTS, numbers and texts.
        if any(isinstance(side, ast.Constant) for side in sides) or any(word.isupper() for word in words):
            continue
        if any(map(SECRET.search, words)):
            yield node.lineno


def _name(node: ast.expr) -> str:
    match node:
        case ast.Call(func=func):
            return _name(func)
        case ast.Subscript(slice=ast.Constant(value=str(word))):
            return word
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def test_secrets_are_compared_in_constant_time():
    found = [
        f"{path}:{line}"
        for path, module in ((module.relative_to(SRC).as_posix(), module) for module in modules())
        if path not in ALLOWED
        for line in compared(tree_of(module))
    ]
    assert not found, "use Secret.matches or hmac.compare_digest"


def test_what_is_allowed_is_still_there():
    assert [path for path in ALLOWED if not [*compared(tree_of(SRC / path))]] == []


def test_the_test_sees():
    source = 'a.signature == b\nsecret.reveal() != given\nparts["hmac"] == expected\nx in sign_params(y)\nsize == 3'
    assert [*compared(ast.parse(source))] == [1, 2, 3, 4]
    assert [*compared(ast.parse('signature == ""\ntoken is None\nkind == other'))] == []
