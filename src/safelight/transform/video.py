"""Video: what was asked that only moving pictures, sound and 3D models have use for, typed and checked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Video:
    """What was said, word by word: code and canonical value, as in `("e", "fade:2000"), ("vc", "h264:main:3.1")`.

    Effects and functions come first, in the order in which they are done; of all else the last one counts, and it is
    sorted. Flags have the code `fl`.
    """

    words: tuple[tuple[str, str], ...]
