"""Folders of a local store: made durable, emptied and taken away, while others do the same."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from safelight.adapters.durable import sync_folder


def make_folder(folder: Path) -> None:
    """Make it with all above it, durable when it returns."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in (folder, *folder.parents):
        with suppress(PermissionError):  # a folder that we may not read is not one that we have made
            sync_folder(each)


def sync_upwards(folder: Path, root: Path) -> None:
    """Sync `folder` and all above it up to `root`.

    All, because another process may have made one of them a moment ago and not have synced it yet. One that is gone
    was emptied by a later delete.
    """
    while folder.is_relative_to(root):
        with suppress(FileNotFoundError):
            sync_folder(folder)
        folder = folder.parent


def prune(folder: Path, root: Path) -> Path:
    """Take empty folders away, upwards; the first that stays."""
    while folder != root:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:
            break
        folder = folder.parent
    return folder


def prune_durably(folder: Path, root: Path) -> None:
    """The same, and what is deleted stays deleted."""
    with suppress(FileNotFoundError, NotADirectoryError):
        sync_folder(prune(folder, root))


def empty_folder(folder: Path) -> int:
    """Delete all files below it and the folders that are empty then; how many files."""
    count = 0
    for current, _, names in os.walk(folder, topdown=False, onerror=_tell_unless_gone):
        for name in names:
            with suppress(FileNotFoundError):
                Path(current, name).unlink()
                count += 1
        try:
            Path(current).rmdir()
        except FileNotFoundError:
            continue
        except OSError:  # a put has filled it again: its file shall stay
            with suppress(FileNotFoundError):
                sync_folder(Path(current))
    return count


def entries(folder: Path) -> Iterator[tuple[str, int | None]]:
    """Name and size of each file, name and None of each folder; names with a leading dot are not stored files."""
    try:
        with os.scandir(folder) as found:
            for entry in found:
                with suppress(FileNotFoundError):
                    if not entry.name.startswith("."):
                        yield entry.name, None if entry.is_dir() else entry.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return


def _tell_unless_gone(error: OSError) -> None:
    """os.walk passes over what it cannot read; an erasure must not."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error
