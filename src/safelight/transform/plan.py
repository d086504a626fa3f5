"""Plan: what a URL asks, as a typed value with nothing left to look up but the facts of its source.

A Plan is read with `match` by everyone who must know what will happen: the renderer, the cost check, the cache key.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from safelight.transform.arguments import Color, Value
from safelight.transform.arguments import Stop as Stop
from safelight.transform.arguments import Text as Text
from safelight.transform.output import AutoFormat as AutoFormat
from safelight.transform.output import AutoQuality as AutoQuality
from safelight.transform.output import Chroma as Chroma
from safelight.transform.output import ColorSpace as ColorSpace
from safelight.transform.output import Encode, Handing, Source
from safelight.transform.output import Progressive as Progressive
from safelight.transform.places import Area as Area
from safelight.transform.places import AutoGravity as AutoGravity
from safelight.transform.places import AutoWidth, Gravity, Length, Place
from safelight.transform.places import Compass as Compass
from safelight.transform.places import Focus as Focus
from safelight.transform.places import Initial as Initial
from safelight.transform.places import Liquid as Liquid
from safelight.transform.places import OfBase as OfBase
from safelight.transform.places import OfRegion as OfRegion
from safelight.transform.places import Px as Px
from safelight.transform.places import Ratio as Ratio
from safelight.transform.places import SightGravity as SightGravity
from safelight.transform.places import XyCenter as XyCenter
from safelight.transform.reference import Reference
from safelight.transform.script import Script
from safelight.transform.source import Region
from safelight.transform.video import Video

# --- values -----------------------------------------------------------------------------------------------------

TRANSPARENT = Color(0, 0, 0, 0)


class Fit(StrEnum):
    """The crop modes, by their word in the language."""

    SCALE = "scale"
    FIT = "fit"
    LIMIT = "limit"
    MFIT = "mfit"
    FILL = "fill"
    LFILL = "lfill"
    FILL_PAD = "fill_pad"
    CROP = "crop"
    THUMB = "thumb"
    AUTO = "auto"
    AUTO_PAD = "auto_pad"
    PAD = "pad"
    LPAD = "lpad"
    MPAD = "mpad"


class BackgroundMode(StrEnum):
    """Colours that are taken from the picture itself."""

    BORDER = "border"
    PREDOMINANT = "predominant"
    BORDER_CONTRAST = "border_contrast"
    PREDOMINANT_CONTRAST = "predominant_contrast"


@dataclass(frozen=True)
class BlurredBackground:
    """An enlarged, blurred copy of the picture; intensity 1 to 2000, brightness -300 to 100."""

    intensity: float = 100
    brightness: float = 0


@dataclass(frozen=True)
class GradientBackground:
    """A gradient of `colors` (2 or 4) colours that are taken from the picture, or from `palette` nearest to them."""

    of: BackgroundMode
    colors: Literal[2, 4] = 2
    direction: Literal["horizontal", "vertical", "diagonal_desc", "diagonal_asc"] = "horizontal"
    palette: tuple[Color, ...] = ()


@dataclass(frozen=True)
class PaletteBackground:
    """The colour of `palette` that is nearest to the picture's own."""

    of: BackgroundMode
    palette: tuple[Color, ...]


@dataclass(frozen=True)
class GeneratedBackground:
    """`b_gen_fill`: a provider paints what is around the picture."""

    prompt: str = ""
    seed: int | None = None
    ignores_foreground: bool = False


Background = Color | BackgroundMode | BlurredBackground | GradientBackground | PaletteBackground | GeneratedBackground


class Flip(StrEnum):
    HORIZONTAL = "hflip"
    VERTICAL = "vflip"


class AutoTurn(StrEnum):
    """Turn by 90 degrees before a resize if the box asked for lies the other way than the picture."""

    RIGHT = "auto_right"
    LEFT = "auto_left"


# --- steps, in the order in which they are done -----------------------------------------------------------------


@dataclass(frozen=True)
class Resize:
    """A change of size, with what it needs. The width and height are those asked for, dpr already multiplied in.

    `gravity` None is what is usual for the mode: the centre, but the top left for a `crop` with x or y. The background
    fills bars and also what is transparent in the picture; None: transparent, or white where the format has no alpha.
    """

    width: Length | AutoWidth | None = None
    height: Length | None = None
    fit: Fit = Fit.SCALE
    aspect: float | None = None
    gravity: Gravity | None = None
    x: Length | None = None
    y: Length | None = None
    zoom: float = 1.0
    """How much closer a cut by SightGravity comes."""
    background: Background | None = None
    turn: AutoTurn | None = None
    keeps_other_side: bool = False
    """`fl_ignore_aspect_ratio`: the side that is not given stays as it is."""
    waits_for_dpr: bool = False
    """`dpr_auto`: the sizes in px are still to be multiplied by what the client's hints say."""


@dataclass(frozen=True)
class Rotate:
    """Turns (degrees clockwise) and flips, from left to right."""

    turns: tuple[float | Flip, ...]
    background: Background | None = None


@dataclass(frozen=True)
class Effect:
    """An effect of the vocabulary; `args` are complete (defaults filled in) and inside their ranges."""

    name: str
    args: tuple[Value, ...] = ()
    color: Color | None = None
    """`co_`, where the effect has use for a colour."""
    place: Place | None = None
    """`x_` and its like, where the effect has use for them and they are given."""
    changes_size: bool = False
    """The result has another size than the picture; how large, only the renderer knows."""
    opens: bool = False
    """Something of a picture without alpha may be transparent afterwards."""
    sees: tuple[str, ...] = ()
    """The kinds of Region that it acts on."""


@dataclass(frozen=True)
class Round:
    """Rounded corners: radii in px clockwise from top left; None: an ellipse (`r_max`)."""

    radii: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Border:
    """A frame of `width` px outside the picture; it follows corners rounded with `radii` just before."""

    width: int
    color: Color


@dataclass(frozen=True)
class Opacity:
    """Multiplies alpha by 0 to 100 percent."""

    percent: float


@dataclass(frozen=True)
class Flatten:
    """What is transparent at this moment takes a colour."""

    background: Background


@dataclass(frozen=True)
class Trim:
    """Cuts a uniform border off (`e_trim`); it comes before a resize of the same component."""

    tolerance: float = 10
    color: Color | None = None


@dataclass(frozen=True)
class Lut:
    """`l_lut:…`: every colour goes through the table of a stored .cube or .3dl file."""

    table: Reference


# --- layers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImageLayer:
    """A stored or remote picture. `source`: which part of it is opened."""

    picture: Reference
    source: Source = field(default_factory=Source)


@dataclass(frozen=True)
class TextStyle:
    """How letters look. Lengths in px of the text's own picture.

    `font` is the name of a family, or of an uploaded font, which is then `font_file`.
    """

    font: str
    size: float
    font_file: Reference | None = None
    weight: int = 400
    """100 to 900."""
    is_italic: bool = False
    decoration: Literal["none", "underline", "strikethrough"] = "none"
    align: Literal["start", "left", "center", "right", "end", "justify"] = "start"
    is_stroked: bool = False
    """The border beside the text runs around its letters, and not around its box."""
    letter_spacing: float = 0
    line_spacing: float = 0
    antialias: str | None = None
    hinting: str | None = None


@dataclass(frozen=True)
class StyleReference:
    """The style of a stored text picture."""

    picture: Reference


@dataclass(frozen=True)
class TextLayer:
    """Letters as a picture. Resolved plans hold a TextStyle."""

    text: str
    style: TextStyle | StyleReference
    color: Color = field(default=Color(0, 0, 0))
    background: Color | None = None
    border: Border | None = None
    width: int | None = None
    """Lines are broken at this many px (`w_…,c_fit` beside the text)."""
    height: int | None = None
    """What does not fit into so many px is left out, with an ellipsis in its place."""
    is_trimmed: bool = True
    """The picture ends where the ink ends; else where the lines do (`fl_text_no_trim`)."""
    must_fit: bool = False
    """`fl_text_disallow_overflow`: a text that is larger than the picture below it is an error."""


@dataclass(frozen=True)
class MovingLayer:
    """A film, a sound or subtitles. It needs a film or a sound below it, so no plan for a picture is settled with one.

    `style`, `color` and `background` are those of subtitles.
    """

    kind: Literal["video", "audio", "subtitles"]
    file: Reference
    style: TextStyle | StyleReference | None = None
    color: Color | None = None
    background: Color | None = None


class Blend(StrEnum):
    """How a layer meets the picture below it; all but `over` and `cutter` by the word of the effect."""

    OVER = "over"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"
    MASK = "mask"
    CUT_OUT = "cut_out"
    CUTTER = "cutter"
    DISPLACE = "displace"
    ANTI_REMOVAL = "anti_removal"
    STYLE_TRANSFER = "style_transfer"
    """The picture below is painted in the manner of the layer, which is not laid on it."""
    TRANSITION = "transition"
    """A film whose brightness says how one film gives way to another."""


@dataclass(frozen=True)
class Layer:
    """A picture or text laid over the current picture, or under it. `steps` are what is done to it before.

    In a layer, Initial is a multiple of the side of the source of the whole plan, OfBase of the picture that the layer
    is laid on, as that picture is at this moment. In `x` and `y`, Ratio is of that picture too.
    """

    source: ImageLayer | TextLayer | MovingLayer
    steps: tuple["Step", ...] = ()
    is_under: bool = False
    gravity: Gravity | None = None
    """None: in the middle."""
    x: Length | None = None
    """With `displace`: how far pixels move at most, as are `x` and `y` there."""
    y: Length | None = None
    blend: Blend = Blend.OVER
    strength: float | None = None
    """1 to 100 of `anti_removal`, 0 to 100 of `style_transfer`."""
    keeps_color: bool = False
    """Of `style_transfer`."""
    is_tiled: bool = False
    keeps_canvas: bool = False
    """`fl_no_overflow`: what reaches over the edge is cut off; else the canvas grows."""
    is_for_each_region: bool = False
    """`fl_region_relative`: laid on every region that `gravity` finds; sizes and `x`, `y` may be OfRegion."""
    video: Video | None = None
    """When it shows, and what else only films have use for."""


Step = Resize | Rotate | Effect | Round | Border | Opacity | Flatten | Trim | Lut | Layer


@dataclass(frozen=True)
class Plan:
    """The whole of what is asked. An empty plan means the stored bytes as they are."""

    steps: tuple[Step, ...] = ()
    source: Source = field(default_factory=Source)
    encode: Encode = field(default_factory=Encode)
    handing: Handing = field(default_factory=Handing)
    is_empty: bool = False
    """No component at all was given: the original is delivered untouched, unless another extension is asked for."""
    video: Video | None = None
    """What only moving pictures and sound have use for."""
    wants_info: bool = False
    """`fl_getinfo`: asked for is what came of it, as JSON, and not the picture."""
    seen: tuple[Region, ...] = ()
    """What is known of the source's content, as far as the steps ask for it; filled in where the plan is settled, and
    part of the key of what is made."""
    joined: tuple[Reference, ...] = ()
    """Pictures that follow the result, each padded to its size: frames of an animation, pages of a document. No text
    says it; pictures that are put together as one have it (`multi`)."""
    script: Script | None = None
    """What only the facts of a source can settle: conditions, and values that are computed from them.

    Then there are no steps yet, and `handing` says what no condition governs; a settled plan has no script.
    """
