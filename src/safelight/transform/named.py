"""`t_<name>` and `bl_<name>` -> what they stand for, by a lookup that is handed in."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from safelight.transform import percent
from safelight.transform.errors import TransformError
from safelight.transform.lexer import Word, lex
from safelight.transform.script import DEPTH_MAX as CONDITIONS_DEPTH_MAX
from safelight.transform.script import Branch, Node, Words, every_component, tree

Lookup = Callable[[str], str | None]

NAME_CHARS_MAX = 1024
DEPTH_MAX = 10
"""How deep named transformations may stand inside each other."""
EXPANSIONS_MAX = 100
"""Most names that one transformation may expand, all depths together."""
EXPANDED_WORDS_MAX = 2000
"""Most parts after all names were expanded."""

_CODES = frozenset({"t", "bl"})
_FORBIDDEN = frozenset("\\/?&#%.,<>")


def no_names(name: str) -> str | None:
    """The lookup of those who know no named transformations."""
    return None


def names_of(word: Word) -> tuple[str, ...]:
    """The names of `t_a.b`, or the one of `bl_a`, each checked."""
    names = tuple(word.value.split(".")) if word.code == "t" else (word.value,)
    for name in names:
        if not is_name(name):
            raise word.fault(f"Unknown transformation {name}")
    return names


def is_name(name: str) -> bool:
    """May a named transformation bear this name?"""
    return 0 < len(name) <= NAME_CHARS_MAX and not _FORBIDDEN & set(name) and not percent.has_controls(name)


def expand(nodes: tuple[Node, ...], lookup: Lookup) -> tuple[Node, ...]:
    """The nodes without `t_`: what a name stands for comes before the rest of its component, but after its variables.

    Every name is looked up once, and all that can be reached before any is missed: who must fetch definitions from
    elsewhere hears of all at once.

    A baseline is a named transformation that comes before all else. How its result would be encoded is not kept, for
    it is never seen: what is laid on top says how the whole is.
    """
    _check_baselines(nodes)
    return tuple(_Expansion(_definitions(every_component(nodes), lookup)).nodes(nodes, depth=0, level=0))


def _definitions(components: Sequence[Words], lookup: Lookup) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    waiting = _names_in(components)
    while waiting and len(found) < EXPANSIONS_MAX:
        name = waiting.pop()
        if name not in found:
            found[name] = definition = lookup(name)
            with suppress(TransformError):  # told when it is expanded, with the place that brought it in
                waiting += _names_in(lex(definition or ""))
    return found


def _names_in(components: Sequence[Words]) -> list[str]:
    return [name for words in components for word in words if word.code in _CODES for name in names_of(word)]


def _check_baselines(nodes: tuple[Node, ...]) -> None:
    for words in every_component(nodes):
        for word in words:
            if word.code == "bl" and words is not nodes[0]:
                raise word.fault("A baseline (`bl_`) stands in the first component.")


@dataclass
class _Expansion:
    """One walk, and what it has used up."""

    found: Mapping[str, str | None]
    names: int = 0
    words: int = 0

    def nodes(self, nodes: tuple[Node, ...], depth: int, level: int) -> list[Node]:
        """`depth` counts the names around these nodes, `level` the conditions."""
        expanded: list[Node] = []
        for node in nodes:
            if isinstance(node, Branch):
                expanded.append(self._branch(node, depth, level + 1))
            else:
                expanded += self._component(node, depth, level)
        return expanded

    def _branch(self, branch: Branch, depth: int, level: int) -> Branch:
        if level > CONDITIONS_DEPTH_MAX:
            raise branch.word.fault(f"Conditions may stand {CONDITIONS_DEPTH_MAX} deep inside each other.")
        then = tuple(self.nodes(branch.then, depth, level))
        return Branch(branch.word, then, tuple(self.nodes(branch.otherwise, depth, level)))

    def _component(self, words: Words, depth: int, level: int) -> list[Node]:
        names = [word for word in words if word.code in _CODES]
        if not names:
            return self._counted(words)
        expanded = self._counted(tuple(word for word in words if word.code == "$"))
        for word in names:
            expanded += self._definitions(word, depth, level)
        return expanded + self._counted(tuple(word for word in words if word.code not in {"t", "bl", "$"}))

    def _counted(self, words: Words) -> list[Node]:
        self.words += len(words)
        if words and self.words > EXPANDED_WORDS_MAX:
            raise words[0].fault(f"A transformation may have {EXPANDED_WORDS_MAX} parts.")
        return [words] if words else []

    def _definitions(self, word: Word, depth: int, level: int) -> list[Node]:
        expanded: list[Node] = []
        for name in names_of(word):
            self.names += 1
            if depth >= DEPTH_MAX or self.names > EXPANSIONS_MAX:
                raise word.fault("Named transformations stand too deep or too often inside each other.")
            definition = self.found.get(name)
            if definition is None:
                raise word.fault(f"Unknown transformation {name}")
            expanded += self.nodes(tree(_moved(definition, name, word)), depth + 1, level)
        return expanded


def _moved(definition: str, name: str, outer: Word) -> tuple[Words, ...]:
    """The words of a definition, pointing at the word that brought them in."""
    origin = outer.origin or name
    try:
        components = lex(definition)
    except TransformError as error:
        raise replace(outer, origin=origin).fault(error.message) from error
    place = {"text": outer.text, "start": outer.start, "end": outer.end, "origin": origin}
    moved = tuple(tuple(replace(word, **place) for word in words) for words in components)
    if outer.code == "bl":
        return tuple(tuple(word for word in words if not _is_of_baseline(word)) for words in moved)
    return tuple(tuple(word for word in words if not _is_hidden(word)) for words in moved)


def _is_of_baseline(word: Word) -> bool:
    """How a baseline is kept; it must say so itself, for no client's request can."""
    if word.code == "bl" or (word.code == "f" and word.value.split(":")[0] == "auto"):
        raise word.fault("A baseline (`bl_`) names its format, and has no baseline itself.")
    return word.code in {"f", "q"} or _is_hidden(word)


def _is_hidden(word: Word) -> bool:
    """What a client's request must settle has no effect inside a name: whoever caches by URL could not see it."""
    return word.code in {"f", "dpr", "w"} and word.value.split(":")[0] == "auto"
