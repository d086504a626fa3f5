"""e_camera."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.lacking import MODELS_3D, lacking
from safelight.transform.spec import Range


@effect(example="e_camera:up_20;right_45", needs=MODELS_3D)
def camera(
    image: Image,
    up: Annotated[float, Range(-360, 360, "°")] = 0,
    right: Annotated[float, Range(-360, 360, "°")] = 0,
    zoom: Annotated[float, Range(0.2, 5)] = 1,
    exposure: Annotated[float, Range(0, 2)] = 1,
    frames: Annotated[float, Range(2, 36)] = 24,
    env: str = "",
) -> Image:
    """Look at a 3D model from a place of its own, or all around.

    `up` and `right` are where the camera stands, `zoom` how near; `exposure` is how bright the light of
    the surroundings `env` is; `frames` are the pictures of one turn.
    """
    raise lacking("e_camera", MODELS_3D)
