"""Places: lengths, gravities and areas, as a plan says them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from safelight.transform.breakpoints import BYTES_STEP, WIDTHS_MAX


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


@dataclass(frozen=True)
class OfBase:
    """A length of a layer as a multiple of the picture that it is laid on (`fl_relative`)."""

    value: float


@dataclass(frozen=True)
class OfRegion:
    """A length of a layer as a multiple of the region that it is laid on (`fl_region_relative`)."""

    value: float


Length = Px | Ratio | Initial | OfBase | OfRegion


@dataclass(frozen=True)
class AutoWidth:
    """`w_auto`: settled by client hints to a multiple of `step` px, without them to `fallback`, else the original."""

    step: int = 100
    fallback: int | None = None
    low: int | None = None
    """What is settled is not smaller than this, in px, and not larger than `high`."""
    high: int | None = None
    lists_json: bool = False
    """Asked for is a list of widths that are worth having, as JSON, and not a picture."""
    bytes_step: int = BYTES_STEP
    """Each of the widths saves so much against the next larger one."""
    widths_max: int = WIDTHS_MAX


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


@dataclass(frozen=True)
class SightGravity:
    """`g_face`, `g_cat:dog`, `g_custom`, `g_ocr_text`, …: where one of the things is, the first that is there.

    `sought` holds words of the language: `face`, `faces`, `eyes`, `text`, `body`, `custom`, `no_faces`, the class of an
    object, `region:<name>`, `path:<name>`. Where none of them is there, `otherwise` holds.
    """

    sought: tuple[str, ...]
    otherwise: Compass | AutoGravity = Compass.CENTER


@dataclass(frozen=True)
class Liquid:
    """`g_liquid` with `scale`: what matters least is taken out, seam by seam."""


Gravity = Compass | AutoGravity | XyCenter | SightGravity | Liquid


@dataclass(frozen=True)
class Place:
    """`x y w h g` beside an effect: where in the picture it acts, or how far it moves something."""

    x: Px | Ratio | None = None
    y: Px | Ratio | None = None
    width: Px | Ratio | None = None
    height: Px | Ratio | None = None
    gravity: SightGravity | None = None
    """It acts on all that is found, and nowhere where nothing is."""
