"""What is written stays written: the sync of a folder, and a small file that is there whole or not at all."""

import os
from pathlib import Path

from safelight.kernel.ids import new_id


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: what was made, renamed or deleted in it."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_whole(path: Path, data: bytes, *, mode: int = 0o644, replaces: bool = True) -> None:
    """Write a small file. Where `replaces` is False and another is there already, also a moment ago, that one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{new_id()}")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if replaces:
            temporary.replace(path)
        else:
            try:
                path.hardlink_to(temporary)
            except FileExistsError:
                return
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)
