"""The same eyes inside of a real, confined child: models are read there, and answers come back."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from safelight.kernel.errors import Invalid
from safelight.render.darkroom import Darkroom
from safelight.render.effect import vocabulary
from safelight.settings import RenderSettings
from safelight.transform.parse import parse
from tests.pictures import encoded
from tests.render.sight import onnx_files


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(Image.fromarray(data.astronaut()), "JPEG"))
    return path


async def test_faces_are_seen_behind_the_sandbox(photo: Path):
    async with Darkroom(RenderSettings(children=1)) as darkroom:
        (face,) = await darkroom.look(photo, format="jpg", kinds=["face"])
        assert (face.kind, round(face.x, 1), round(face.y, 1)) == ("face", 0.3, 0.1)
        with pytest.raises(Invalid, match=r"objects\.onnx is missing"):
            await darkroom.look(photo, format="jpg", kinds=["face", "cat"])
        with pytest.raises(Invalid, match="Invalid image file"):
            await darkroom.look(Path(__file__), format="jpg", kinds=["face"])


async def test_models_of_a_folder_are_read_behind_the_sandbox(photo: Path, tmp_path: Path):
    table = np.zeros((1, 5, 2), np.float32)
    table[0, :, 0] = [32, 32, 16, 16, 0.9]
    files = {
        "objects.onnx": onnx_files.constant(64, {"y": table}),
        "objects.txt": "cat",
        "objects.toml": "size = 64",
        "matte.onnx": onnx_files.matte(64),
        "matte.toml": "size = 64",
    }
    settings = RenderSettings(children=1, models=onnx_files.write(tmp_path / "models", files))
    async with Darkroom(settings) as darkroom:
        (cat,) = await darkroom.look(photo, format="jpg", kinds=["cat"])
        assert (cat.x, cat.y, cat.width, cat.height) == pytest.approx((0.375, 0.375, 0.25, 0.25), abs=0.001)
        plan = parse("e_background_removal/w_64,h_64/f_png", vocabulary())
        made = await darkroom.render(plan, photo, source_format="jpg")
    (tmp_path / "made.png").write_bytes(made.data)
    alpha = np.asarray(Image.open(tmp_path / "made.png"))[:, :, 3]
    # The suit is orange, the wall behind it is grey.
    assert alpha[40, 24] > 150
    assert alpha[10, 45] < 90
