"""e_noise."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image

_SIGMA_A_PERCENT = 0.8
_TILE_PX = 512
# One seed: the same picture is made of the same plan.
_SEED = 20


@effect(example="e_noise:40")
def noise(image: Image, strength: Percent = 0) -> Image:
    """Strew grain over the image."""
    if strength == 0:
        return image
    # A tile: no eye finds the seams of grain.
    tile = Image.gaussnoise(_TILE_PX, _TILE_PX, sigma=strength * _SIGMA_A_PERCENT, mean=0, seed=_SEED).copy_memory()
    grain = tile.replicate(image.width // _TILE_PX + 1, image.height // _TILE_PX + 1)
    return (image + grain.crop(0, 0, image.width, image.height)).rint()
