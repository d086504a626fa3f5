"""`t_<name>` -> what it stands for, by a lookup that is handed in."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from safelight.transform import percent
from safelight.transform.errors import TransformError
from safelight.transform.lexer import Word, lex

Lookup = Callable[[str], str | None]
Words = tuple[Word, ...]

NAME_CHARS_MAX = 1024
DEPTH_MAX = 10
"""How deep named transformations may stand inside each other."""
EXPANSIONS_MAX = 100
"""Most names that one transformation may expand, all depths together."""
EXPANDED_WORDS_MAX = 2000
"""Most parts after all names were expanded."""

_FORBIDDEN = frozenset("\\/?&#%.,<>")


def no_names(name: str) -> str | None:
    """The lookup of those who know no named transformations."""
    return None


def names_of(word: Word) -> tuple[str, ...]:
    """The names of `t_a.b`, each checked."""
    names = tuple(word.value.split("."))
    for name in names:
        if not is_name(name):
            raise word.fault(f"Unknown transformation {name}")
    return names


def is_name(name: str) -> bool:
    """May a named transformation bear this name?"""
    return 0 < len(name) <= NAME_CHARS_MAX and not _FORBIDDEN & set(name) and not percent.has_controls(name)


def expand(components: tuple[Words, ...], lookup: Lookup) -> tuple[Words, ...]:
    """Components without `t_`: what a name stands for comes before the rest of its component.

    Every name is looked up once, and all that can be reached before any is missed: who must fetch definitions from
    elsewhere hears of all at once.
    """
    return tuple(_Expansion(_definitions(components, lookup)).components(components, depth=0))


def _definitions(components: tuple[Words, ...], lookup: Lookup) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    waiting = _names_in(components)
    while waiting and len(found) < EXPANSIONS_MAX:
        name = waiting.pop()
        if name not in found:
            found[name] = definition = lookup(name)
            with suppress(TransformError):  # told when it is expanded, with the place that brought it in
                waiting += _names_in(lex(definition or ""))
    return found


def _names_in(components: tuple[Words, ...]) -> list[str]:
    return [name for words in components for word in words if word.code == "t" for name in names_of(word)]


@dataclass
class _Expansion:
    """One walk, and what it has used up."""

    found: Mapping[str, str | None]
    names: int = 0
    words: int = 0

    def components(self, components: tuple[Words, ...], depth: int) -> list[Words]:
        expanded: list[Words] = []
        for words in components:
            for word in words:
                if word.code == "t":
                    expanded += self._definitions(word, depth)
            rest = tuple(word for word in words if word.code != "t")
            self.words += len(rest)
            if rest and self.words > EXPANDED_WORDS_MAX:
                raise rest[0].fault(f"A transformation may have {EXPANDED_WORDS_MAX} parts.")
            if rest:
                expanded.append(rest)
        return expanded

    def _definitions(self, word: Word, depth: int) -> list[Words]:
        expanded: list[Words] = []
        for name in names_of(word):
            self.names += 1
            if depth >= DEPTH_MAX or self.names > EXPANSIONS_MAX:
                raise word.fault("Named transformations stand too deep or too often inside each other.")
            definition = self.found.get(name)
            if definition is None:
                raise word.fault(f"Unknown transformation {name}")
            expanded += self.components(_moved(definition, name, word), depth + 1)
        return expanded


def _moved(definition: str, name: str, outer: Word) -> tuple[Words, ...]:
    """The words of a definition, pointing at the word that brought them in."""
    origin = outer.origin or name
    try:
        components = lex(definition)
    except TransformError as error:
        raise replace(outer, origin=origin).fault(error.message) from error
    place = {"text": outer.text, "start": outer.start, "end": outer.end, "origin": origin}
    return tuple(tuple(replace(word, **place) for word in words if not _is_hidden(word)) for words in components)


def _is_hidden(word: Word) -> bool:
    """What a client's request must settle has no effect inside a name: whoever caches by URL could not see it."""
    return word.code in {"f", "dpr", "w"} and word.value.split(":")[0] == "auto"
