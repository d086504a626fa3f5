"""`pg_` <-> which pages, frames, layers or embedded documents of a file are opened."""

import re
from dataclasses import replace

from safelight.transform import items, percent, values
from safelight.transform.lexer import Word
from safelight.transform.output import PageRange, Source

PAGE_MAX = 100_000
ITEMS_MAX = 100
"""Most ranges, or most names, of one word."""
NAME_CHARS_MAX = 255

_RANGE = re.compile(r"([0-9]{1,6})(?:(-)([0-9]{1,6})?)?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)


def with_pages(source: Source, word: Word) -> Source:
    """The source with what a word says is opened of it; nothing that was said before of this is left."""
    source = replace(source, page=None, pages=(), layers=(), embedded=())
    first, *rest = items.of(word)
    match percent.decoded(first), rest:
        case "name", names:
            return replace(source, layers=_names(word, names))
        case "embedded", ["name", *names]:
            return replace(source, embedded=_names(word, names))
        case "embedded", numbers:
            return replace(source, embedded=_numbers(word, numbers))
        case _:
            return _numbered(source, word)


def pages_text(source: Source) -> str | None:
    """The canonical value; None: the first, or the whole."""
    if source.page is not None:
        return str(source.page)
    if source.pages:
        return ";".join(map(_range_text, source.pages))
    if source.layers:
        return f"name:{_names_text(source.layers)}"
    if source.embedded:
        names = [name for name in source.embedded if isinstance(name, str)]
        numbers = [str(number) for number in source.embedded if isinstance(number, int)]
        return f"embedded:name:{_names_text(tuple(names))}" if names else f"embedded:{';'.join(numbers)}"
    return None


def _numbered(source: Source, word: Word) -> Source:
    values.refuse_expression(word, word.value)
    ranges = [_range(word, text) for text in word.value.split(";")]
    if len(ranges) > ITEMS_MAX:
        raise word.fault(f"`pg_` may have {ITEMS_MAX} ranges.")
    if len(ranges) == 1 and ranges[0].first == ranges[0].last:
        return replace(source, page=ranges[0].first)
    return replace(source, pages=tuple(ranges))


def _range(word: Word, text: str) -> PageRange:
    written = _RANGE.fullmatch(text)
    if not written:
        raise word.invalid()
    first = values.whole(word, 1, PAGE_MAX, text=written[1])
    if not written[2]:
        return PageRange(first, first)
    last = values.whole(word, first, PAGE_MAX, text=written[3]) if written[3] else None
    return PageRange(first, last)


def _range_text(pages: PageRange) -> str:
    if pages.last is None:
        return f"{pages.first}-"
    return str(pages.first) if pages.first == pages.last else f"{pages.first}-{pages.last}"


def _names(word: Word, written: list[str]) -> tuple[str, ...]:
    names = tuple(percent.decoded_twice(name) for name in written)
    if not 0 < len(names) <= ITEMS_MAX:
        raise word.fault(f"`pg_` may have {ITEMS_MAX} names.") if names else word.invalid()
    if any(not 0 < len(name) <= NAME_CHARS_MAX or percent.has_controls(name) for name in names):
        raise word.invalid()
    return names


def _names_text(names: tuple[str, ...]) -> str:
    return ";".join(map(percent.escaped_twice, names))


def _numbers(word: Word, written: list[str]) -> tuple[int, ...]:
    if not written or not all(map(_NUMBER.fullmatch, written)):
        raise word.invalid()
    return tuple(values.whole(word, 1, PAGE_MAX, text=number) for number in written)
