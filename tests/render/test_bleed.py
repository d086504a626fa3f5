"""No effect meets colours that nobody sees."""

import numpy as np
from PIL import Image as Pillow

from safelight.render.bleed import bled
from safelight.render.image import Image
from tests.pictures import encoded
from tests.render.lab import seen


def hidden_green() -> Pillow.Image:
    """A red square on nothing, where the nothing is green."""
    picture = Pillow.new("RGBA", (90, 60), (0, 255, 0, 0))
    picture.paste((220, 20, 20, 255), (30, 15, 60, 45))
    return picture


def test_what_is_hidden_takes_the_colour_of_what_is_seen_nearby():
    pixels = np.asarray(hidden_green())
    colors = Image.new_from_array(np.ascontiguousarray(pixels[..., :3])).copy(interpretation="srgb")
    alpha = Image.new_from_array(np.ascontiguousarray(pixels[..., 3:]))
    found = np.asarray(bled(colors, alpha))
    assert found[..., 1].max() < 40
    assert (found[20:40, 35:55] == (220, 20, 20)).all()


def test_what_is_wholly_transparent_stays_as_it_is():
    colors = Image.black(5, 4, bands=3).copy(interpretation="srgb")
    assert bled(colors, Image.black(5, 4)).avg() == 0


def test_hidden_colours_show_in_no_effect():
    data = encoded(hidden_green(), "PNG")
    for chain in ("e_pixelate:9", "e_oil_paint:80", "e_sharpen:400", "e_cartoonify", "e_unsharp_mask:400"):
        found = np.asarray(seen(data, f"{chain}/f_png", "png").convert("RGBA")).astype(int)
        inside = found[found[..., 3] > 0]
        assert (inside[:, 1] < inside[:, 0]).all(), chain
