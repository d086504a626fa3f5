"""Veiling: how others are masked in the pictures of copies, as the settings want it; and the check that nothing shows.

The check masks two pictures that differ in nothing but what is marked in them: what comes out must be one and the same.
"""

import asyncio
import struct
import tempfile
import zlib
from pathlib import Path

from safelight.boot.house import House
from safelight.derived.veil import REGION, Masks, VeilOthers, plan_of
from safelight.kernel.veiled import Covered, Veil
from safelight.privacy.selfcheck import Finding, Status, failed, passed
from safelight.render.model import Render
from safelight.render.pool import Darkroom
from safelight.settings import RenderSettings
from safelight.transform.plan import Encode, Plan

SIDE_PX = 48
MARKED = Covered(REGION, 8, 8, 16, 16)
SAME, OPEN = "what is marked can be told from a copy", "a copy is made without a look at what is in it"


def veil_of(rooms: House, render: Render, masks: str | None = None) -> Veil:
    """`masks`: other than the settings say."""
    wanted = Masks(masks or rooms.settings.privacy.export_masks)
    return VeilOthers(rooms.database, rooms.originals, render, wanted)


async def pictures_are_masked(rooms: House, said: Finding) -> Finding:
    """PP-49: `said` is what was found of words."""
    if said.status is not Status.PASS:
        return said
    if faults := await faults_of(rooms.settings.render):
        return failed("; ".join(faults))
    return passed(f"{said.evidence}; pictures of an archive: {rooms.settings.privacy.export_masks}, tried with one")


async def faults_of(settings: RenderSettings) -> list[str]:
    async with Darkroom(settings) as darkroom:
        return await faults_with(darkroom)


async def faults_with(render: Render) -> list[str]:
    """What can be seen of what is marked."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{shift}.png" for shift in range(2)]
        for shift, path in enumerate(paths):
            await asyncio.to_thread(path.write_bytes, planted(shift))
        masked = [await render.render(plan_of([MARKED], "png"), path, source_format="png") for path in paths]
        bare = [await render.render(Plan(encode=Encode(format="png")), path, source_format="png") for path in paths]
    faults = [] if masked[0].data == masked[1].data else [SAME]
    return faults if bare[0].data != bare[1].data else [*faults, OPEN]


def planted(shift: int) -> bytes:
    """A PNG with a chequered square; by `shift` its black and white change places, and its mean stays."""
    rows = [bytes(_grey(x, y, shift) for x in range(SIDE_PX)) for y in range(SIDE_PX)]
    head = struct.pack(">IIBBBBB", SIDE_PX, SIDE_PX, 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _grey(x: int, y: int, shift: int) -> int:
    inside = MARKED.left <= x < MARKED.left + MARKED.width and MARKED.top <= y < MARKED.top + MARKED.height
    return 255 * ((x // 4 + y // 4 + shift) % 2) if inside else 90


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
