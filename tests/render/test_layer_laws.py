"""Layers that nobody thought of: every plan gives a picture, or says what is too much of it."""

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from safelight.kernel.errors import TooMuch
from safelight.settings import RenderSettings
from safelight.transform.plan import (
    Blend,
    Border,
    Color,
    Compass,
    Encode,
    Fit,
    Flatten,
    Flip,
    ImageLayer,
    Initial,
    Layer,
    OfBase,
    OfRegion,
    Opacity,
    Plan,
    Px,
    Ratio,
    Region,
    Resize,
    Rotate,
    Round,
    SightGravity,
    Trim,
    XyCenter,
)
from safelight.transform.reference import Reference
from tests.pictures import encoded, scene
from tests.render.lab import developed

SMALL = RenderSettings(output_pixels_max=1_000_000, source_pixels_max=4_000_000)
EXAMPLES = 80
SEEN = (Region("face", 0.1, 0.1, 0.3, 0.3), Region("face", 0.6, 0.5, 0.2, 0.4))


def _moving() -> bytes:
    frames = [Image.new("RGB", (25, 25), (60 * index, 9, 9)) for index in range(3)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


PICTURES = {
    "photo": encoded(scene(60, 40), "JPEG"),
    "dot": encoded(Image.new("RGB", (1, 1), (9, 8, 7)), "PNG"),
    "half": encoded(Image.new("RGBA", (30, 50), (200, 10, 10, 100)), "PNG"),
    "clear": encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"),
    "grey": encoded(Image.new("LA", (33, 17), (99, 50)), "PNG"),
    "deep": encoded(Image.fromarray(np.full((30, 20), 40_000, dtype=np.uint16)), "PNG"),
    "inks": encoded(Image.new("CMYK", (40, 20), (9, 99, 200, 3)), "JPEG"),
    "moving": _moving(),
    "line": encoded(Image.new("RGB", (300, 2), (1, 200, 3)), "PNG"),
}
FORMATS = {"photo": "jpg", "inks": "jpg", "moving": "gif"}

sizes = st.none() | st.builds(Px, st.integers(1, 200)) | st.builds(Ratio, st.floats(0.01, 2))
own_sizes = sizes | st.builds(OfBase, st.floats(0.01, 2)) | st.builds(OfRegion, st.floats(0.1, 2))
offsets = (
    st.none()
    | st.builds(Px, st.integers(-300, 300))
    | st.builds(Ratio, st.floats(-1, 1))
    | st.builds(OfRegion, st.floats(-1, 1))
    | st.just(Initial("w"))
)
gravities = st.none() | st.sampled_from(Compass)
places = (
    gravities
    | st.just(XyCenter())
    | st.sampled_from(["face", "faces", "no_faces", "custom"]).map(lambda word: SightGravity((word,)))
)
plain_steps = st.one_of(
    st.builds(Resize, own_sizes, own_sizes, st.sampled_from(Fit), gravity=gravities, x=offsets, y=offsets),
    st.builds(Rotate, st.sampled_from([(90.0,), (13.0,), (Flip.VERTICAL, 45.0)])),
    st.builds(Round, st.sampled_from([None, (5.0, 0.0, 900.0, 2.0)])),
    st.builds(Border, st.integers(1, 9), st.builds(Color, st.just(9), st.just(9), st.just(9), st.integers(0, 255))),
    st.builds(Opacity, st.floats(0, 100)),
    st.just(Trim()),
    st.just(Flatten(Color(255, 0, 0))),
)


def layers(steps):
    return st.builds(
        Layer,
        st.sampled_from(sorted(PICTURES)).map(lambda name: ImageLayer(Reference(name))),
        st.lists(steps, max_size=2).map(tuple),
        is_under=st.booleans(),
        gravity=places,
        x=offsets,
        y=offsets,
        blend=st.sampled_from(sorted(set(Blend) - {Blend.TRANSITION})),
        strength=st.none() | st.floats(1, 100),
        is_tiled=st.booleans(),
        keeps_canvas=st.booleans(),
        is_for_each_region=st.booleans(),
    )


some_layers = layers(plain_steps | layers(plain_steps))


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(sorted(PICTURES)),
    st.lists(plain_steps | some_layers, max_size=2).map(tuple),
    some_layers,
    st.sampled_from(["png", "jpg", "webp", "gif"]),
)
def test_every_layer_gives_a_picture_or_is_too_much(base, before, layer, format):
    plan = Plan((*before, layer), encode=Encode(format=format), seen=SEEN)
    source_format = FORMATS.get(base, "png")
    try:
        made = developed(PICTURES[base], plan, source_format, SMALL, PICTURES)
    except TooMuch:
        return
    picture = Image.open(io.BytesIO(made.data))
    picture.load()
    assert picture.size == (made.width, made.height)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_the_same_layer_gives_the_same_bytes(name):
    plan = Plan((Layer(ImageLayer(Reference(name)), blend=Blend.ANTI_REMOVAL, strength=70),), encode=Encode("png"))
    one, other = (developed(PICTURES["photo"], plan, "jpg", layers=PICTURES).data for _ in range(2))
    assert one == other
