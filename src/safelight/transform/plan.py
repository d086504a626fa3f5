"""Plan: what a URL asks, as a typed value with nothing left to look up but the facts of its source.

A Plan is read with `match` by everyone who must know what will happen: the renderer, the cost check, the cache key.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from safelight.transform.arguments import Color, Value
from safelight.transform.arguments import Stop as Stop
from safelight.transform.script import Script

# --- values -----------------------------------------------------------------------------------------------------


TRANSPARENT = Color(0, 0, 0, 0)


@dataclass(frozen=True)
class Px:
    """A length in pixels; negative only in offsets."""

    value: int


@dataclass(frozen=True)
class Ratio:
    """A length as a multiple of the current width or height (`0.5`; a dot in the text makes the difference)."""

    value: float


@dataclass(frozen=True)
class Initial:
    """A length as a multiple of the initial width (`iw`) or height (`ih`)."""

    axis: Literal["w", "h"]


Length = Px | Ratio | Initial


@dataclass(frozen=True)
class AutoWidth:
    """`w_auto`: settled by client hints to a multiple of `step` px, without them to `fallback`, else the original."""

    step: int = 100
    fallback: int | None = None
    low: int | None = None
    """What is settled is not smaller than this, in px, and not larger than `high`."""
    high: int | None = None


class Compass(StrEnum):
    NORTH_WEST = "north_west"
    NORTH = "north"
    NORTH_EAST = "north_east"
    WEST = "west"
    CENTER = "center"
    EAST = "east"
    SOUTH_WEST = "south_west"
    SOUTH = "south"
    SOUTH_EAST = "south_east"


@dataclass(frozen=True)
class Area:
    """A part of the picture, in px of the picture that is cut."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Focus:
    """What `g_auto` should look for: a word (`face`, `cat`, …) or an area; 1 to 100 is how much, None as usual."""

    on: str | Area
    weight: int | None = None
    is_avoided: bool = False


@dataclass(frozen=True)
class AutoGravity:
    """`g_auto`: where the content is. `algorithm` is empty, `subject` or `classic`.

    A focus is a wish: a renderer that cannot see what it names cuts as without it. `aggressiveness` (0 to 100) says
    how close `thumb` comes.
    """

    algorithm: str = ""
    focuses: tuple[Focus, ...] = ()
    aggressiveness: int | None = None
    uses_thirds: bool = True


@dataclass(frozen=True)
class XyCenter:
    """`g_xy_center`: x and y are the middle of the cut."""


Gravity = Compass | AutoGravity | XyCenter


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


Background = Color | BackgroundMode | BlurredBackground


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
class Place:
    """`x y w h` beside an effect: where in the picture it acts, or how far it moves something."""

    x: Px | Ratio | None = None
    y: Px | Ratio | None = None
    width: Px | Ratio | None = None
    height: Px | Ratio | None = None


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


Step = Resize | Rotate | Effect | Round | Border | Opacity | Flatten | Trim

# --- how the source is opened, how the result is written, how it is handed out --------------------------------------


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


@dataclass(frozen=True)
class Plan:
    """The whole of what is asked. An empty plan means the stored bytes as they are."""

    steps: tuple[Step, ...] = ()
    source: Source = field(default_factory=Source)
    encode: Encode = field(default_factory=Encode)
    handing: Handing = field(default_factory=Handing)
    is_empty: bool = False
    """No component at all was given: the original is delivered untouched, unless another extension is asked for."""
    script: Script | None = None
    """What only the facts of a source can settle: conditions, and values that are computed from them.

    Then there are no steps yet, and `handing` says what no condition governs; a settled plan has no script.
    """
