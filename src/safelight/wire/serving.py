"""`headers` and `quality_override`: the words of clients -> how an asset is served."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from safelight.assets.model import Serving
from safelight.kernel.errors import Invalid
from safelight.transform import quality
from safelight.wire.params import Words, text

HEADER_CHARS_MAX = 2000
LINES_MAX = 50

# Of all headers these are served with the file; Authorization is for fetching it, and others are nobody's.
_SERVED = {"link": "link", "x-robots-tag": "x-robots-tag"}


def lines(words: Words, name: str = "headers") -> dict[str, str]:
    """Lines `Name: value`, or a JSON object, by their names in lower case."""
    value = words.get(name)
    raw = "\n".join(value) if isinstance(value, list) else value or ""
    pairs = _object(raw) if raw.lstrip().startswith("{") else [line.partition(":")[::2] for line in raw.splitlines()]
    if len(pairs) > LINES_MAX:
        raise Invalid(f"Too many headers: {len(pairs)}. Maximum is {LINES_MAX}.")
    return {key.strip().lower(): held.strip() for key, held in pairs if key.strip() and held.strip()}


def said(words: Words) -> Callable[[Serving], Serving] | None:
    """What becomes of how an asset is served; None: not said."""
    headers = _headers(words) if "headers" in words else None
    override = _quality(words) if "quality_override" in words else None
    if headers is None and override is None:
        return None

    def onto(before: Serving) -> Serving:
        after = before if headers is None else replace(before, headers=headers)
        return after if override is None else replace(after, quality=override)

    return onto


def new(words: Words) -> Serving:
    """How an upload shall be served."""
    onto = said(words)
    return onto(Serving()) if onto else Serving()


def _headers(words: Words) -> dict[str, str]:
    found = {_SERVED[name]: held for name, held in lines(words).items() if name in _SERVED}
    for name, held in found.items():
        if len(held) > HEADER_CHARS_MAX or not (held.isascii() and held.isprintable()):
            raise Invalid(f"Invalid headers: {name} must be at most {HEADER_CHARS_MAX} printable ASCII characters")
    return found


def _quality(words: Words) -> str:
    written = text(words, "quality_override") or "none"
    found = quality.normal(written)
    if found is None:
        raise Invalid(f"Invalid quality_override {written[:50]}")
    return found


def _object(raw: str) -> list[tuple[str, str]]:
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Invalid("Invalid headers: must be lines or a JSON object") from error
    entries = cast("Mapping[str, object]", found)
    return [(key, str(held)) for key, held in entries.items()]
