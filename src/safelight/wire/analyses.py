"""Analyses: what clients ask a picture to tell, and how it is told to them."""

from collections.abc import Collection, Mapping
from typing import Any

from safelight.render.likeness import KIND as LIKENESS
from safelight.wire.params import Words, flag

# The words of clients -> the kinds of render/analysis that they need.
_KINDS: dict[str, tuple[str, ...]] = {
    "accessibility_analysis": ("accessibility",),
    "blurhash": ("blurhash",),
    "cinemagraph_analysis": ("cinemagraph",),
    "colors": ("colors", "traits"),
    "exif": ("metadata",),
    "image_metadata": ("metadata",),
    "media_metadata": ("metadata",),
    "phash": ("phash",),
    "quality_analysis": ("quality",),
    "visual_search": (LIKENESS,),
}
FACES = "faces"
_METADATA = ("exif", "image_metadata", "media_metadata")


def asked(words: Words) -> frozenset[str]:
    """Which of the words are true; `faces` among them."""
    return frozenset(name for name in (*_KINDS, FACES) if flag(words, name))


def kinds(asked: Collection[str]) -> frozenset[str]:
    """What must be found for them."""
    return frozenset(kind for name in asked for kind in _KINDS.get(name, ()))


def told(asked: Collection[str], facts: Mapping[str, Any]) -> dict[str, Any]:
    """What was found, under the names that were used to ask for it. What pictures are found by is told to nobody."""
    answer = {name: value for name, value in facts.items() if name not in ("metadata", LIKENESS)}
    if "metadata" in facts:
        answer |= {name: facts["metadata"] for name in _METADATA if name in asked}
    return answer
