"""Form words -> typed values: what clients write in their parameters, as our types."""

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access

Words = Mapping[str, str | list[str]]

TAGS_MAX = 1000
TAG_CHARS_MAX = 255
PAIRS_MAX = 1000
PAIR_CHARS_MAX = 1024
URLS_MAX = 10
URL_CHARS_MAX = 2048
BATCH_CHARS_MAX = 255

# SDKs write a backslash before these two letters inside of keys and values, and before nothing else.
_BAR = re.compile(r"(?<!\\)\|")
_EQUALS = re.compile(r"(?<!\\)=")

_POLLED = re.compile(r"poll://(?:\*|[A-Za-z0-9._-]{1,100})")

_TRUE = frozenset({"1", "true", "t", "yes", "on"})
FALSE = frozenset({"0", "false", "f", "no", "off", "null", "none"})


def text(words: Words, name: str) -> str | None:
    """The one value of a word; None if it is absent or empty. A list of one counts as its item."""
    value = words.get(name)
    if isinstance(value, list):
        if len(value) > 1:
            raise Invalid(f"Invalid value for parameter {name}: only one is possible")
        value = value[0] if value else None
    return value or None


def flag(words: Words, name: str, default: bool = False) -> bool:
    """A boolean in any of the spellings that SDKs send: 1, 0, true, false."""
    value = text(words, name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise Invalid(f"Invalid boolean value {value[:50]} for parameter {name}")


def is_flag(value: str) -> bool:
    """Whether it is a boolean in any spelling, and no other word."""
    return value.lower() in _TRUE | FALSE


def batch_id(words: Words) -> str | None:
    """What a client calls the batch by whose name it wants to be told."""
    value = text(words, "batch_id")
    return value[:BATCH_CHARS_MAX] if value else None


def number(words: Words, name: str, *, low: int, high: int) -> int | None:
    """A whole number inside its bounds."""
    value = text(words, name)
    if value is None:
        return None
    if not value.isascii() or not value.isdecimal() or len(value) > 18 or not low <= int(value) <= high:
        raise Invalid(f"Invalid value {value[:50]} for parameter {name}: must be a number from {low} to {high}")
    return int(value)


def csv(words: Words, name: str) -> tuple[str, ...]:
    """Items from an array or a text with commas (or a JSON list as text); trimmed, without the empty ones."""
    value = words.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        items = _json_list(value)
        parts: Iterable[str] = value.split(",") if items is None else items
    else:
        parts = value
    return tuple(item for part in parts if (item := part.strip()))


def tags(words: Words, name: str = "tags") -> tuple[str, ...]:
    """Tags, each once, sorted."""
    value = words.get(name)
    # An SDK's array of tags may itself hold texts with commas.
    items = {item for part in (value if isinstance(value, list) else [value or ""]) for item in csv({"t": part}, "t")}
    if len(items) > TAGS_MAX:
        raise Invalid(f"Too many tags: {len(items)}. Maximum is {TAGS_MAX}.")
    for item in items:
        if len(item) > TAG_CHARS_MAX:
            raise Invalid(f"Tag is too long: {item[:40]}… Maximum is {TAG_CHARS_MAX} characters.")
        if any(ord(letter) < 32 for letter in item):
            raise Invalid(f"Invalid tag {item!r}")
    return tuple(sorted(items))


def pairs(words: Words, name: str = "context") -> dict[str, str]:
    """`k=v|k2=v2`, where `\\=` and `\\|` stand for themselves; a JSON object is taken as well."""
    value = words.get(name)
    if not value:
        return {}
    raw = "|".join(value) if isinstance(value, list) else value
    found = _json_pairs(raw, name)
    if found is None:
        found = dict(_split_pair(part, name) for part in _BAR.split(raw) if part)
    if len(found) > PAIRS_MAX:
        raise Invalid(f"Too many {name} pairs: {len(found)}. Maximum is {PAIRS_MAX}.")
    for key, entry in found.items():
        if not key or not entry:
            raise Invalid(f"Invalid {name}: keys and values must not be empty")
        if len(key) > PAIR_CHARS_MAX or len(entry) > PAIR_CHARS_MAX:
            raise Invalid(f"Invalid {name}: keys and values may have {PAIR_CHARS_MAX} characters")
        if any(ord(letter) < 32 and letter != "\n" for letter in key + entry):
            raise Invalid(f"Invalid {name}: control characters are not allowed")
    return found


def _unescaped(part: str) -> str:
    return part.replace("\\=", "=").replace("\\|", "|").replace('\\"', '"').strip()


def _split_pair(part: str, name: str) -> tuple[str, str]:
    cut = _EQUALS.split(part, maxsplit=1)
    if len(cut) != 2:
        raise Invalid(f"Invalid {name}: {part[:60]} is not of the form key=value")
    return _unescaped(cut[0]), _unescaped(cut[1])


def _json_list(raw: str) -> list[str] | None:
    if not raw.startswith("["):
        return None
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list):
        return None
    items: list[object] = value  # pyright: ignore[reportUnknownVariableType]
    return [item for item in items if isinstance(item, str)] if all(isinstance(i, str) for i in items) else None


def _json_pairs(raw: str, name: str) -> dict[str, str] | None:
    if not raw.startswith("{"):
        return None
    try:
        value: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    entries: dict[str, object] = value  # pyright: ignore[reportUnknownVariableType]
    if any(isinstance(entry, (dict, list)) for entry in entries.values()):
        raise Invalid(f"Invalid {name}: values must be texts")
    return {
        key: entry if isinstance(entry, str) else json.dumps(entry)
        for key, entry in entries.items()
        if entry is not None and entry != ""
    }


def access(words: Words, name: str = "type") -> Access:
    """The delivery type; `upload` if none is given."""
    value = text(words, name) or "upload"
    try:
        return Access(value)
    except ValueError as error:
        raise Invalid(f"Invalid {name} {value[:50]}") from error


def urls(words: Words, name: str) -> tuple[str, ...]:
    """Addresses to notify, one a line. `poll://*` means the batch that the request names, and then says which."""
    value = words.get(name)
    raw = "\n".join(value) if isinstance(value, list) else value or ""
    found = tuple(dict.fromkeys(line for part in raw.splitlines() if (line := part.strip())))
    if len(found) > URLS_MAX:
        raise Invalid(f"Too many addresses in {name}: maximum is {URLS_MAX}")
    for url in found:
        if len(url) > URL_CHARS_MAX or not (_is_http(url) or _POLLED.fullmatch(url)):
            raise Invalid(f"Invalid {name} {url[:100]}")
    batch_id = text(words, "batch_id")
    return tuple(f"{url}{batch_id[:BATCH_CHARS_MAX]}" if url == "poll://*" and batch_id else url for url in found)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
