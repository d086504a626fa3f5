"""A form without files -> its words: urlencoded or JSON, decoded in bounded time and memory whatever was sent."""

import json
from collections.abc import Iterator
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.transform import percent

JSON_LENIENT_BYTES_MAX = 1024 * 1024
JSON_VALUES_MAX = 200_000
"""Most values in a longer JSON body: a long text may stand in it, and not millions of short ones."""

_BEGINNINGS = (b",", b"[", b"{")


def urlencoded(raw: bytes, pairs_max: int) -> Iterator[tuple[str, str]]:
    """The pairs in their order. Raises Invalid before the first of too many is made."""
    if raw.count(b"&") >= pairs_max:
        raise Invalid(f"Too many parameters. Maximum is {pairs_max}.")
    for pair in raw.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            yield _text(name), _text(value)


def json_words(body: bytes) -> Iterator[tuple[str, str]]:
    """The entries of an object: scalars as text, the items of a plain list as `name[]`, all else as compact JSON.

    `null` and a list of nothing are words that say nothing.
    """
    if len(body) > JSON_LENIENT_BYTES_MAX and sum(map(body.count, _BEGINNINGS)) > JSON_VALUES_MAX:
        raise Invalid("Too many values in the JSON body; send files as multipart/form-data")
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("Invalid JSON in the body") from error
    if not isinstance(value, dict):
        raise Invalid("The JSON body must be an object")
    entries: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
    for name, entry in entries.items():
        items: list[Any] | None = entry if isinstance(entry, list) else None  # pyright: ignore[reportUnknownVariableType]
        if items == []:
            yield name, ""
        elif items is not None and not any(isinstance(item, (dict, list)) for item in items):
            yield from ((f"{name}[]", _json_text(item)) for item in items)
        else:
            yield name, _json_text(entry)


def _text(raw: bytes) -> str:
    try:
        return percent.unescaped(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise Invalid("Parameters are not valid UTF-8") from error
    except ValueError as error:
        raise Invalid("Parameters are not escaped as they must be") from error


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    except RecursionError as error:
        raise Invalid("Invalid JSON in the body") from error
