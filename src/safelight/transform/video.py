"""Video: the words of the language that moving pictures and sound have use for, typed and checked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Video:
    """What was said, word by word, in canonical order: `("du", "3"), ("vc", "h264:main:3.1")`."""

    words: tuple[tuple[str, str], ...]
