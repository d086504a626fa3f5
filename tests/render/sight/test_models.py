"""An operator's models: files by their names, in the layouts that the page on models tells of."""

from pathlib import Path

import numpy as np
import pytest

from safelight.kernel.errors import Invalid
from safelight.render.image import Image
from safelight.render.sight import Eyes, Models, find, identity, is_seen_by
from safelight.transform.plan import Compass, SightGravity
from safelight.transform.source import Region
from tests.render.sight import onnx_files

SIDE = 64


def picture(width: int = 200, height: int = 100) -> Image:
    """Grey, with a red square from (40, 20) to (80, 60)."""
    image = Image.black(width, height, bands=3) + 90
    return image.cast("uchar").copy(interpretation="srgb").draw_rect([230, 20, 20], 40, 20, 40, 40, fill=True)


def px(region: Region, width: int = 200, height: int = 100) -> tuple[float, ...]:
    return (region.x * width, region.y * height, region.width * width, region.height * height)


# --- objects ----------------------------------------------------------------------------------------------------

# A cat of 20 x 10 px around (30, 15) of the input, and a dog that nobody can be sure of. The picture has 200 x 100 px
# and its shape is kept: one px of the input is 200 / 64 of the picture.
CAT = (30, 15, 20, 10)
DOG = (50, 20, 8, 8)
EXPECTED_CAT = tuple(value * 200 / SIDE for value in (20, 10, 20, 10))


def v8() -> np.ndarray:
    table = np.zeros((1, 6, 4), np.float32)
    table[0, :, 0] = [*CAT, 0.9, 0.05]
    table[0, :, 1] = [31, 15, 20, 10, 0.8, 0.02]  # the same cat once more
    table[0, :, 2] = [*DOG, 0.01, 0.2]
    return table


def v5() -> np.ndarray:
    table = np.zeros((1, 4, 7), np.float32)
    table[0, 0] = [*CAT, 0.95, 0.9, 0.05]
    table[0, 1] = [*DOG, 0.1, 0.1, 0.9]
    return table


def yolox() -> np.ndarray:
    grid = [(stride, x, y) for stride in (8, 16, 32) for y in range(SIDE // stride) for x in range(SIDE // stride)]
    table = np.zeros((1, len(grid), 7), np.float32)
    table[0, grid.index((8, 3, 1))] = [30 / 8 - 3, 15 / 8 - 1, np.log(20 / 8), np.log(10 / 8), 0.95, 0.9, 0.05]
    return table


def boxes() -> np.ndarray:
    table = np.zeros((1, 3, 6), np.float32)
    table[0, 0] = [20, 10, 40, 20, 0.9, 0]
    table[0, 1] = [46, 16, 54, 24, 0.1, 1]
    return table


@pytest.mark.parametrize(
    ("table", "description"),
    [
        (v8(), ""),
        (v8(), 'layout = "v8"'),
        (v5(), 'layout = "v5"'),
        (yolox(), 'layout = "yolox"\nscale = 1.0\nbgr = true'),
        (boxes(), 'layout = "boxes"'),
    ],
)
def test_objects_in_every_layout(tmp_path: Path, table: np.ndarray, description: str):
    models = objects(tmp_path, table, description)
    (cat,) = find(picture(), ["cat"], models)
    assert cat.kind == "cat"
    assert px(cat) == pytest.approx(EXPECTED_CAT, abs=0.01)
    assert cat.certainty > 0.8
    assert find(picture(), ["dog"], models) == ()
    assert [region.kind for region in find(picture(), ["animal", "object", "vehicle"], models)] == ["animal", "object"]


def objects(folder: Path, table: np.ndarray, description: str = "") -> Models:
    files = {
        "objects.onnx": onnx_files.constant(SIDE, {"y": table}),
        "objects.txt": "cat\ndog\n",
        "objects.toml": f"size = {SIDE}\n{description}",
    }
    return Models(onnx_files.write(folder / "models", files))


def test_what_a_network_answers_depends_on_the_picture(tmp_path: Path):
    table, by_red = np.zeros((1, 5, 2), np.float32), np.zeros((1, 5, 2), np.float32)
    table[0, :4, 0] = CAT
    by_red[0, 4, 0] = 1
    files = {
        "objects.onnx": onnx_files.constant(SIDE, {"y": table}, {"y": by_red}),
        "objects.txt": "cat",
        "objects.toml": f"size = {SIDE}\nkeeps_shape = false",
    }
    models = Models(onnx_files.write(tmp_path / "models", files))
    red = Image.new_from_image(Image.black(50, 50), [255, 0, 0])
    blue = Image.new_from_image(Image.black(50, 50), [0, 0, 255])
    assert [len(find(image.cast("uchar"), ["cat"], models)) for image in (red, blue)] == [1, 0]


def test_the_first_thing_that_is_there_counts(tmp_path: Path):
    eyes = Eyes(objects(tmp_path, v8()))
    found = eyes.sees(picture(), SightGravity(("dog", "cat"), Compass.CENTER))
    assert found is not None
    assert found[0] == "cat"


# --- faces ------------------------------------------------------------------------------------------------------


def test_faces_and_eyes_by_a_network(tmp_path: Path):
    # A face of 12 x 16 px around (28, 20) of the input.
    network = onnx_files.yunet(SIDE, (8, 3, 2), (0.5, 0.5, 12, 16))
    files = {"faces.onnx": network, "faces.toml": f"size = {SIDE}"}
    models = Models(onnx_files.write(tmp_path / "models", files))
    face, *eyes = find(picture(), ["face", "eyes"], models)
    scale = 200 / SIDE
    assert px(face) == pytest.approx([value * scale for value in (22, 12, 12, 16)], abs=0.01)
    middles = sorted((x + width / 2, y + height / 2) for x, y, width, height in map(px, eyes))
    assert middles == [pytest.approx((26 * scale, 18 * scale)), pytest.approx((30 * scale, 18 * scale))]
    (body,) = find(picture(), ["body"], models)
    assert body.height > face.height


# --- mattes -----------------------------------------------------------------------------------------------------


def matte_models(folder: Path, description: str = "") -> Models:
    files = {"matte.onnx": onnx_files.matte(SIDE), "matte.toml": f"size = {SIDE}\n{description}"}
    return Models(onnx_files.write(folder / "models", files))


def test_a_matte_is_as_large_as_the_picture_and_ends_where_the_subject_does(tmp_path: Path):
    alpha = Eyes(matte_models(tmp_path)).matte(picture())
    assert (alpha.width, alpha.height, alpha.bands) == (200, 100, 1)
    inside, outside = alpha.crop(44, 24, 32, 32), alpha.crop(100, 0, 100, 100)
    assert inside.avg() > 250
    assert outside.avg() < 3
    # The edge of the coarse answer lies within three px of the true one.
    assert alpha.getpoint(83, 40)[0] < 40
    assert alpha.getpoint(77, 40)[0] > 215


def test_a_subject_is_the_box_around_its_matte(tmp_path: Path):
    models = matte_models(tmp_path)
    (subject,) = find(picture(), ["subject"], models)
    assert px(subject) == pytest.approx((40, 20, 40, 40), abs=4)
    grey = (Image.black(50, 50, bands=3) + 90).cast("uchar")
    assert find(grey, ["subject"], models) == ()


def test_an_output_may_be_named(tmp_path: Path):
    with pytest.raises(Invalid, match=r"matte\.onnx"):
        Eyes(matte_models(tmp_path, 'output = "z"')).matte(picture())
    assert Eyes(matte_models(tmp_path, 'output = "y"')).matte(picture()).max() > 250


# --- what is missing or wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "file"), [("cat", "objects.onnx"), ("subject", "subject.onnx")], ids=["objects", "subject"]
)
def test_what_is_missing_is_named(kind: str, file: str):
    assert not is_seen_by(kind, Models())
    with pytest.raises(Invalid, match=f"{file} is missing in the folder of SAFELIGHT_MODELS"):
        find(picture(), [kind], Models())


def test_a_matte_needs_its_model():
    with pytest.raises(Invalid, match=r"matte\.onnx is missing in the folder of SAFELIGHT_MODELS"):
        Eyes().matte(picture())


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"objects.txt": ""}, "cannot be used"),
        ({"objects.txt": "cat\ndog\nbird\n"}, "cannot be used"),
        ({"objects.toml": "size = 8"}, "`size` must be a whole number"),
        ({"objects.toml": 'layout = "v99"'}, "`layout` must be"),
        ({"objects.toml": "mean = [1]"}, "`mean` must be three numbers"),
        ({"objects.toml": "std = [0, 1, 1]"}, "`std` must be three numbers"),
        ({"objects.toml": 'score = "high"'}, "`score` must be a number"),
        ({"objects.toml": "bgr = 1"}, "`bgr` must be true or false"),
        ({"objects.toml": "size ="}, "it is no TOML"),
        ({"objects.onnx": b"no network at all"}, "objects.onnx of SAFELIGHT_MODELS cannot be used"),
    ],
)
def test_a_file_that_does_not_do_is_named(tmp_path: Path, files: dict[str, str], words: str):
    objects(tmp_path, v8())
    models = Models(onnx_files.write(tmp_path / "models", files))
    with pytest.raises(Invalid, match=words):
        find(picture(), ["cat"], models)


def test_names_of_classes_are_asked_for(tmp_path: Path):
    models = objects(tmp_path, v8())
    models.path("objects", ".txt").unlink()
    with pytest.raises(Invalid, match=r"objects\.txt is missing"):
        find(picture(), ["cat"], models)


def test_another_model_is_another_eye(tmp_path: Path):
    models = objects(tmp_path, v8())
    before = identity("cat", models)
    onnx_files.write(tmp_path / "models", {"objects.txt": "dog\ncat\n"})
    assert before
    assert identity("cat", models) not in {"", before}
    assert identity("face", models) == identity("eyes", Models())
