"""Where the eye goes: to what differs, to faces, and not where it is told to stay away."""

import numpy as np
import pytest

from safelight.render.image import Image
from safelight.render.sight import saliency
from safelight.render.sight.boxes import Part
from safelight.render.sight.saliency import Weighted


def picture(*spots: tuple[int, int, int]) -> Image:
    """Even ground of 400 x 200 px with spots: left, top, brightness."""
    image = (Image.black(400, 200, bands=3) + 110).cast("uchar").copy(interpretation="srgb")
    for left, top, level in spots:
        image = image.draw_rect([level, level, 40], left, top, 30, 30, fill=True)
    return image.copy_memory()


def middle(part: Part) -> tuple[float, float]:
    return part.x + part.width / 2, part.y + part.height / 2


@pytest.mark.parametrize("spot", [(20, 20, 240), (340, 150, 240), (185, 85, 240)])
def test_a_window_holds_what_differs(spot: tuple[int, int, int]):
    found, held = saliency.best(saliency.mapped(picture(spot), []), 0.25, 0.5)
    left, top, _ = spot
    assert found.x * 400 <= left
    assert found.x * 400 + 100 >= left + 30
    assert found.y * 200 <= top
    assert found.y * 200 + 100 >= top + 30
    assert held > 0.8


def test_a_weight_outweighs_the_rest_and_what_is_avoided_is_left_out():
    image = picture((20, 20, 250), (340, 150, 130))
    plain, _ = saliency.best(saliency.mapped(image, []), 0.3, 1.0)
    told, _ = saliency.best(saliency.mapped(image, [Weighted(Part(340, 150, 30, 30), 3)]), 0.3, 1.0)
    away, _ = saliency.best(saliency.mapped(image, [Weighted(Part(0, 0, 80, 80), -3)]), 0.3, 1.0)
    assert middle(plain)[0] < 0.3
    assert middle(told)[0] > 0.7
    assert middle(away)[0] > 0.4


def test_what_is_to_be_seen_whole_is_not_cut_in_half():
    # Two heads too far apart for one window: it takes one of them whole, and no half.
    heads = [Weighted(Part(0.1, 0.2, 0.15, 0.4), 1.2), Weighted(Part(0.55, 0.2, 0.15, 0.4), 1.2)]
    blobs = [Weighted(Part(head.part.x * 400, 40, 60, 80), 1.0) for head in heads]
    found, _ = saliency.best(saliency.mapped(picture(), blobs), 0.4, 1.0, heads)
    for head in heads:
        left, right = head.part.x, head.part.x + head.part.width
        inside = min(right, found.x + found.width) - max(left, found.x)
        assert inside <= 0.01 or inside >= head.part.width - 0.01


@pytest.mark.parametrize(("across", "down"), [(1.0, 1.0), (0.5, 1.0), (1.0, 0.3), (0.001, 0.001)])
def test_a_window_is_inside_and_as_large_as_asked(across: float, down: float):
    found, held = saliency.best(saliency.mapped(picture((200, 100, 200)), []), across, down)
    assert (found.width, found.height) == (across, down)
    assert found.x >= 0
    assert found.y >= 0
    assert found.x + across <= 1 + 1e-9
    assert found.y + down <= 1 + 1e-9
    assert 0 <= held <= 1 + 1e-6


def test_of_an_even_picture_the_middle_is_taken():
    found, _ = saliency.best(saliency.mapped(picture(), []), 0.3, 0.5)
    assert middle(found) == pytest.approx((0.5, 0.5), abs=0.15)
    assert np.isfinite(saliency.mapped(picture(), [])).all()


def test_a_picture_of_one_pixel_has_a_window():
    one = Image.black(1, 1, bands=3).copy(interpretation="srgb")
    found, _ = saliency.best(saliency.mapped(one, [Weighted(Part(0, 0, 1, 1), 2)]), 1.0, 1.0)
    assert (found.x, found.y) == (0, 0)
