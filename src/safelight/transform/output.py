"""Source, Encode and Handing: how the source is opened, how the result is written, how it is handed out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from safelight.transform.reference import Reference


@dataclass(frozen=True)
class PageRange:
    """Pages `first` to `last`, both from 1 and both included; last None: to the end."""

    first: int
    last: int | None


@dataclass(frozen=True)
class Source:
    """Which part of the source is opened: page or frame from 1; density in dpi for vector sources."""

    page: int | None = None
    density: int | None = None
    ignores_orientation: bool = False
    pages: tuple[PageRange, ...] = ()
    """Several pages or frames (`pg_2-5;7`), in this order."""
    layers: tuple[str, ...] = ()
    """Layers of a PSD by their names (`pg_name:`); with a clipping path, its name."""
    embedded: tuple[int | str, ...] = ()
    """Smart objects of a PSD, by number from 1 or by name (`pg_embedded:`)."""
    clip: Literal["nonzero", "evenodd"] | None = None
    """What lies outside a clipping path of the file is taken away; inside is told by this rule."""
    ignores_mask_channels: bool = False
    """`fl_ignore_mask_channels`: more alpha than one channel is not looked at."""


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
    VIDEO = "auto:video"


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
    keeps_attribution: bool = False
    """`fl_keep_attribution`: of the metadata, only who made it and who holds the rights."""
    icc: Reference | None = None
    """`cs_icc:…`: the stored profile whose colour space the result has."""
    forces_profile: bool = False
    """`fl_force_icc`: that profile is embedded even where the source had none."""
    is_bilevel: bool = False
    """`fl_group4`: a TIFF of black and white, in CCITT group 4."""
    rasterizes: bool = False
    """`fl_rasterize`: pages of a document become flat pictures."""
    is_sanitized: bool = False
    """`fl_sanitize`: an SVG without scripts and references to elsewhere. (What is made of one never has them.)"""
    quantizer_max: float | None = None
    """`q_…:qmax_…`, 1 to 100 percent; of use to films only."""


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
