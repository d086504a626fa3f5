"""Source, Encode and Handing: how the source is opened, how the result is written, how it is handed out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True)
class Source:
    """Which part of the source is opened: page or frame from 1; density in dpi for vector sources."""

    page: int | None = None
    density: int | None = None
    ignores_orientation: bool = False


class AutoQuality(StrEnum):
    BEST = "best"
    GOOD = "good"
    ECO = "eco"
    LOW = "low"


class Chroma(StrEnum):
    S420 = "420"
    S444 = "444"


class ColorSpace(StrEnum):
    SRGB = "srgb"
    TRUECOLOR = "srgb:truecolor"
    TINY = "tinysrgb"
    CMYK = "cmyk"
    NO_CMYK = "no_cmyk"
    KEEP_CMYK = "keep_cmyk"


class Progressive(StrEnum):
    YES = "yes"
    SEMI = "semi"
    STEEP = "steep"
    NONE = "none"


class AutoFormat(StrEnum):
    """`f_auto` before the client's Accept has settled it."""

    ANY = "auto"
    IMAGE = "auto:image"
    ANIMATED = "auto:animated"


@dataclass(frozen=True)
class Encode:
    """How the result is written. `format` is a name of kernel/media.py; None: the source's own."""

    format: str | AutoFormat | None = None
    quality: int | AutoQuality | None = None
    is_sensitive: bool = False
    """`q_auto:…:sensitive`: one level more careful."""
    chroma: Chroma | None = None
    color_space: ColorSpace | None = None
    progressive: Progressive | None = None
    png_depth: Literal[8, 24, 32] | None = None
    delay_ms: int | None = None
    is_lossy: bool = False
    is_animated: bool = False
    """`fl_animated`, `fl_awebp`, `fl_apng`: keep all frames."""
    allows_any_format: bool = False
    preserves_transparency: bool = False
    strips_profile: bool = False
    keeps_metadata: bool = False


@dataclass(frozen=True)
class Handing:
    """How the file is handed out; no part of its bytes, so no part of its key."""

    is_attachment: bool = False
    attachment_name: str | None = None
    is_immutable: bool = False
    is_original: bool = False
    """`fl_original`: the stored bytes as they are."""
    default_name: str | None = None
    """`d_`: the public_id (with extension) that stands in when the asset is not there."""
