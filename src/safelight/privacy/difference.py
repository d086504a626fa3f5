"""Difference: what one archive has and another has not: records and files, in constant memory for each kind."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safelight.privacy.opened import Opened

LINE_BYTES_MAX = 64 * 1024 * 1024
MARK_BYTES = 16
MEDIA = "media/"
DATA = "data/"


@dataclass(frozen=True)
class Differing:
    """A kind of records, or the files: how many are only here, and only there."""

    what: str
    only_first: int
    only_second: int

    def row(self) -> dict[str, Any]:
        return {"what": self.what, "only_first": self.only_first, "only_second": self.only_second}


def differences(first: Path, second: Path) -> list[Differing]:
    """None where both say the same; who made them, and when, is no difference. Raises Invalid."""
    with Opened(first) as one, Opened(second) as other:
        here, there = _digests(one.manifest()), _digests(other.manifest())
        names = sorted({name for name in (*here, *there) if name.startswith(DATA)})
        found = [_records(one, other, name) for name in names if here.get(name) != there.get(name)]
        found.append(_files(here, there))
    return [each for each in found if each.only_first or each.only_second]


def _digests(manifest: Mapping[str, Any]) -> dict[str, str]:
    return {each["path"]: each["sha256"] for each in manifest["files"]}


def _records(one: Opened, other: Opened, name: str) -> Differing:
    """Of each record only a mark is held."""
    here = Counter(_marks(one, name))
    here.subtract(_marks(other, name))
    counts = here.values()
    what = name.removeprefix(DATA).removesuffix(".jsonl")
    return Differing(what, sum(each for each in counts if each > 0), -sum(each for each in counts if each < 0))


def _marks(archive: Opened, name: str) -> Iterator[bytes]:
    for line in archive.lines(name, LINE_BYTES_MAX):
        yield hashlib.blake2b(line, digest_size=MARK_BYTES).digest()


def _files(here: Mapping[str, str], there: Mapping[str, str]) -> Differing:
    mine, others = ({each for each in said.items() if each[0].startswith(MEDIA)} for said in (here, there))
    return Differing("files", len(mine - others), len(others - mine))
