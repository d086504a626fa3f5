"""(5) Memory: the most that any process has at once while a photo of 100 megapixels is made small, format by format.

What is counted is the largest resident size that the kernel noted for one process (VmHWM), which is set back before
each format; children that come and go meanwhile are looked at many times a second.
"""

import threading
from pathlib import Path
from typing import Any

import psutil

from bench.asking import Caller
from bench.figures import Aim, Figure
from bench.measure import Spread, role_of, tree
from bench.pace import Pace
from bench.photos import enlarged
from bench.started import started
from tests.installation import Installation

SIDE = 10_000
AIM = Aim(300, is_most=True, unit=" MiB")
LOOK_SECONDS = 0.02
SIZES = (500, 640)
WRITTEN: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG, baseline": ("jpg", {"Q": 85}),
    "JPEG, progressive": ("jpg", {"Q": 85, "interlace": True}),
    "PNG": ("png", {"compression": 1}),
    "TIFF": ("tif", {"compression": "lzw", "predictor": "horizontal", "tile": True}),
    "WebP": ("webp", {"Q": 80, "effort": 0}),
    "AVIF": ("avif", {"Q": 50, "effort": 0, "compression": "av1"}),
}
LACKING = {"HEIC": "nothing here writes one of this size"}


class Watch:
    """The largest that each process was, by what it is for."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.largest: dict[str, float] = {}

    def __enter__(self) -> "Watch":
        for process in tree(self._pid):
            set_back(process.pid)
        self._thread.start()
        return self

    def __exit__(self, *how: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(LOOK_SECONDS):
            for process in tree(self._pid):
                try:
                    status = Path(f"/proc/{process.pid}/status").read_text()
                    role = role_of(process)
                except (OSError, psutil.Error):
                    continue
                found = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
                self.largest[role] = max(self.largest.get(role, 0), found / 1024)


def set_back(pid: int) -> None:
    """The kernel begins anew to note how large a process was (proc(5), clear_refs)."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        return


def run(folder: Path, pace: Pace) -> list[Figure]:
    picture = enlarged("coffee", SIDE, SIDE).copy_memory()
    figures: list[Figure] = []
    environment = {
        "SAFELIGHT_UPLOAD_IMAGE_BYTES_MAX": str(1 << 30),
        "SAFELIGHT_RENDER_SECONDS_MAX": "120",
    }
    with started(folder / "memory", **environment) as safelight:
        for label, (suffix, options) in WRITTEN.items():
            data = bytes(picture.write_to_buffer(f".{suffix}", **options))
            figures.append(_one(safelight, label, data))
    figures += [
        Figure("memory", f"peak memory, {label}, 100 megapixels", aim=AIM, lacking=why)
        for label, why in LACKING.items()
    ]
    return figures


def _one(safelight: Installation, label: str, data: bytes) -> Figure:
    assert safelight.process is not None
    name = label.lower().replace(", ", "-")
    caller = Caller(safelight.port)
    with Watch(safelight.process.pid) as taken_in:
        sent = caller.upload(safelight, name, data)
    work = f"peak memory, {label}, 100 megapixels ({len(data) / 1e6:.0f} MB)"
    if sent.status != 200:
        return Figure("memory", work, aim=AIM, lacking=sent.body.decode(errors="replace")[:200])
    with Watch(safelight.process.pid) as made:
        answers = [caller.get(f"/{safelight.cloud}/image/upload/c_fit,w_{px},h_{px}/{name}.jpg") for px in SIZES]
    caller.close()
    wrong = [answer.status for answer in answers if answer.status != 200]
    if wrong:
        return Figure("memory", work, aim=AIM, lacking=f"answered with {wrong}")
    worst = max(made.largest.get("render child", 0), taken_in.largest.get("render child", 0))
    web = max(made.largest.get("web", 0), taken_in.largest.get("web", 0))
    return Figure(
        "memory",
        work,
        aim=AIM,
        value=Spread(worst, worst, worst),
        ours=f"{worst:.0f} MiB",
        beside=f"web process {web:.0f} MiB; {answers[0].seconds:.1f} s",
        numbers={"upload": taken_in.largest, "derive": made.largest},
    )
