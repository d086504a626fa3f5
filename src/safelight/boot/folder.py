"""Claim: takes the data folder for one process tree, and refuses in one line what cannot work."""

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Generator
from pathlib import Path

from safelight.kernel.errors import Conflict, NotAvailable, SafelightError, StoreFull

# Counts changes of the folder's layout that an older release could not read. The database has its own revisions.
DATA_VERSION = 1
MIB = 1024 * 1024
FREE_BYTES_MIN = 128 * MIB
VERSION_CHARS_MAX = 20
FOLDER_MODE = 0o700


@contextlib.contextmanager
def claim(
    folder: Path, *, name: str = "up", is_shared: bool = False, free_bytes_min: int = FREE_BYTES_MIN
) -> Generator[Path]:
    """Make the folder if need be, check it, and hold it until the end; gives its absolute path.

    `up` holds it alone. The parts (`serve`, `work`) share it with each other, each kind once.
    """
    folder = folder.absolute()
    with contextlib.ExitStack() as held:
        with _in_words(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
            # The version is looked at first: nothing is written into the folder of a newer release.
            _check_version(folder)
            held.enter_context(_locked(folder, folder / "lock", is_shared=is_shared))
            if is_shared:
                held.enter_context(_locked(folder, folder / f"lock-{name}", is_shared=False))
            _check_space(folder, free_bytes_min)
            _write_version(folder)
        yield folder


def is_claimed(folder: Path) -> bool:
    """Whether a running `up` holds the folder."""
    try:
        with (folder / "lock").open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _check_version(folder: Path) -> None:
    path = folder / "version"
    if not path.exists():
        return
    with path.open() as file:
        text = file.read(VERSION_CHARS_MAX).strip()
    if not text.isdecimal():
        raise Conflict(f"The file {path} does not hold a version; is {folder} a data folder of Safelight?")
    if int(text) > DATA_VERSION:
        raise Conflict(
            f"The data folder {folder} belongs to a newer Safelight (its version is {int(text)}, this release knows "
            f"{DATA_VERSION}); use that release, or choose another folder with --data."
        )


def _check_space(folder: Path, free_bytes_min: int) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < free_bytes_min:
        raise _full(folder, f"{free_bytes // MIB} MiB free, {free_bytes_min // MIB} MiB are needed to start")


def _full(folder: Path, how: str) -> StoreFull:
    return StoreFull(f"The disk of {folder} is full ({how}); make room, or choose another folder with --data.")


def _write_version(folder: Path) -> None:
    """Written anew at each start: it also proves that the folder takes a file."""
    temporary = folder / "version.new"
    with temporary.open("w") as file:
        file.write(f"{DATA_VERSION}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / "version")


@contextlib.contextmanager
def _locked(folder: Path, path: Path, *, is_shared: bool) -> Generator[None]:
    # The kernel lets go of the lock when the process is gone, however that came; the file stays.
    with path.open("a+") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            pid = file.read(VERSION_CHARS_MAX).strip()
            who = f" (process {pid})" if pid.isdecimal() else ""
            raise Conflict(
                f"Another Safelight{who} is running on the data folder {folder}; stop it, or choose another folder "
                "with --data."
            ) from error
        file.truncate(0)
        if not is_shared:
            file.write(str(os.getpid()))
            file.flush()
        yield


@contextlib.contextmanager
def _in_words(folder: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise _words(error, folder) from error


def _words(error: OSError, folder: Path) -> SafelightError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return _full(folder, "it takes no more")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return NotAvailable(
            f"The data folder {folder} cannot be written by this user; change its rights, or choose another folder "
            "with --data."
        )
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return NotAvailable(f"The data folder {folder} is no folder; choose another with --data.")
    return NotAvailable(f"The data folder {folder} cannot be used: {error.strerror}; choose another with --data.")
