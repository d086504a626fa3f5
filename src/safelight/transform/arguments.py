"""Value: what may be given to an effect."""

from dataclasses import dataclass

from safelight.transform.places import Area


@dataclass(frozen=True)
class Color:
    """sRGB, each part 0 to 255; `a` 255 is opaque."""

    r: int
    g: int
    b: int
    a: int = 255


@dataclass(frozen=True)
class Stop:
    """A colour of a ramp, and where on it (0 to 100 percent) it stands; None: evenly spread."""

    color: Color
    percent: float | None = None


class Text(str):
    """Text of people, as a prompt is; any other `str` is a word of the language."""

    __slots__ = ()


Value = float | str | bool | Color | tuple[float, ...] | tuple[Stop, ...] | tuple[str, ...] | tuple[Area, ...]
