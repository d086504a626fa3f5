"""Cursor and Page: how every list is cut."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from safelight.kernel.errors import Invalid

T = TypeVar("T")

CURSOR_CHARS_MAX = 16_384
"""A place may be made of several names of an asset, each of them up to a thousand bytes."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """One cut of a list; `next_cursor` is None on the last."""

    items: Sequence[T]
    next_cursor: str | None = None
    total_count: int | None = None


def cursor_of(position: Sequence[Any]) -> str:
    """A place in a list (JSON values) as an opaque text."""
    raw = json.dumps(list(position), separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass")
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def position_of(cursor: str, length: int) -> list[Any]:
    """The place that a cursor names; raises Invalid for a text that we did not make."""
    if len(cursor) > CURSOR_CHARS_MAX:
        raise Invalid("Invalid next_cursor")
    try:
        value = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Invalid("Invalid next_cursor") from error
    if not isinstance(value, list) or len(value) != length:  # pyright: ignore[reportUnknownArgumentType]
        raise Invalid("Invalid next_cursor")
    return value  # pyright: ignore[reportUnknownVariableType]
