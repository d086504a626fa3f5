"""Tell: what a picture says of itself, for the answer to who asked."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from safelight.assets.analyses import Analyse
from safelight.assets.model import Asset, Rectangle
from safelight.wire import analyses

Tell = Callable[[Asset, Collection[str]], Awaitable[Mapping[str, Any]]]
"""`asked` are words of wire/analyses.py; the answer has the names that clients know."""

Faces = Callable[[Asset], Awaitable[tuple[Rectangle, ...]]]
"""Where faces are in a picture, in px of the original."""


async def tell_nothing(asset: Asset, asked: Collection[str]) -> Mapping[str, Any]:
    """For doors that nobody asks."""
    return {}


@dataclass(frozen=True)
class Telling:
    """Asks the picture, or remembers what it told before."""

    analyse: Analyse
    faces: Faces

    async def __call__(self, asset: Asset, asked: Collection[str]) -> Mapping[str, Any]:
        """Raises Invalid for a picture that cannot be decoded."""
        found = analyses.told(asked, await self.analyse(asset, analyses.kinds(asked)))
        if analyses.FACES in asked:
            found["faces"] = [list(face) for face in await self.faces(asset)]
        return found
