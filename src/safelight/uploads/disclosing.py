"""Disclosing: what a file that came in tells of people and places beside what it shows; taken out where asked.

It is looked for on this machine, by reading the parts of the file that tell (render/private). Faces are counted, and
nobody is recognised.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from safelight.accounts.model import Cloud
from safelight.kernel.errors import Invalid, SafelightError
from safelight.kernel.media import Format, Kind, sniff
from safelight.render.model import Render
from safelight.render.private.model import TRACES_MAX, Flag
from safelight.render.private.telling import KIND as TELLS
from safelight.render.private.telling import READ, STRIPPED
from safelight.render.sight.reading import Reader
from safelight.settings import UploadSettings
from safelight.uploads.staging import Staged

KIND = "privacy"
"""By which word it is kept beside what else a picture told (assets/analyses.py)."""
METADATA, FACES, TEXT = "metadata", "faces", "text"
PIECE_BYTES = 1024 * 1024
NOT_LOOKED_INTO = "The file could not be looked into"
_FILL = re.compile(r"(?:[0-9a-f]{2}){1,8}")
"""What is repeated is a letter or two, or a sum of four bytes."""

Strip = tuple[int, int, bytes]
"""From where to where in the file, and what is repeated over it."""


@dataclass(frozen=True)
class Disclosed:
    """What a file tells; of what was taken out it tells no more."""

    flags: tuple[str, ...] = ()
    stripped: tuple[str, ...] = ()
    faces: int | None = None
    unchecked: Mapping[str, str] = field(default_factory=dict[str, str])
    """What was not looked for, and why."""

    def facts(self) -> dict[str, Any]:
        """As it is kept, and told."""
        told: dict[str, Any] = {"flags": list(self.flags)}
        told |= {"stripped": list(self.stripped)} if self.stripped else {}
        told |= {"faces": self.faces} if self.faces is not None else {}
        return {**told, "unchecked": dict(self.unchecked)}


@dataclass(frozen=True)
class Disclosing:
    """Looks, takes out, and looks again."""

    render: Render
    reader: Reader
    settings: UploadSettings

    async def __call__(self, cloud: Cloud, kind: Kind, staged: Staged, *, strips: bool) -> tuple[Staged, Disclosed]:
        """`strips`: what tells is written over before the file is stored. Raises Invalid where that cannot be done."""
        format = sniff(staged.head)
        if strips:
            staged, told = await self._stripped(cloud, kind, format, staged)
        else:
            told = await self._told(cloud, format, staged)
        return staged, await self._seen(cloud, format, staged, told)

    async def _told(self, cloud: Cloud, format: Format | None, staged: Staged) -> Disclosed:
        """What cannot be looked into is stored all the same, and the answer says so."""
        if format is None or format.name not in READ:
            return Disclosed(unchecked={METADATA: _not_read(format)})
        try:
            flags, _ = await self._look(cloud, format, staged)
        except SafelightError as error:
            return Disclosed(unchecked={METADATA: error.message})
        return Disclosed(flags)

    async def _stripped(
        self, cloud: Cloud, kind: Kind, format: Format | None, staged: Staged
    ) -> tuple[Staged, Disclosed]:
        if format is None or format.name not in STRIPPED:
            found = await self._told(cloud, format, staged)
            # Of what is no picture, film or sound nobody promises anything; of these it is either done or refused.
            if found.flags or (METADATA in found.unchecked and kind is not Kind.RAW):
                raise _cannot(format)
            return staged, found
        flags, strips = await self._look(cloud, format, staged)
        if not flags:
            return staged, Disclosed()
        staged = await asyncio.to_thread(_written_over, staged, strips)
        left, _ = await self._look(cloud, format, staged)
        if left:
            raise Invalid(
                f"metadata=strip_private: {', '.join(left)} cannot be taken out of this {format.name} file; "
                "upload it without that word, or as another format"
            )
        return staged, Disclosed(stripped=flags)

    async def _look(self, cloud: Cloud, format: Format, staged: Staged) -> tuple[tuple[str, ...], Sequence[Strip]]:
        facts = await self.render.analyse(staged.path, format=format.name, kinds=(TELLS,), tenant=cloud.id)
        return _checked(facts, staged.size_bytes)

    async def _seen(self, cloud: Cloud, format: Format | None, staged: Staged, told: Disclosed) -> Disclosed:
        """Faces and text, where the operator wants them looked for: each takes longer than all the rest."""
        flags, unchecked, faces = {*told.flags}, dict(told.unchecked), None
        is_picture = format is not None and format.kind is Kind.IMAGE and format.readable
        if format is None or not is_picture or not self.settings.flag_faces:
            unchecked[FACES] = "SAFELIGHT_UPLOAD_FLAG_FACES is off" if is_picture else "not a picture"
        else:
            faces = await self._faces(cloud, format, staged, unchecked)
            flags |= {FACES} if faces else set()
        if format is None or not is_picture or not self.settings.flag_text:
            unchecked[TEXT] = "SAFELIGHT_UPLOAD_FLAG_TEXT is off" if is_picture else "not a picture"
        elif self.reader.program is None:
            unchecked[TEXT] = Reader.missing().message
        elif await self._has_text(cloud, format, staged, unchecked):
            flags.add(TEXT)
        return Disclosed(tuple(sorted(flags)), told.stripped, faces, unchecked)

    async def _faces(self, cloud: Cloud, format: Format, staged: Staged, unchecked: dict[str, str]) -> int | None:
        try:
            found = await self.render.look(staged.path, format=format.name, kinds=("face",), tenant=cloud.id)
        except SafelightError as error:
            unchecked[FACES] = error.message
            return None
        return len(found)

    async def _has_text(self, cloud: Cloud, format: Format, staged: Staged, unchecked: dict[str, str]) -> bool:
        try:
            return bool(await self.reader.read(self.render, staged.path, format=format.name, tenant=cloud.id))
        except SafelightError as error:
            unchecked[TEXT] = error.message
            return False


def _not_read(format: Format | None) -> str:
    return f"files of the format {format.name} are not looked into" if format else "not a format that is known here"


def _cannot(format: Format | None) -> Invalid:
    what = f"a {format.name} file" if format else "this file"
    return Invalid(
        f"metadata=strip_private: what {what} tells cannot be taken out; upload {_list(STRIPPED)}, or without"
    )


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _checked(facts: Mapping[str, Any], size_bytes: int) -> tuple[tuple[str, ...], Sequence[Strip]]:
    """What a child said, each part of it looked at: it read what nobody trusts. Raises Invalid."""
    flags, strips = facts.get("flags"), facts.get("strips")
    if not isinstance(flags, list) or not isinstance(strips, list):
        raise Invalid(NOT_LOOKED_INTO)
    if len(cast("list[object]", flags)) > len(Flag) or len(cast("list[object]", strips)) > TRACES_MAX:
        raise Invalid(NOT_LOOKED_INTO)
    told = [str(flag)[:40] for flag in cast("list[object]", flags)]
    return tuple(told), [_strip(each, size_bytes) for each in cast("list[object]", strips)]


def _strip(said: object, size_bytes: int) -> Strip:
    match said:
        case [int(start), int(end), str(fill)] if 0 <= start <= end <= size_bytes and _FILL.fullmatch(fill):
            return start, end, bytes.fromhex(fill)
        case _:
            raise Invalid(NOT_LOOKED_INTO)


def _written_over(staged: Staged, strips: Sequence[Strip]) -> Staged:
    """The same file with other bytes in these places; it is ours alone until the store takes it."""
    with staged.path.open("r+b") as file:
        for start, end, fill in strips:
            file.seek(start)
            for at in range(start, end, PIECE_BYTES):
                size = min(PIECE_BYTES, end - at)
                shift = (at - start) % len(fill)
                file.write((fill * (size // len(fill) + 2))[shift : shift + size])
    with staged.path.open("rb") as file:
        head = file.read(len(staged.head))
        file.seek(0)
        md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    return Staged(staged.path, staged.size_bytes, md5, head)
