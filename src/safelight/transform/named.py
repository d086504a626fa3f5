"""`t_<name>` -> what it stands for, by a lookup that is handed in."""

from collections.abc import Callable, Mapping
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


def names_needed(text: str, known: Mapping[str, str | None]) -> tuple[str, ...]:
    """Which names must be looked up before `text` can be parsed, beside those whose definition is `known`.

    For those who keep definitions where a lookup takes time: ask, look up, and ask again until nothing is needed.
    """
    needed: dict[str, None] = {}
    texts, seen = [text], set[str]()
    while texts and len(seen) <= EXPANSIONS_MAX:
        for word in (word for words in lex(texts.pop()) for word in words if word.code == "t"):
            for name in names_of(word):
                if name not in known:
                    needed[name] = None
                elif name not in seen and (definition := known[name]) is not None:
                    seen.add(name)
                    texts.append(definition)
    return tuple(needed)


def expand(components: tuple[Words, ...], lookup: Lookup) -> tuple[Words, ...]:
    """Components without `t_`: what a name stands for comes before the rest of its component."""
    return tuple(_Expansion(lookup).components(components, depth=0))


@dataclass
class _Expansion:
    """One walk, and what it has used up."""

    lookup: Lookup
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
            definition = self.lookup(name)
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
