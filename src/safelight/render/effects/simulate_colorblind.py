"""e_simulate_colorblind."""

from typing import Literal

from safelight.render.effect import effect
from safelight.render.image import Image

# Full loss of one kind of cone in linear RGB, and half of it for what ends with "anomaly" (Machado, Oliveira and
# Fernandes 2009, severity 1.0 and 0.6); the monochrome ones are what a single kind of receptor sees.
_MATRICES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "deuteranomaly": ((0.498864, 0.674741, -0.173604), (0.205199, 0.754872, 0.039929), (-0.011131, 0.030969, 0.980162)),
    "tritanomaly": ((1.104996, -0.046633, -0.058363), (-0.032137, 0.971635, 0.060503), (0.001336, 0.317922, 0.680742)),
    "cone_monochromacy": ((0.2126, 0.7152, 0.0722),) * 3,
    "rod_monochromacy": ((0.0, 0.62, 0.38),) * 3,
}


@effect(example="e_simulate_colorblind:protanopia")
def simulate_colorblind(
    image: Image,
    condition: Literal[
        "deuteranopia",
        "protanopia",
        "tritanopia",
        "tritanomaly",
        "deuteranomaly",
        "cone_monochromacy",
        "rod_monochromacy",
    ] = "deuteranopia",
) -> Image:
    """Show the image as it looks to people who see fewer colours."""
    rows = [list(row) for row in _MATRICES[condition]]
    return (
        image.colourspace("scrgb").recomb(Image.new_from_array(rows)).copy(interpretation="scrgb").colourspace("srgb")
    )
