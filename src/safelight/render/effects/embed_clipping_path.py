"""e_embed_clipping_path."""

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.lacking import CLIPPING_PATHS, lacking


@effect(example="e_embed_clipping_path:mask_sample", needs=CLIPPING_PATHS)
def embed_clipping_path(image: Image, mask: str = "") -> Image:
    """Write the outline of a mask into the file, as a clipping path.

    `mask` is the public ID of the mask.
    """
    raise lacking("e_embed_clipping_path", CLIPPING_PATHS)
