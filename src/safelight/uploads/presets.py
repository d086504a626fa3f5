"""Presets: upload parameters under a name, and what an upload without a signature may ask."""

import re
from collections.abc import Mapping
from datetime import datetime

from safelight.assets import listing
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import random_name
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session
from safelight.uploads import store
from safelight.uploads.model import Preset

Words = Mapping[str, str | list[str]]

NAME = re.compile(r"[^/?&#\\%<>+\x00-\x1f\x7f]{1,255}")
GENERATED_NAME_CHARS = 8
PAGE_MAX = 500
WORDS_MAX = 200
WORD_CHARS_MAX = 10_000

# In the order of the words that clients have come to know.
_UNSIGNED = (
    "upload_preset",
    "callback",
    "public_id",
    "folder",
    "asset_folder",
    "tags",
    "context",
    "metadata",
    "face_coordinates",
    "custom_coordinates",
    "source",
    "filename_override",
    "manifest_transformation",
    "manifest_json",
    "template",
    "template_vars",
    "regions",
    "public_id_prefix",
)
_HARMLESS = frozenset({"api_key", "timestamp", "resource_type", "cloud_name", "file"})
# Words for one thing: where a preset says one of them, no other of them may say otherwise.
_OF_NAMES = frozenset({"public_id_prefix", "folder", "use_asset_folder_as_public_id_prefix"})
_OF_FOLDERS = frozenset({"asset_folder", "folder"})
# These add to what the preset says; of all others there can be only one value.
_MERGED = {"tags": ",", "context": "|", "metadata": "|"}
_NOT_WORDS = frozenset({"name", "unsigned", "disallow_public_id", "external_id", "upload_preset", "file", *_HARMLESS})


# --- pure -------------------------------------------------------------------------------------------------------


def check_unsigned(words: Words) -> None:
    """Raises Invalid, in the words that clients compare, for what may not be asked without a signature."""
    refused = [name for name in words if name not in _UNSIGNED and name not in _HARMLESS]
    if refused:
        allowed = ", ".join(_UNSIGNED)
        raise Invalid(
            ", ".join(
                f"{_humanised(name)} parameter is not allowed when using unsigned upload. "
                f"Only {allowed} upload parameters are allowed."
                for name in refused[:10]
            )
        )


def _humanised(name: str) -> str:
    return name[:100].replace("_", " ").strip().capitalize()


def for_unsigned(preset: Preset, words: Words) -> dict[str, str | list[str]]:
    """What an unsigned upload asks in all: the preset wins, lists are put together, nothing is ever overwritten."""
    if not preset.is_unsigned:
        raise Invalid("Upload preset must be whitelisted for unsigned uploads")
    check_unsigned(words)
    if preset.disallows_public_id and words.get("public_id"):
        raise Invalid("Public ID is not allowed when using this upload preset")
    merged: dict[str, str | list[str]] = {**_kept(preset, words), **preset.words, "overwrite": "0"}
    for name, separator in _MERGED.items():
        parts = [*_texts(words.get(name)), *_texts(preset.words.get(name))]
        if parts:
            merged[name] = separator.join(parts)
    if preset.disallows_public_id:
        merged["unique_filename"] = "1"
    return merged


def _kept(preset: Preset, words: Words) -> Words:
    """Without the words about places that the preset has chosen."""
    chosen = [group for group in (_OF_NAMES, _OF_FOLDERS) if not group.isdisjoint(preset.words)]
    return {name: value for name, value in words.items() if not any(name in group for group in chosen)}


def for_signed(preset: Preset, words: Words) -> dict[str, str | list[str]]:
    """What a signed upload asks in all: the request wins."""
    return {**preset.words, **words}


def _texts(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _words_of(params: Words) -> dict[str, str]:
    words = {
        name: value if isinstance(value, str) else _MERGED.get(name, ",").join(value)
        for name, value in params.items()
        if name not in _NOT_WORDS
    }
    if len(words) > WORDS_MAX or any(len(value) > WORD_CHARS_MAX for value in words.values()):
        raise Invalid("Upload preset is too large")
    return words


# --- rows -------------------------------------------------------------------------------------------------------


async def get(session: Session, cloud_id: str, name: str) -> Preset:
    """The preset that an upload names."""
    preset = await store.find_preset(session, cloud_id, name)
    if preset is None:
        raise Invalid("Upload preset not found")
    return preset


async def find(session: Session, cloud_id: str, name: str) -> Preset | None:
    return await store.find_preset(session, cloud_id, name)


async def create(
    session: Session,
    cloud_id: str,
    name: str | None,
    params: Words,
    *,
    is_unsigned: bool,
    disallows_public_id: bool,
    now: datetime,
) -> Preset:
    """A new preset; a name is made up if none is given. Raises Conflict for a known one."""
    name = name or random_name(GENERATED_NAME_CHARS)
    if not NAME.fullmatch(name):
        raise Invalid(f"Upload preset name ({name[:100]}) is invalid")
    preset = Preset(cloud_id, name, is_unsigned, disallows_public_id, _words_of(params), now)
    if not await store.add_preset(session, preset):
        raise Conflict(f"Upload preset {name} already exists")
    return preset


async def change(
    session: Session,
    cloud_id: str,
    name: str,
    params: Words,
    *,
    is_unsigned: bool | None = None,
    disallows_public_id: bool | None = None,
) -> Preset:
    """Other words for a preset; those that are not given stay. Raises NotFound."""
    old = await store.find_preset(session, cloud_id, name)
    if old is None:
        raise NotFound(f"Can't find upload preset with name {name}")
    preset = Preset(
        cloud_id,
        name,
        old.is_unsigned if is_unsigned is None else is_unsigned,
        old.disallows_public_id if disallows_public_id is None else disallows_public_id,
        {**old.words, **_words_of(params)},
        old.created_at,
    )
    await store.change_preset(session, preset)
    return preset


async def delete(session: Session, cloud_id: str, name: str) -> None:
    if not await store.delete_preset(session, cloud_id, name):
        raise NotFound(f"Can't find upload preset with name {name}")


async def list_all(
    session: Session, cloud_id: str, *, max_results: int, cursor: str | None, by_name: bool = False, falls: bool = True
) -> Page[Preset]:
    """Newest first, unless another order is asked for."""
    after = _behind(cursor, by_name) if cursor else None
    limit = max(1, min(max_results, PAGE_MAX))
    found = await store.list_presets(session, cloud_id, after, limit + 1, by_name=by_name, falls=falls)
    items = found[:limit]
    if len(found) <= limit:
        return Page(items)
    last = items[-1]
    return Page(items, cursor_of([last.name] if by_name else [last.created_at.isoformat(), last.name]))


def _behind(cursor: str, by_name: bool) -> tuple[datetime, str] | str:
    """The place of a list that a cursor names; a cursor of another order is refused."""
    *when, name = position_of(cursor, 1 if by_name else 2)
    if not listing.is_text(name) or not all(map(listing.is_text, when)):
        raise Invalid("Invalid next_cursor")
    return name if by_name else (listing.moment_of(when[0]), name)
