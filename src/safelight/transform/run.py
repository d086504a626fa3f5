"""Script + facts of a picture -> Plan: conditions decided, variables put in their places."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from safelight.transform import codes, geometry, inserting, percent, values, wrapping, writing
from safelight.transform.build import build
from safelight.transform.build import check as check_component
from safelight.transform.chain import Component
from safelight.transform.course import Course
from safelight.transform.evaluate import NeedsSource, Number, Scope, is_true, value_of, variables, written
from safelight.transform.expression import (
    Defined,
    Expression,
    Leaf,
    Spot,
    condition,
    expression,
    leaves,
    leaves_of_test,
)
from safelight.transform.geometry import Size
from safelight.transform.hints import Hints
from safelight.transform.lexer import Word
from safelight.transform.plan import Plan
from safelight.transform.script import Branch, Node, Script, Words, every_component, every_condition
from safelight.transform.source import SourceFacts

ASSIGNMENTS_MAX = 100
"""Most variables that one component may set."""
STYLE_DIGITS = 3
"""After the dot of what is computed for the style of a text."""

# Codes whose values are names or texts of people: a `$` in them is a letter.
_VERBATIM = frozenset({"$", "d", "fl", "if", "t"})
_LAYERS = frozenset({"l", "u"})
_IN_PX = frozenset({"w", "h", "x", "y"})
_AT_LEAST_ONE = frozenset({"w", "h"})
_WHOLE = frozenset({"pg"})

# One item of a value; a `:` inside a text, or before one, is no separator.
_ITEM = re.compile(r"(?:(?:ctx|md|ref|current):![^!]*!|![^!]*!|[^:;()])+", re.DOTALL)
_TURN = re.compile(r"(?:[^.]|\.(?=[0-9]))+")
_RATE = re.compile(r"[^-]+")
_BORDER = re.compile(r"(.+?)(px)?_solid_(.+)", re.ASCII | re.DOTALL)
_PROMPTED = re.compile(r"[:;(](?:prompt|from|to|hints)_")
_INSERTED = re.compile(r"(\$\([A-Za-z][A-Za-z0-9]*\)|(?<=_)\$[A-Za-z][A-Za-z0-9]*(?=[:;)]|$))", re.ASCII)
_NAMED = re.compile(r"(?:[a-z][a-z0-9-]*_)+(?=[$!])", re.ASCII)


def run(script: Script, hints: Hints, source: SourceFacts | None) -> Plan:
    """The plan for one picture. Raises TransformError, and NeedsSource if `source` is missing where it matters."""
    missing = undefined(script)
    if missing:
        raise missing.spot.fault(f"Undefined variable: {missing.name}")
    running = _Run(script, hints, source)
    running.nodes(script.nodes)
    # Where no condition is true the picture is opened and written all the same: asked for is more than stored bytes.
    return replace(build(tuple(running.course.chain), script.vocabulary), is_empty=False)


def needs_running(nodes: tuple[Node, ...]) -> bool:
    """Has it variables, conditions, or anything to compute?"""
    return any(
        isinstance(node, Branch) or any(map(_is_live, node)) or wrapping.waits(Component(node)) for node in nodes
    )


def check(script: Script) -> None:
    """Raises TransformError for what is wrong with a script whatever the picture is."""
    _used(script)
    for component in every_component(script.nodes):
        if not any(_is_live(word) for word in component):
            check_component(Component(component), script.vocabulary)


def undefined(script: Script) -> Leaf | None:
    """An operand that asks for a variable which nothing before sets; a chain may be a part of one that does."""
    if (missing := _unset_before(script)) is not None:
        return missing
    defined = {_assignment(word)[0] for words in every_component(script.nodes) for word in words if word.code == "$"}
    tests = [condition(word) for word in every_condition(script.nodes)]
    # Who asks whether a variable is there knows that it may not be.
    defined |= {each.name for test in tests for every in test for each in every if isinstance(each, Defined)}
    return next((leaf for leaf in _used(script) if any(name not in defined for name in variables(leaf))), None)


def _unset_before(script: Script) -> Leaf | None:
    """An operand for which a variable asks that is computed from itself, and was not there before."""
    before: set[str] = set()
    for word in (word for words in every_component(script.nodes) for word in words if word.code == "$"):
        name = _assignment(word)[0]
        own = (leaf for found in _expressions(word) for leaf in leaves(found) if name in variables(leaf))
        if name not in before and (missing := next(own, None)):
            return missing
        before.add(name)
    return None


def _used(script: Script) -> list[Leaf]:
    """All operands, whatever governs them."""
    used = [leaf for word in every_condition(script.nodes) for leaf in leaves_of_test(condition(word))]
    words = [word for words in every_component(script.nodes) for word in words]
    return used + [leaf for word in words for found in _expressions(word) for leaf in leaves(found)]


def varies_by(script: Script) -> tuple[str, ...]:
    """The request headers that may be looked at, whatever is decided."""
    firsts = [
        (word.code, word.value.split(":")[0]) for words in every_component(script.nodes) for word in words if word.value
    ]
    auto = {code for code, first in firsts if first == "auto" or (code in {"f", "q", "w", "dpr"} and "$" in first)}
    names = ["Accept"] if "f" in auto else []
    names += ["Save-Data"] if "q" in auto else []
    names += ["Sec-CH-DPR", "DPR"] if auto & {"w", "dpr"} else []
    return tuple(names + (["Sec-CH-Width", "Width", "Sec-CH-Viewport-Width", "Viewport-Width"] if "w" in auto else []))


class _Run:
    """One walk over a script, with the components that came of it and the size that they leave."""

    def __init__(self, script: Script, hints: Hints, source: SourceFacts | None) -> None:
        self.course = Course(script.nodes, script.vocabulary, hints)
        self.scope = Scope(source, self._current, self._page)

    def nodes(self, nodes: tuple[Node, ...]) -> None:
        for node in nodes:
            if isinstance(node, Branch):
                self.nodes(node.then if is_true(condition(node.word), self.scope) else node.otherwise)
            else:
                self._component(node)

    def _component(self, words: Words) -> None:
        self._assign([word for word in words if word.code == "$"])
        component = Component(tuple(self._resolved(word) for word in words if word.code != "$"))
        if wrapping.waits(component):
            component = self._wrapped(component)
        if component.words:
            self.course.add(component, words)

    def _wrapped(self, component: Component) -> Component:
        source = self.scope.source
        if source is None:
            raise NeedsSource
        if source.width is None or source.height is None:
            raise component.words[0].fault("The size of this file is not known, so the lines of the text are not.")
        below = self._current()
        if below is None:
            raise component.words[0].fault("The content decides the size before this, so lines cannot be measured.")
        return wrapping.in_px(component, Size(source.width, source.height), below)

    def _assign(self, words: list[Word]) -> None:
        """In written order; one that needs another of its component waits for it, for SDKs sort them by name."""
        if len(words) > ASSIGNMENTS_MAX:
            raise words[ASSIGNMENTS_MAX].fault(f"A component may set {ASSIGNMENTS_MAX} variables.")
        ready = [(_assignment(word)[0], *_expressions(word)) for word in words]
        while ready:
            waiting = [(name, found) for name, found in ready if not self._assigned(name, found)]
            if len(waiting) == len(ready):
                name, found = waiting.pop(0)
                self.scope.variables[name] = value_of(found, self.scope)  # says which variable is missing
            ready = waiting

    def _assigned(self, name: str, found: Expression) -> bool:
        if any(used not in self.scope.variables for leaf in leaves(found) for used in variables(leaf)):
            return False
        self.scope.variables[name] = value_of(found, self.scope)
        return True

    def _resolved(self, word: Word) -> Word:
        if word.code in _LAYERS:
            text = inserting.inserted(word, self._inserted(word))
            return replace(word, value=text, raw=f"{word.code}_{text}")
        spans = _spans(word)
        if not spans:
            return word
        text, raw, at = "", word.raw, 0
        for start, end in spans:
            found = self._text(word, start, end)
            # What is put in has no structure: a `;` of a variable belongs to the text that it is put into.
            raw = raw.replace(word.value[start:end], percent.escaped_twice(found), 1)
            text += word.value[at:start] + found
            at = end
        text += word.value[at:]
        if word.code == "bo" and text[:1].isdigit():
            text = text if "px_" in text else text.replace("_", "px_", 1)
        is_kept = word.code in {"b", "e"} and all(word.value[slice(*span)] in word.raw for span in spans)
        return replace(word, value=text, raw=raw if is_kept else f"{word.code}_{text}")

    def _inserted(self, word: Word) -> Callable[[str, bool], str]:
        spot = Spot(word, 0, len(word.value))

        def value(name: str, is_in_style: bool) -> str:
            found = value_of(Leaf("variable", name, spot), self.scope)
            if is_in_style and isinstance(found, Number) and not found.text:
                return values.number_text(round(found.value, STYLE_DIGITS))
            return written(found)

        return value

    def _text(self, word: Word, start: int, end: int) -> str:
        found = value_of(expression(word, start, end), self.scope)
        is_px = word.code in _IN_PX or (word.code == "bo" and start == 0) or word.code in _WHOLE
        if isinstance(found, Number) and not found.text and is_px:
            return _px_text(word.code, found)
        return written(found)

    def _current(self) -> Size | None:
        source = self.scope.source
        assert source
        assert source.width is not None
        assert source.height is not None
        return self.course.size(Size(source.width, source.height))

    def _page(self) -> int:
        words = (component.word("pg") for component in reversed(self.course.chain))
        word = next((word for word in words if word), None)
        return (writing.with_word(Plan(), word).source.page if word else None) or 1


def _px_text(code: str, number: Number) -> str:
    px = geometry.round_half_up(number.value)
    # A side that is smaller than half a pixel still is one.
    return str(max(1, px) if code in _AT_LEAST_ONE and number.value > 0 else px)


def _assignment(word: Word) -> tuple[str, int]:
    """The name of a variable, and where its value begins."""
    name, _, value = word.value.partition("_")
    if not value:
        raise word.fault(f"The variable {name} has no value.")
    return name[1:], len(name) + 1


def _expressions(word: Word) -> list[Expression]:
    if word.code == "$":
        return [expression(word, _assignment(word)[1])]
    if word.code in _LAYERS:
        return [Leaf("variable", name, Spot(word, 0, len(word.value))) for name in inserting.names(word)]
    return [expression(word, start, end) for start, end in _spans(word)]


def _is_live(word: Word) -> bool:
    if word.code in _LAYERS:
        return bool(inserting.names(word))
    return word.code == "$" or bool(_spans(word))


def _spans(word: Word) -> list[tuple[int, int]]:
    """The parts of a word's value that are to be computed."""
    if word.code in _VERBATIM | _LAYERS or (word.code == "g" and "$" not in word.value):
        return []
    if word.code in {"b", "e"} and _PROMPTED.search(word.value):
        # Anything may stand in a text, so only what cannot be meant otherwise is a variable.
        return [found.span(1) for found in _INSERTED.finditer(word.value)]
    return [span for span in _items(word) if codes.is_expression(word.value[slice(*span)])]


def _items(word: Word) -> Iterator[tuple[int, int]]:
    border = _BORDER.fullmatch(word.value) if word.code == "bo" else None
    if border:
        yield border.span(1)
        start, end = border.span(3)
        yield (start + len("rgb:") if border[3].startswith("rgb:$") else start, end)
        return
    for found in {"a": _TURN, "fps": _RATE}.get(word.code, _ITEM).finditer(word.value):
        named = _NAMED.match(found[0])
        # `to-color_$c` has a name before its value, `w_mul_$n` has not.
        is_named = named is not None and word.code in {"b", "e", "g"} and not codes.is_expression(named[0] + "0")
        yield (found.start() + (named.end() if named and is_named else 0), found.end())
