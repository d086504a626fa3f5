"""e_loop."""

from dataclasses import replace
from typing import Annotated

from safelight.render.decode import Picture
from safelight.render.effect import effect
from safelight.transform.spec import Range


@effect(example="e_loop:3", sees_alpha=True, is_whole=True)
def loop(picture: Picture, times: Annotated[float, Range(0, 65_535)] = 0) -> Picture:
    """Say how often an animation is played.

    After so many `times` it stands still; 0: never. A still image stays as it is.
    """
    return replace(picture, loop=round(times))
