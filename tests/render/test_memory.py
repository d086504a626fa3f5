"""A photo of a hundred megapixels flows through a child, and never lies there: three hundred megabytes at most."""

import asyncio
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvips
import uvloop

from safelight.render import process, reduced
from safelight.render.effect import vocabulary
from safelight.render.message import Message
from safelight.render.model import Job, ProbeJob, RenderJob
from safelight.settings import RenderSettings
from safelight.transform.parse import parse
from tests.pictures import scene

MIB = 1024 * 1024
SIDE_PX = 10_000
PEAK_MIB_MAX = 300
# What a decoder keeps of a picture whose pixels come in several rounds: all coefficients, all pixels.
ROUNDS_BYTES_EACH_PX = 3
SIZE = "c_fill,w_500,h_400,f_jpg,q_80"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The same photo in each format, made when it is first asked for."""
    folder = tmp_path_factory.mktemp("large")
    yield folder
    for path in folder.iterdir():
        path.unlink()


WAYS: dict[str, dict[str, object]] = {
    "baseline.jpg": {"Q": 85},
    "progressive.jpg": {"Q": 85, "interlace": True},
    "plain.png": {"compression": 1},
    "interlaced.png": {"compression": 1, "interlace": True},
    "photo.webp": {"Q": 60, "effort": 0},
    "strips.tif": {"compression": "lzw"},
    "tiles.tif": {"compression": "jpeg", "tile": True},
}


def made(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.exists():
        small = scene(1000, 1000).tobytes()
        one = pyvips.Image.new_from_memory(small, 1000, 1000, 3, "uchar").copy(interpretation="srgb")
        one.replicate(SIDE_PX // 1000, SIDE_PX // 1000).write_to_file(str(path), **WAYS[name])
    return path


def peak_mib(jobs: list[Job], path: Path) -> float:
    """The largest resident size of a child that did these jobs, from the kernel's own books."""

    async def work() -> float:
        settings = RenderSettings()
        child = await process.start(settings)
        try:
            with path.open("rb") as file:
                for job in jobs:
                    answer: Message = await child.do(pickle.dumps(job), [file.fileno()], settings.output_bytes_max)
                    assert "error" not in answer.head, answer.head
            return resident_mib_max(child.process.pid)
        finally:
            await child.end()

    return uvloop.run(asyncio.wait_for(work(), 120))


def resident_mib_max(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def jobs_of(name: str) -> list[Job]:
    """What happens to a photo that is uploaded and shown: it is looked at, and made small."""
    format = name.rpartition(".")[2]
    size = RenderJob(parse(SIZE, vocabulary()), format)
    return [ProbeJob(format), RenderJob(reduced.plan_of(1536), format), size]


@pytest.mark.parametrize("name", ["baseline.jpg", "plain.png", "photo.webp", "strips.tif", "tiles.tif"])
def test_a_large_photo_flows_through(large: Path, name: str):
    assert peak_mib(jobs_of(name), made(large, name)) < PEAK_MIB_MAX


@pytest.mark.parametrize("name", ["progressive.jpg", "interlaced.png"])
def test_what_comes_in_rounds_is_kept_once(large: Path, name: str):
    """Its last byte may change its first pixel. Nothing of ours is kept beside what the decoder keeps."""
    kept = SIDE_PX * SIDE_PX * ROUNDS_BYTES_EACH_PX / MIB
    assert peak_mib(jobs_of(name), made(large, name)) < kept + 150
