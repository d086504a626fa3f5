"""Preset -> the JSON that clients know: its words with their types."""

from typing import Any

from safelight.kernel.errors import Invalid
from safelight.uploads.model import Preset
from safelight.wire.params import csv, flag, pairs
from safelight.wire.transformation import info_of

_LISTS = frozenset({"tags", "allowed_formats"})
_FLAGS = frozenset(
    {
        *("async", "backup", "faces", "image_metadata", "media_metadata", "exif", "colors", "use_filename"),
        *("unique_filename", "use_filename_as_display_name", "discard_original_filename", "invalidate", "eager_async"),
        *("use_asset_folder_as_public_id_prefix", "unique_display_name", "overwrite", "quality_analysis", "phash"),
        *("return_delete_token", "cinemagraph_analysis", "accessibility_analysis", "visual_search", "live"),
    }
)


def preset_json(preset: Preset) -> dict[str, Any]:
    settings = {name: _told(name, value) for name, value in preset.words.items()}
    if preset.disallows_public_id:
        settings["disallow_public_id"] = True
    return {"name": preset.name, "unsigned": preset.is_unsigned, "settings": settings}


def check(preset: Preset) -> None:
    """Raises Invalid for a word that no upload could follow."""
    for name, value in preset.words.items():
        if name != "transformation":
            _typed(name, value)


def _told(name: str, value: str) -> object:
    """A word that says nothing is told as it was said: one preset never keeps the others from being listed."""
    try:
        return _typed(name, value)
    except Invalid:
        return value


def _typed(name: str, value: str) -> object:
    words = {name: value}
    if name in _LISTS:
        return list(csv(words, name))
    if name in _FLAGS:
        return flag(words, name)
    if name == "context":
        return pairs(words, name)
    if name == "transformation":
        return info_of(value)
    return value
