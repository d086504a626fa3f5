"""Cuts that the content decides, as pixels: what is known of a source is where the cut is."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from safelight.kernel.errors import Invalid
from safelight.render.effect import vocabulary
from safelight.transform.parse import parse
from safelight.transform.sighting import nothing
from safelight.transform.source import Region
from tests.pictures import encoded
from tests.render.lab import developed

WIDTH, HEIGHT = 400, 300
FACE = (240, 60, 40, 40)
SMALL = (40, 200, 20, 20)
MARK, GROUND = (250, 210, 180), (40, 60, 80)


def source(*marks: tuple[int, int, int, int]) -> bytes:
    """Even ground with bright squares."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    for left, top, width, height in marks:
        ImageDraw.Draw(image).rectangle((left, top, left + width - 1, top + height - 1), fill=MARK)
    return encoded(image, "PNG")


def region(kind: str, box: tuple[int, int, int, int]) -> Region:
    left, top, width, height = box
    return Region(kind, left / WIDTH, top / HEIGHT, width / WIDTH, height / HEIGHT)


def made(text: str, *seen: Region, data: bytes | None = None) -> Image.Image:
    plan = replace(parse(f"{text}/f_png", vocabulary()), seen=seen)
    found = developed(data or source(FACE, SMALL), plan, "png").data
    return Image.open(io.BytesIO(found)).convert("RGB")


def marked(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around all that is bright: left, top, width, height."""
    bright = np.asarray(image).astype(int)[:, :, 0] > 150
    lines, columns = np.flatnonzero(bright.any(1)), np.flatnonzero(bright.any(0))
    if not len(lines):
        return None
    return int(columns[0]), int(lines[0]), int(columns[-1] - columns[0] + 1), int(lines[-1] - lines[0] + 1)


BOTH = (region("face", FACE), region("face", SMALL))


@pytest.mark.parametrize(
    ("text", "size", "box"),
    [
        # 1.6 times the face, which is 40 of 64 px, enlarged to 128: the face has 80, its margin 24 on each side
        ("c_thumb,g_face,w_128,h_128", (128, 128), (24, 24, 80, 80)),
        ("c_thumb,g_face,w_128,h_128,z_2", (128, 128), (0, 0, 128, 128)),
        ("c_thumb,g_face,w_64,h_64,z_0.5", (64, 64), (22, 22, 20, 20)),
        ("c_thumb,g_face,w_128,h_64", (128, 64), (44, 12, 40, 40)),
        ("c_crop,g_face", (40, 40), (0, 0, 40, 40)),
        ("c_thumb,g_face", (40, 40), (0, 0, 40, 40)),
        ("c_crop,g_face,z_0.5", (80, 80), (20, 20, 40, 40)),
        ("c_crop,g_faces", (240, 160), (0, 0, 240, 160)),
        ("c_crop,g_face,w_100,h_80", (100, 80), (30, 20, 40, 40)),
        ("c_crop,g_face,w_100,h_80,x_10,y_5", (100, 80), (20, 15, 40, 40)),
        ("c_crop,g_face,w_100,h_80,z_2", (100, 80), (10, 0, 80, 80)),
        ("c_fill,g_face,w_100,h_150", (100, 150), (40, 30, 20, 20)),
        ("c_lfill,g_face,w_200,h_300", (200, 300), (80, 60, 40, 40)),
        ("c_auto,g_face,w_100,h_150", (100, 150), (40, 30, 20, 20)),
        # turned and mirrored, the same face is still known
        ("a_hflip/c_crop,g_face", (40, 40), (0, 0, 40, 40)),
        ("a_90/c_crop,g_face", (40, 40), (0, 0, 40, 40)),
        ("c_scale,w_200/c_crop,g_face", (20, 20), (0, 0, 20, 20)),
        ("c_crop,w_300,h_200,x_100,y_0/c_crop,g_face", (40, 40), (0, 0, 40, 40)),
        ("c_pad,w_600,h_300,b_black/c_crop,g_face", (40, 40), (0, 0, 40, 40)),
        ("bo_10px_solid_black/c_crop,g_face", (40, 40), (0, 0, 40, 40)),
        ("e_grayscale/c_crop,g_face", (40, 40), (0, 0, 40, 40)),
    ],
)
def test_a_face_that_is_known_is_where_the_cut_is(text: str, size: tuple[int, int], box: tuple[int, ...]):
    image = made(text, *BOTH)
    assert image.size == size
    assert marked(image) == pytest.approx(box, abs=2)


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("c_thumb,g_face,w_100,h_150", "c_fill,g_north,w_100,h_150"),
        ("c_thumb,g_face,w_150,h_50", "c_fill,g_north,w_150,h_50"),
        ("c_crop,g_face,w_100,h_100", "c_crop,g_north,w_100,h_100"),
        ("c_fill,g_face:center,w_100,h_150", "c_fill,w_100,h_150"),
        ("c_crop,g_faces:center,w_100,h_100", "c_crop,g_center,w_100,h_100"),
        ("c_fill,g_custom,w_100,h_150", "c_fill,w_100,h_150"),
        ("c_fill,g_face:auto,w_100,h_150", "c_fill,g_auto,w_100,h_150"),
        ("c_thumb,g_face:auto,w_100,h_150", "c_thumb,g_auto,w_100,h_150"),
        ("c_crop,g_face", "w_1.0"),
        ("c_thumb,g_region_!sign!,w_100,h_150", "c_fill,w_100,h_150"),
        ("c_crop,g_cat:auto,w_100,h_100", "c_crop,g_auto,w_100,h_100"),
    ],
)
def test_without_what_is_looked_for_the_fallback_holds(text: str, same_as: str):
    nobody = (nothing("face"),)
    assert list(made(text, *nobody).get_flattened_data()) == list(made(same_as, *nobody).get_flattened_data())


@pytest.mark.parametrize(
    ("text", "seen", "box"),
    [
        ("c_crop,g_custom", [region("custom", SMALL)], (0, 0, 20, 20)),
        ("c_crop,g_custom:face", [region("face", FACE)], (0, 0, 40, 40)),
        ("c_crop,g_region_!sign!", [region("region:sign", SMALL)], (0, 0, 20, 20)),
        ("c_crop,g_ocr_text", [region("text", SMALL)], (0, 0, 20, 20)),
        ("c_thumb,g_custom,w_60,h_60", [region("custom", SMALL)], (0, 0, 60, 60)),
        # what people said goes before what draws the eye
        ("c_crop,g_auto,w_40,h_40", [region("custom", SMALL), *BOTH], (10, 10, 20, 20)),
        ("c_crop,g_auto:custom_no_override,w_60,h_60", [region("custom", SMALL), *BOTH], None),
    ],
)
def test_what_people_or_others_said_is_where_the_cut_is(text: str, seen: list[Region], box: tuple[int, ...] | None):
    found = marked(made(text, *seen))
    if box is None:
        assert found is not None
        assert found[2:] == (40, 40)
    else:
        assert found == pytest.approx(box, abs=2)


@pytest.mark.parametrize(
    ("text", "size", "sees"),
    [
        ("c_fill,g_auto,w_100,h_150", (100, 150), 20),
        ("c_crop,g_auto,w_100,h_100", (100, 100), 40),
        ("c_fill,g_auto:face_avoid,w_50,h_150", (50, 150), None),
        ("c_crop,g_auto:aoi_30_190_40_40,w_60,h_60", (60, 60), 20),
        ("c_crop,g_auto:face_1:aoi_30_190_40_40,w_60,h_60", (60, 60), 20),
        ("c_thumb,g_auto:100,w_60,h_60", (60, 60), None),
        ("c_auto,g_auto,w_100,h_150", (100, 150), 20),
        ("c_fill,g_no_faces,w_50,h_150", (50, 150), None),
    ],
)
def test_auto_goes_where_faces_are_or_where_it_is_told(text: str, size: tuple[int, int], sees: int | None):
    image = made(text, *BOTH)
    assert image.size == size
    if sees is not None:
        found = marked(image)
        assert found is not None
        assert found[2] == pytest.approx(sees, abs=2)
    assert list(image.get_flattened_data()) == list(made(text, *BOTH).get_flattened_data())


def test_a_thumb_comes_closer_the_more_it_may():
    # The face, and things beside it that draw the eye a little.
    data = source(FACE, (60, 140, 4, 60), (70, 140, 4, 60), (80, 140, 4, 60))
    sizes = [made(f"c_thumb,g_auto:{level},w_60,h_60", BOTH[0], data=data) for level in (0, 60, 100)]
    faces = [(np.asarray(image)[:, :, 0] > 150).mean() for image in sizes]
    assert faces == sorted(faces)
    assert faces[0] < faces[2] / 4


@pytest.mark.parametrize("mode", ["fill_pad", "auto_pad"])
def test_bars_come_where_a_cut_would_lose_too_much(mode: str):
    wide = [(20, 130, 40, 40), (340, 130, 40, 40)]
    faces = [region("face", box) for box in wide]
    lost = made(f"c_{mode},g_auto,w_100,h_150,b_red", *faces, data=source(*wide))
    assert lost.getpixel((50, 2)) == (255, 0, 0)
    kept = made(f"c_{mode},g_auto,w_100,h_150,b_red", region("face", FACE), data=source(FACE))
    assert kept.getpixel((50, 2)) != (255, 0, 0)
    assert (lost.size, kept.size) == ((100, 150), (100, 150))


def test_what_was_cut_out_is_told_in_px_of_the_source():
    plan = replace(parse("c_thumb,g_face,w_128,h_128/fl_getinfo", vocabulary()), seen=BOTH, wants_info=True)
    told = json.loads(developed(source(FACE), replace(plan, encode=replace(plan.encode, format="png")), "png").data)
    assert told["g_auto_info"] == [{"x": 228, "y": 48, "width": 64, "height": 64}]


def test_regions_are_changed_and_nothing_else():
    plain = made("w_1.0", *BOTH)
    for text in ("e_pixelate_region:7,g_faces", "e_blur_region:400,g_faces", "e_blur_faces", "e_pixelate_faces"):
        image = made(text, *BOTH)
        difference = np.abs(np.asarray(image).astype(int) - np.asarray(plain).astype(int)).sum(2)
        assert difference[:, 100:200].max() == 0, text
    assert list(made("e_blur_faces", nothing("face")).get_flattened_data()) == list(plain.get_flattened_data())


@pytest.mark.parametrize("text", ["c_thumb,g_cat,w_9,h_9", "e_background_removal", "c_crop,g_dog:cat"])
def test_what_nothing_can_see_is_refused_by_name(text: str):
    with pytest.raises(Invalid, match=r"(objects|matte)\.onnx is missing in the folder of SAFELIGHT_MODELS"):
        made(text, *BOTH)


@pytest.mark.parametrize(
    ("text", "size", "box"),
    [
        # what people said is where holds for every frame
        ("c_crop,g_custom", (40, 40), (0, 0, 40, 40)),
        ("c_thumb,g_custom,w_20,h_20", (20, 20), (0, 0, 20, 20)),
        ("c_crop,g_custom,w_100,h_80", (100, 80), (30, 20, 40, 40)),
        ("c_scale,w_200/c_crop,g_custom", (20, 20), (0, 0, 20, 20)),
        # all else is the middle: no cut jumps from frame to frame
        ("c_fill,g_face,w_150,h_150", (150, 150), (95, 30, 20, 20)),
        ("c_thumb,g_face,w_150,h_150", (150, 150), (95, 30, 20, 20)),
        ("c_fill,g_auto,w_150,h_150", (150, 150), (95, 30, 20, 20)),
        ("c_scale,g_liquid,w_200,h_300", (200, 300), (120, 60, 20, 40)),
        ("c_crop,g_face", (400, 300), (240, 60, 40, 40)),
    ],
)
def test_moving_pictures_are_cut_alike_in_every_frame(text: str, size: tuple[int, int], box: tuple[int, ...]):
    first = Image.open(io.BytesIO(source(FACE)))
    second = Image.eval(first, lambda level: min(255, level + 10))
    moving = encoded(first, "GIF", save_all=True, append_images=[second], duration=100)
    plan = replace(parse(f"{text}/f_gif", vocabulary()), seen=(region("face", FACE), region("custom", FACE)))
    frames = Image.open(io.BytesIO(developed(moving, plan, "gif").data))
    assert frames.n_frames == 2
    for frame in range(2):
        frames.seek(frame)
        image = frames.convert("RGB")
        assert image.size == size
        assert marked(image) == pytest.approx(box, abs=2)
