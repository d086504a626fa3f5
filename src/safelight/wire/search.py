"""Search: the words of clients -> what to look for, and what was found -> the JSON that clients know."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, cast

from safelight.accounts.model import Cloud, Key
from safelight.assets.model import Asset, Order
from safelight.assets.search import Bucket, Search, Sort
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind
from safelight.wire.asset import last_updated, listed_json, stamp
from safelight.wire.params import Words, csv, text

COUNTS_MAX = 10
BUCKETS_MAX = 50
BUCKET_KEY_CHARS_MAX = 100

# With `fields` a line shows these and what was asked for, nothing else.
FIELDS_ALWAYS = frozenset(
    {
        *("asset_id", "public_id", "asset_folder", "folder", "created_at", "status", "type", "resource_type"),
    }
)
NOTES = ("tags", "context", "metadata")
ANALYSES: Mapping[str, tuple[str, ...]] = {
    "image_metadata": ("image_metadata",),
    "image_analysis": ("colors", "faces"),
    "quality_analysis": ("quality_analysis",),
    "accessibility_analysis": ("accessibility_analysis",),
}
"""What a picture is asked for, and by which words of wire/analyses.py."""
COSTLY = "image_analysis"
COSTLY_WORDS = frozenset(ANALYSES[COSTLY])

_SORT = re.compile(r"sort_by(?:\[\d{0,6}\])?\[([\w.]{1,100})\]", re.ASCII)


@dataclass(frozen=True)
class Shown:
    """What each line shows: notes and analyses beside what it always does, or a choice of fields in place of it."""

    with_fields: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        return name in (self.fields or self.with_fields)

    @property
    def analyses(self) -> frozenset[str]:
        """The words for what pictures must tell."""
        return frozenset(word for name, words in ANALYSES.items() if self.has(name) for word in words)


def asked(words: Words, max_results: int) -> Search:
    return Search(
        expression=text(words, "expression") or "",
        sorts=_sorts(words),
        max_results=max_results,
        cursor=text(words, "next_cursor"),
        counts=_counts(words),
    )


def shown(words: Words) -> Shown:
    with_fields = frozenset(csv(words, "with_field"))
    known = (*NOTES, *ANALYSES)
    for name in sorted(with_fields - set(known)):
        raise Invalid(f"Invalid with_field {name[:60]}; known are {', '.join(known)}")
    return Shown(with_fields, frozenset(csv(words, "fields")))


def found_json(
    asset: Asset,
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None,
    shown: Shown,
    told: Mapping[str, Any],
    backup_bytes: int = 0,
) -> dict[str, Any]:
    """One line of what a search found. `told`: what the picture said of itself."""
    line = listed_json(asset, cloud, base_url=base_url, key=key)
    # Clients read a format of everything that was found, and nowhere else of raw files.
    line.setdefault("format", asset.name.rpartition("/")[2].partition(".")[2].rpartition(".")[2])
    line |= {
        "filename": asset.name.rpartition("/")[2],
        "uploaded_at": stamp(datetime.fromtimestamp(asset.version, UTC)),
        "status": "deleted" if asset.is_placeholder else "active",
        "backup_bytes": backup_bytes,
        "etag": asset.facts.md5,
        "last_updated": last_updated(asset),
    }
    if asset.kind is Kind.RAW:
        # Some clients read it of every line.
        _, dot, extension = line["filename"].rpartition(".")
        line["format"] = extension.lower() if dot else ""
    width, height = asset.facts.width, asset.facts.height
    if asset.kind is not Kind.RAW and width and height:
        line |= {"aspect_ratio": round(width / height, 5), "pixels": width * height}
    if asset.facts.pages is not None and asset.kind is not Kind.RAW:
        line["pages"] = asset.facts.pages
    if asset.uploaded_by is not None:
        line |= {name: {"access_key": asset.uploaded_by} for name in ("created_by", "uploaded_by")}
    if asset.moderation:
        last = asset.moderation[-1]
        line |= {"moderation_kind": last.kind, "moderation_status": last.status.value}
    # Flat, unlike everywhere else; and not there where there is nothing to tell.
    notes = {"tags": list(asset.tags), "context": dict(asset.context), "metadata": dict(asset.metadata)}
    line |= {name: value for name, value in notes.items() if shown.has(name) and (value or name == "tags")}
    if asset.kind is Kind.IMAGE:
        line |= {name: _analysis(name, asset, told) for name in ANALYSES if shown.has(name)}
    return {name: line[name] for name in line if name in FIELDS_ALWAYS | shown.fields} if shown.fields else line


def tagged_json(found: Sequence[Asset], now: datetime) -> dict[str, Any]:
    """A list of those that have a tag, as pages read it."""
    return {"resources": [_tagged(asset) for asset in found], "updated_at": stamp(now)}


def _tagged(asset: Asset) -> dict[str, Any]:
    line: dict[str, Any] = {"public_id": asset.name, "version": asset.version}
    facts = {"format": asset.facts.format, "width": asset.facts.width, "height": asset.facts.height}
    line |= {name: value for name, value in facts.items() if value is not None and asset.kind is not Kind.RAW}
    line |= {"type": asset.access.value, "created_at": stamp(asset.created_at)}
    if asset.context:
        line["context"] = {"custom": dict(asset.context)}
    if asset.metadata:
        line["metadata"] = dict(asset.metadata)
    return line


def _analysis(name: str, asset: Asset, told: Mapping[str, Any]) -> Any:
    if name != COSTLY:
        return told.get(name, {})
    analysis: dict[str, Any] = {"transparent": asset.facts.has_alpha, "etag": asset.facts.md5}
    if "faces" in told:
        analysis |= {"face_count": len(told["faces"]), "faces": told["faces"]}
    if "predominant" in told:
        analysis |= {name: told[name] for name in ("grayscale", "illustration_score") if name in told}
        analysis["colors"] = dict(told["predominant"].get("google", []))
    return analysis


def _sorts(words: Words) -> tuple[Sort, ...]:
    """`[{"created_at": "desc"}]`; in forms also `created_at:desc`, and `sort_by[0][created_at]=desc`."""
    pairs: list[tuple[str, Any]] = []
    for item in _items(words.get("sort_by"), "sort_by"):
        if isinstance(item, dict):
            pairs += item.items()
        else:
            field, _, order = str(item).partition(":")
            pairs.append((field, order))
    pairs += [(match[1], value) for name, value in words.items() if (match := _SORT.fullmatch(name))]
    return tuple(Sort(field.strip(), _order(field, order)) for field, order in pairs)


def _order(field: str, word: Any) -> Order:
    try:
        return Order((str(word or "").strip() or "desc").lower())
    except ValueError as error:
        raise Invalid(f"Invalid sort_by order of {field[:60]}: must be asc or desc") from error


def _counts(words: Words) -> tuple[tuple[str, tuple[Bucket, ...]], ...]:
    """`format`, or `{"type": "bytes", "ranges": [{"key": "small", "to": 1000}]}`."""
    counts: dict[str, tuple[Bucket, ...]] = {}
    for item in _items(words.get("aggregate"), "aggregate"):
        if not isinstance(item, dict):
            counts[str(item)] = ()
            continue
        entry = cast(Mapping[str, Any], item)
        ranges: Any = entry.get("ranges")
        buckets = cast(list[Any], ranges) if isinstance(ranges, list) else []
        if not 1 <= len(buckets) <= BUCKETS_MAX:
            raise Invalid(f"Invalid aggregate: ranges must be an array of 1 to {BUCKETS_MAX} objects")
        counts[str(entry.get("type"))] = tuple(map(_bucket, buckets))
    if len(counts) > COUNTS_MAX:
        raise Invalid(f"Too many fields in aggregate. Maximum is {COUNTS_MAX}.")
    return tuple(counts.items())


def _bucket(entry: Any) -> Bucket:
    if not isinstance(entry, dict):
        raise Invalid("Invalid aggregate: a range is an object with key, from and to")
    said = cast(Mapping[str, Any], entry)
    low, high = _end(said.get("from")), _end(said.get("to"))
    key = said.get("key")
    if key is None:
        key = f"{'*' if low is None else f'{low:g}'}-{'*' if high is None else f'{high:g}'}"
    return Bucket(str(key)[:BUCKET_KEY_CHARS_MAX], low, high)


def _end(value: Any) -> float | None:
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise Invalid("Invalid aggregate: from and to are numbers") from error
    if not isfinite(number):
        raise Invalid("Invalid aggregate: from and to are numbers")
    return number


def _items(value: str | list[str] | None, name: str) -> Sequence[Any]:
    """The items of an array, in whichever way it was sent."""
    texts = [] if value is None else [value] if isinstance(value, str) else value
    return [item for said in texts for item in _parsed(said.strip(), name)]


def _parsed(said: str, name: str) -> Iterable[Any]:
    if not said.startswith(("[", "{")):
        return [item for part in said.split(",") if (item := part.strip())]
    try:
        value: Any = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"Invalid {name}: it is no JSON") from error
    return cast(list[Any], value) if isinstance(value, list) else [value]
