"""`responsive_breakpoints`: the words of clients -> what is asked, and what was found -> their words."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from safelight.accounts.model import Cloud, Key
from safelight.assets.model import Asset
from safelight.kernel.errors import Invalid
from safelight.transform.breakpoints import BYTES_STEP, HIGH_PX, LOW_PX, WIDTHS_LIMIT, WIDTHS_MAX
from safelight.transform.values import PX_MAX
from safelight.uploads.model import BreakpointsAsk, BreakpointsFound
from safelight.wire import params
from safelight.wire.asset import urls

NAME = "responsive_breakpoints"
ASKS_MAX = 10
JSON_CHARS_MAX = 50_000
_WIDTHS_LEAST = 3
_BYTES_STEP_MAX = 1_000_000_000

_FIELDS = frozenset(
    {"create_derived", "format", "transformation", "max_width", "min_width", "bytes_step", "max_images"}
)


def asked(words: params.Words) -> tuple[BreakpointsAsk, ...]:
    """A JSON array of objects, one object, or an array whose items came as texts."""
    value = words.get(NAME)
    texts = [value] if isinstance(value, str) else value or []
    if sum(map(len, texts)) > JSON_CHARS_MAX:
        raise _invalid("too long")
    entries = [entry for text in texts if text.strip() for entry in _entries(text)]
    if len(entries) > ASKS_MAX:
        raise _invalid(f"maximum is {ASKS_MAX} entries")
    return tuple(_ask(entry) for entry in entries)


def told(
    found: Sequence[BreakpointsFound], asset: Asset, cloud: Cloud, *, base_url: str, key: Key | None = None
) -> dict[str, Any]:
    """An entry for each that was asked for; nothing where nothing was."""
    if not found:
        return {}
    return {NAME: [_entry(one, asset, cloud, base_url, key) for one in found]}


def _entry(found: BreakpointsFound, asset: Asset, cloud: Cloud, base_url: str, key: Key | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "transformation": found.transformation,
        "breakpoints": [
            {
                "transformation": item.transformation,
                "width": item.width,
                "height": item.height,
                "bytes": item.size_bytes,
                **urls(
                    asset,
                    cloud,
                    base_url=base_url,
                    key=key,
                    transformation=item.transformation,
                    extension=item.extension or item.format,
                ),
            }
            for item in found.items
        ],
    }
    return entry | ({"reason": found.reason} if found.reason is not None else {})


def _entries(text: str) -> list[Any]:
    # A preset keeps the items of an array with commas between them.
    joined = f"[{text}]" if text.lstrip().startswith("{") else text
    try:
        value: Any = json.loads(joined)
        # Letters that are none, which JSON can write: nothing that is made of them could be stored or told.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _invalid("must be a JSON array") from error
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _ask(entry: Any) -> BreakpointsAsk:
    if not isinstance(entry, dict):
        raise _invalid("each entry must be an object")
    fields = cast("Mapping[str, Any]", entry)
    for name in fields.keys() - _FIELDS:
        raise _invalid(f"unknown field {str(name)[:50]}")
    if fields.get("create_derived") is None:
        raise Invalid(f"Missing required parameter - {NAME}[create_derived]")
    low, high = _whole(fields, "min_width", LOW_PX, 1, PX_MAX), _whole(fields, "max_width", HIGH_PX, 1, PX_MAX)
    if low > high:
        raise _invalid("min_width is larger than max_width")
    return BreakpointsAsk(
        transformation=_text(fields, "transformation") or "",
        extension=_text(fields, "format"),
        is_kept=params.flag({"create_derived": str(fields["create_derived"])}, "create_derived"),
        low_px=low,
        high_px=high,
        bytes_step=_whole(fields, "bytes_step", BYTES_STEP, 1, _BYTES_STEP_MAX),
        widths_max=_whole(fields, "max_images", WIDTHS_MAX, _WIDTHS_LEAST, WIDTHS_LIMIT),
    )


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise _invalid(f"{name} must be a text")
    return value or None


def _whole(fields: Mapping[str, Any], name: str, usual: int, low: int, high: int) -> int:
    value = fields.get(name)
    if value is None or value == "":
        return usual
    # Some clients write numbers as texts.
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _invalid(f"{name} must be a number from {low} to {high}")
    return value


def _invalid(why: str) -> Invalid:
    return Invalid(f"Invalid {NAME}: {why}")
