"""The doctor says what this installation can see, and which of its files do not do."""

from pathlib import Path

import pytest

from safelight.cli.eyes import seen
from safelight.settings import RenderSettings
from tests.render.sight import onnx_files


def told(settings: RenderSettings) -> dict[str, tuple[str, str]]:
    return {name: (found, mend) for name, found, mend in seen(settings)}


def test_without_models_it_says_what_is_refused(tmp_path: Path):
    found = told(RenderSettings(tesseract=tmp_path / "nothing"))
    assert set(found) == {"faces", "objects", "subject", "matte", "text"}
    assert [name for name, (_, mend) in found.items() if mend] == ["text"]
    assert "cascades" in found["faces"][0]
    assert "e_background_removal" in found["matte"][0]


def test_models_that_are_there_are_opened(tmp_path: Path):
    files = {
        "matte.onnx": onnx_files.matte(32),
        "faces.onnx": b"no network at all",
        "objects.onnx": onnx_files.matte(32),
        "subject.onnx": onnx_files.matte(32),
        "subject.toml": "size =",
    }
    found = told(RenderSettings(models=onnx_files.write(tmp_path / "models", files)))
    assert found["matte"] == (f"by {tmp_path}/models/matte.onnx", "")
    assert {name for name, (_, mend) in found.items() if mend} == {"faces", "objects", "subject"}
    assert "objects.txt is missing" in found["objects"][0]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path):
    found = told(RenderSettings(models=tmp_path / "nowhere"))
    assert str(tmp_path / "nowhere") in found["models"][0]
    assert found["models"][1]


@pytest.mark.parametrize("classes", ["cat\ndog\n", "cat"])
def test_classes_are_counted(tmp_path: Path, classes: str):
    files = {"objects.onnx": onnx_files.matte(32), "objects.txt": classes}
    found = told(RenderSettings(models=onnx_files.write(tmp_path / "models", files)))
    assert found["objects"][0].startswith(f"{len(classes.split())} classes")
