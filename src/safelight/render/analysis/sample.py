"""Sample: a small copy of a picture as numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safelight.render.image import Image, split
from safelight.transform.geometry import Size

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """`colors` is height x width x 3 in sRGB, 0 to 255; `alpha` height x width, 0 to 1; `whole` the true size."""

    colors: Numbers
    alpha: Numbers
    whole: Size

    @classmethod
    def of(cls, image: Image, whole: Size) -> "Sample":
        """`image` is 8-bit sRGB, perhaps with alpha."""
        colors, alpha = split(image)
        shape = (image.height, image.width)
        pixels = np.frombuffer(bytes(colors.cast("uchar").write_to_memory()), np.uint8)
        pixels = pixels.reshape(*shape, colors.bands)[:, :, : min(3, colors.bands)]
        if pixels.shape[2] < 3:
            pixels = np.repeat(pixels[:, :, :1], 3, axis=2)
        if alpha is None:
            opacity = np.ones(shape)
        else:
            opacity = np.frombuffer(bytes(alpha.cast("uchar").write_to_memory()), np.uint8).reshape(shape) / 255.0
        return cls(pixels.astype(np.float64), opacity, whole)

    @property
    def luminance(self) -> Numbers:
        """0 to 1, by the weights of Rec. 709 on the encoded values; what is transparent counts as white."""
        luma = (self.colors @ np.array([0.2126, 0.7152, 0.0722])) / 255.0
        return luma * self.alpha + (1.0 - self.alpha)


def lab(colors: Numbers) -> Numbers:
    """sRGB, 0 to 255, any shape that ends in 3 -> CIE L*a*b* under D65 (IEC 61966-2-1, CIE 15)."""
    encoded = colors / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T / _WHITE
    cubes = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = cubes[..., 0], cubes[..., 1], cubes[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.9505, 1.0, 1.089])
