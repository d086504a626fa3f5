"""Models: the files of an operator that let us see more: which are there, what they say of themselves, their networks.

A folder of fixed names, `SAFELIGHT_MODELS`. Beside `faces.onnx` may lie `faces.toml` with what differs from the usual;
beside `objects.onnx` lies `objects.txt`, the names of its classes. See docs/how-to/models.md.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safelight.kernel.errors import Invalid

if TYPE_CHECKING:
    import cv2

VARIABLE = "SAFELIGHT_MODELS"
NAMES = ("faces", "objects", "subject", "matte")
"""What each `<name>.onnx` of the folder is for."""

DESCRIPTION_BYTES_MAX = 64 * 1024
CLASSES_MAX = 10_000
_READ_BYTES = 1024 * 1024
_KEPT_MAX = len(NAMES)

_FOR = {
    "faces": "faces",
    "objects": "objects",
    "subject": "the subject of a picture",
    "matte": "what is background",
}


@dataclass(frozen=True)
class Models:
    """The folder; None: there is none, and only what comes with OpenCV is there."""

    folder: Path | None = None

    def has(self, name: str) -> bool:
        return self.folder is not None and self.path(name).is_file()

    def path(self, name: str, suffix: str = ".onnx") -> Path:
        return (self.folder or Path()) / (name + suffix)

    def network(self, name: str) -> "cv2.dnn.Net":
        """The network of a file; kept, for to open it takes longer than to use it. Raises Invalid without one."""
        if not self.has(name):
            raise missing(name)
        path = self.path(name)
        return _opened(path, path.stat().st_mtime_ns)

    def description(self, name: str) -> Mapping[str, Any]:
        """What `<name>.toml` says; empty where there is none."""
        path = self.path(name, ".toml")
        if self.folder is None or not path.is_file():
            return {}
        try:
            if path.stat().st_size > DESCRIPTION_BYTES_MAX:
                raise _broken(path, f"it is larger than {DESCRIPTION_BYTES_MAX} bytes")
            return tomllib.loads(path.read_text())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise _broken(path, "it is no TOML") from error

    def classes(self) -> tuple[str, ...]:
        """The names of what the objects' network tells apart, one a line, in its order."""
        path = self.path("objects", ".txt")
        if not path.is_file():
            raise Invalid(f"Objects cannot be looked for: objects.txt is missing in the folder of {VARIABLE}.")
        lines = path.read_text(errors="replace").splitlines()[:CLASSES_MAX]
        return tuple(line.strip().lower().replace(" ", "_") for line in lines)

    def identity(self, name: str) -> str:
        """Which file it is, by its bytes and those that describe it; empty where there is none."""
        if not self.has(name):
            return ""
        files = (self.path(name), self.path(name, ".toml"), self.path(name, ".txt"))
        return "-".join(_digest(path, path.stat().st_mtime_ns)[:16] for path in files if path.is_file())


NONE = Models()


def missing(name: str) -> Invalid:
    """The words for a file that is not there."""
    return Invalid(f"This installation cannot see {_FOR[name]}: {name}.onnx is missing in the folder of {VARIABLE}.")


def unusable(name: str, reason: str) -> Invalid:
    """The words for a file that is there and does not do; the reason is for the log."""
    return Invalid(f"The model {name}.onnx of {VARIABLE} cannot be used: see the page on models.", reason=reason)


def _broken(path: Path, why: str) -> Invalid:
    return Invalid(f"The file {path.name} of {VARIABLE} cannot be read: {why}.")


@lru_cache(maxsize=_KEPT_MAX)
def _opened(path: Path, _changed_ns: int) -> "cv2.dnn.Net":
    import cv2

    cv2.setNumThreads(1)
    try:
        net = cv2.dnn.readNetFromONNX(str(path))
    except cv2.error as error:
        raise unusable(path.stem, str(error)) from error
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    return net


@lru_cache(maxsize=64)
def _digest(path: Path, _changed_ns: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
