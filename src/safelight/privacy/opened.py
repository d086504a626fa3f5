"""Opened: an archive that was written by an export, of one volume or of several, for who reads in it."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, Self

from safelight.kernel.errors import Invalid
from safelight.privacy.archive import FORMAT, VERSION
from safelight.privacy.volumes import volumes_beside


class Opened:
    """A name leads to the volume that has it. Raises Invalid for what is none of ours."""

    def __init__(self, path: Path) -> None:
        self._stack = ExitStack()
        self._where: dict[str, zipfile.ZipFile] = {}
        try:
            for each in volumes_beside(path):
                volume = self._stack.enter_context(zipfile.ZipFile(each))
                self._where |= dict.fromkeys(volume.namelist(), volume)
        except (OSError, zipfile.BadZipFile) as error:
            self._stack.close()
            raise Invalid(f"{path.name} cannot be read as an archive.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __contains__(self, name: str) -> bool:
        return name in self._where

    def open(self, name: str) -> IO[bytes]:
        if name not in self._where:
            raise Invalid(f"The archive lacks {name}.")
        return self._where[name].open(name)

    def manifest(self) -> Mapping[str, Any]:
        """What is in it, by its own word."""
        if "manifest.json" not in self._where:
            raise Invalid("This archive has no manifest: it is none of `safelight privacy export`, or its last volume "
                          "is not beside it.")  # fmt: skip
        try:
            with self.open("manifest.json") as file:
                manifest: dict[str, Any] = json.load(file)
        except ValueError as error:
            raise Invalid("The manifest of this archive cannot be read.") from error
        if (manifest.get("format"), manifest.get("version")) != (FORMAT, VERSION):
            raise Invalid(f"This archive is not of the format {FORMAT} {VERSION}.")
        return manifest

    def lines(self, name: str, bytes_max: int) -> Iterator[bytes]:
        """Of a file of records; none where there is no such file."""
        if name in self._where:
            with self.open(name) as file:
                while line := file.readline(bytes_max):
                    yield line
