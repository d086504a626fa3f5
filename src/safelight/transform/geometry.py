"""Source size + Resize -> sizes and boxes. Numbers only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Width and height in px, at least 1 each."""

    width: int
    height: int


@dataclass(frozen=True)
class Box:
    """A part of a picture: left and top in px from its top left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Layout:
    """What a Resize does to a picture of a known size, in this order.

    `scaled`: the size that the whole picture is resized to. `cut`: then this box is taken out of it (inside it), None
    for all; where `is_chosen_by_content`, only its size holds and its place is a fallback. `canvas`: then what is left
    is put at `offset` (left, top) of a canvas of this size.
    """

    scaled: Size
    cut: Box | None = None
    is_chosen_by_content: bool = False
    canvas: Size | None = None
    offset: tuple[int, int] = (0, 0)
