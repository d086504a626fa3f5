"""Value: what may be given to an effect."""

from dataclasses import dataclass


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


Value = float | str | bool | Color | tuple[float, ...] | tuple[Stop, ...]
