"""A picture in the colours of another: the means move to those of the style, in the share that is asked for."""

import numpy as np
import pytest

from safelight.render.image import Image
from safelight.render.manner import painted_like

rng = np.random.default_rng(3)


def plain(color: tuple[int, ...], spread: int = 20) -> Image:
    """One colour with grain."""
    pixels = np.clip(np.array(color) + rng.integers(-spread, spread + 1, (40, 50, 1)), 0, 255).astype(np.uint8)
    return Image.new_from_array(pixels).copy(interpretation="srgb")


def means(image: Image) -> list[float]:
    return [image[band].avg() for band in range(3)]


BLUE, ORANGE = plain((40, 70, 170)), plain((220, 140, 50))


def test_at_full_strength_the_colours_are_those_of_the_style():
    assert means(painted_like(BLUE, ORANGE, 100, keeps_color=False)) == pytest.approx(means(ORANGE), abs=6)


def test_at_no_strength_nothing_changes():
    assert means(painted_like(BLUE, ORANGE, 0, keeps_color=False)) == pytest.approx(means(BLUE), abs=1.5)


def test_colours_are_kept_where_that_is_asked_for():
    red, _, blue = means(painted_like(BLUE, ORANGE, 100, keeps_color=True))
    assert blue > red + 60


def test_alpha_is_kept():
    with_alpha = BLUE.bandjoin(77)
    painted = painted_like(with_alpha, ORANGE, 60, keeps_color=False)
    assert painted.bands == 4
    assert painted[3].avg() == 77
