"""Text -> Expression or Test: what a value computes, and what a condition asks. Nothing is looked up here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeGuard

from safelight.transform.lexer import Word

OPERANDS_MAX = 100
"""Most operands of one value or one condition."""

Operator = Literal["add", "sub", "mul", "div", "mod", "pow"]
Relation = Literal["eq", "ne", "lt", "gt", "lte", "gte", "in", "nin"]

# The strongest first; operators of one rank are done from left to right.
_RANKS: tuple[dict[str, Operator], ...] = (
    {"pow": "pow"},
    {"mul": "mul", "div": "div", "mod": "mod"},
    {"add": "add", "sub": "sub"},
)
_OPERATORS = frozenset(name for rank in _RANKS for name in rank)
_RELATIONS: dict[str, Relation] = {
    "eq": "eq",
    "ne": "ne",
    "lt": "lt",
    "gt": "gt",
    "lte": "lte",
    "gte": "gte",
    "in": "in",
    "nin": "nin",
}
_CASTS: dict[str, Literal["i", "f"]] = {"to_i": "i", "to_f": "f"}
_UNARY = frozenset({"isdef", "isndef"})

# Facts of the picture, by their words; `ow` and `oh` are older names.
OPERANDS = frozenset(
    [
        "w",
        "h",
        "ar",
        "iw",
        "ih",
        "iar",
        "ow",
        "oh",
        "tar",
        "cp",
        "pc",
        "fc",
        "ccc",
        "rc",
        "rn",
        "px",
        "py",
        "idn",
        "ils",
        "du",
        "idu",
        "pgnames",
        "tags",
    ]
)

# Words that ask for something, so that one that is spelt wrong is no text.
_ELSEWHERE = ("current:", "ref:", "ctx:", "md:")

_TOKEN = re.compile(
    r"""
    (?P<text>![^!]*!)
    | (?P<kept>(?:ctx|md)(?::![^!]*!)?)(?=_|$)
    | (?P<variable>\$(?:\([A-Za-z][A-Za-z0-9]*\)|[A-Za-z][A-Za-z0-9]*))
    | (?P<number>-?[0-9]{1,12}(?:\.[0-9]{1,20})?(?::[0-9]{1,12}(?:\.[0-9]{1,20})?)?)(?=_|$)
    | (?P<cast>to_[if])(?=_|$)
    | (?P<file>ref:![^!]*!|current(?::public_id)?)(?=_|$)
    | (?P<word>[^_!$]+)
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)


# --- what an expression is made of --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spot:
    """Where in the value of `word` something stands, so that errors can point at it."""

    word: Word
    start: int
    end: int

    def fault(self, message: str) -> Exception:
        return self.word.fault(message, self.start, self.end)


@dataclass(frozen=True)
class Leaf:
    """A number, a text without its `!`, the name of a variable or of a fact, or a key that the asset was given.

    Of kind `file` it is `ref:!…!`, `current` or `current:public_id`: what names a file.
    """

    kind: Literal["number", "text", "variable", "fact", "context", "metadata", "file"]
    name: str
    spot: Spot = field(compare=False, repr=False)


@dataclass(frozen=True)
class Cast:
    """`_to_i`, `_to_f`. `is_of_text`: a number is left as it is, only a text becomes one."""

    of: "Expression"
    to: Literal["i", "f"]
    is_of_text: bool
    spot: Spot = field(compare=False, repr=False)


@dataclass(frozen=True)
class Sum:
    """Two operands and what is done with them."""

    operator: Operator
    left: "Expression"
    right: "Expression"
    spot: Spot = field(compare=False, repr=False)


Expression = Leaf | Cast | Sum


@dataclass(frozen=True)
class Compared:
    """A relation between two values."""

    relation: Relation
    left: Expression
    right: Expression
    spot: Spot = field(compare=False, repr=False)


@dataclass(frozen=True)
class Defined:
    """`isdef_$name`, or `isndef_$name` where it must not be."""

    name: str
    is_wanted: bool


AllOf = tuple[Compared | Defined, ...]
Test = tuple[AllOf, ...]
"""True if all of any one are true: `and` binds tighter than `or`."""


def leaves(expression: Expression) -> Iterator[Leaf]:
    """All operands."""
    match expression:
        case Leaf():
            yield expression
        case Cast(of):
            yield from leaves(of)
        case Sum(_, left, right):
            yield from leaves(left)
            yield from leaves(right)


def leaves_of_test(test: Test) -> Iterator[Leaf]:
    """All operands that are compared."""
    for each in (each for every in test for each in every):
        if isinstance(each, Compared):
            yield from leaves(each.left)
            yield from leaves(each.right)


# --- reading ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    spot: Spot


def expression(word: Word, start: int = 0, end: int | None = None) -> Expression:
    """What `word.value[start:end]` computes; raises TransformError."""
    spot = Spot(word, start, len(word.value) if end is None else end)
    tokens = _tokens(word, start, end)
    if word.code == "$":
        tokens = _said_bare(tokens, spot)
    return _expression(_implied(tokens) + tokens, spot)


def condition(word: Word) -> Test:
    """What `if_…` asks; raises TransformError."""
    spot = Spot(word, 0, len(word.value))
    tokens = _tokens(word, 0, None)
    return tuple(
        tuple(_comparison(part, spot) for part in _split(some, "and", spot)) for some in _split(tokens, "or", spot)
    )


def _tokens(word: Word, start: int, end: int | None) -> list[_Token]:
    text, at = word.value, start
    end = len(text) if end is None else end
    tokens: list[_Token] = []
    while at < end:
        found = _TOKEN.match(text, at, end)
        if found is None or (found.end() < end and text[found.end()] != "_") or found.end() == end - 1:
            raise word.fault(f"Invalid expression: {text[start:end]}", at, end)
        tokens.append(_Token(str(found.lastgroup), found[0], Spot(word, at, found.end())))
        at = found.end() + 1
    if len(tokens) > 2 * OPERANDS_MAX:
        raise word.fault(f"An expression may have {OPERANDS_MAX} operands.", start, end)
    return tokens


def _said_bare(tokens: list[_Token], spot: Spot) -> list[_Token]:
    """The value of a variable is a text, also where nobody wrote its `!`, if words are in it that mean nothing."""
    unknown = [token.kind == "word" and token.text not in OPERANDS | _OPERATORS for token in tokens]
    if not any(unknown) or spot.word.value[spot.start :].startswith(_ELSEWHERE):
        return tokens
    is_one = len(tokens) - (tokens[-1].kind == "cast") == 1
    text = tokens[0].text if is_one else spot.word.value[spot.start : spot.end]
    return [_Token("text", f"!{text}!", spot), *tokens[1:]] if is_one else [_Token("text", f"!{text}!", spot)]


def _implied(tokens: list[_Token]) -> list[_Token]:
    """What stands before a first operator: `w_div_2` is half of `w`, and `$x_add_1` one more than `$x`."""
    first = tokens[0] if tokens else None
    if first is None or first.kind != "word" or first.text not in _OPERATORS:
        return []
    word = first.spot.word
    if word.code == "$":
        return [_Token("variable", word.value.partition("_")[0], first.spot)]
    return [_Token("word", word.code, first.spot)] if word.code in OPERANDS else []


def _split(tokens: list[_Token], joint: str, spot: Spot) -> list[list[_Token]]:
    parts: list[list[_Token]] = [[]]
    for token in tokens:
        if token.kind == "word" and token.text == joint:
            parts.append([])
        else:
            parts[-1].append(token)
    if not all(parts):
        raise spot.fault(f"A condition is missing beside `{joint}`." if len(parts) > 1 else "A condition is missing.")
    return parts


def _comparison(tokens: list[_Token], spot: Spot) -> Compared | Defined:
    spot = Spot(spot.word, tokens[0].spot.start, tokens[-1].spot.end)
    if tokens[0].kind == "word" and tokens[0].text in _UNARY:
        if len(tokens) != 2 or tokens[1].kind != "variable":
            raise spot.fault(f"`{tokens[0].text}` takes one variable.")
        return Defined(_variable_name(tokens[1].text), tokens[0].text == "isdef")
    at = [i for i, token in enumerate(tokens) if token.kind == "word" and token.text in _RELATIONS]
    if len(at) != 1:
        raise spot.fault("A condition compares two values, such as `w_gt_300`.")
    relation = tokens[at[0]]
    left, right = tokens[: at[0]], tokens[at[0] + 1 :]
    return Compared(_RELATIONS[relation.text], _expression(left, spot), _expression(right, spot), spot)


def _expression(tokens: list[_Token], spot: Spot) -> Expression:
    values, operators = _operands(tokens, spot)
    last = tokens[-1]
    for rank in _RANKS:
        values, operators = _reduced(values, operators, rank)
    # A cast at the very end is of all that stands before it; a text there was cast already, so that it can be used.
    if last.kind == "cast" and isinstance(values[0], Sum):
        return Cast(values[0], _CASTS[last.text], False, last.spot)
    return values[0]


def _operands(tokens: list[_Token], spot: Spot) -> tuple[list[Expression], list[_Token]]:
    """Operands, and the operators between them, each checked."""
    values: list[Expression] = []
    operators: list[_Token] = []
    for token in tokens:
        if token.kind == "cast" and len(values) == len(operators) + 1:
            is_at_end = token is tokens[-1] and bool(operators)
            values[-1] = Cast(values[-1], _CASTS[token.text], is_at_end, token.spot)
        elif token.kind == "word" and token.text in _OPERATORS:
            if len(operators) == len(values):
                raise token.spot.fault(f"`{token.text}` has no value before it.")
            operators.append(token)
        elif token.kind == "text" and len(values) > len(operators) and _is_text(values[-1]):
            values[-1] = _listed(values[-1], token)
        elif len(values) > len(operators):
            raise token.spot.fault(f"An operator is missing before `{token.text}`.")
        else:
            values.append(_leaf(token))
    if len(values) == len(operators):
        message = f"`{operators[-1].text}` has no value after it." if operators else "A value is missing."
        raise spot.fault(message)
    return values, operators


def _is_text(value: Expression) -> TypeGuard[Leaf]:
    return isinstance(value, Leaf) and value.kind == "text"


def _listed(value: Leaf, token: _Token) -> Leaf:
    """`!a!_!b!` is how some write the list `!a:b!`."""
    return Leaf("text", f"{value.name}:{token.text[1:-1]}", token.spot)


def _reduced(
    values: list[Expression], operators: list[_Token], rank: dict[str, Operator]
) -> tuple[list[Expression], list[_Token]]:
    kept, waiting = values[:1], list[_Token]()
    for token, right in zip(operators, values[1:], strict=True):
        if token.text in rank:
            kept[-1] = Sum(rank[token.text], kept[-1], right, token.spot)
        else:
            kept.append(right)
            waiting.append(token)
    return kept, waiting


def _leaf(token: _Token) -> Leaf:
    match token.kind:
        case "text":
            return Leaf("text", token.text[1:-1], token.spot)
        case "variable":
            return Leaf("variable", _variable_name(token.text), token.spot)
        case "number":
            return Leaf("number", token.text, token.spot)
        case "kept":
            kind, _, key = token.text.partition(":")
            return Leaf("context" if kind == "ctx" else "metadata", key[1:-1], token.spot)
        case "word" if token.text in OPERANDS:
            return Leaf("fact", token.text, token.spot)
        case "file":
            return Leaf("file", token.text, token.spot)
        case _:
            raise token.spot.fault(f"Unknown value `{token.text}`; a text stands between `!`.")


def _variable_name(text: str) -> str:
    return text.strip("$()")
