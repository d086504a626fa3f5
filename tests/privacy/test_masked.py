"""A copy tells of its subject and of nobody else: what is masked stands in the manifest, with why."""

import asyncio
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.assets.originals import version_prefix
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Item
from safelight.kernel.veiled import Covered, Veiled
from safelight.mail import correspondence
from safelight.mail.correspondence import Direction, Message
from safelight.people import roster
from safelight.ports.database import Database
from safelight.privacy.masked import Masking
from safelight.privacy.restore import Restore
from tests.privacy import filling
from tests.privacy.test_erase import KEYS, chunks_of, keepers_with
from tests.privacy.test_export import export_with, into

WORDS = "I am canaryann-users-name. Ask bob@elsewhere.example, +43 1 234 56 78, or canarybob-users-name; me at {email}."
KEPT = (
    "I am canaryann-users-name. Ask [address of another person], [phone of another person], "
    "or [name of another person]; me at {email}."
)


async def test_in_threads_others_are_masked_and_ones_own_stays(database: Database, clock: StillClock):
    ann, bob = filling.somebody("canaryann"), filling.somebody("canarybob")
    async with database.transaction() as session:
        subject = await filling.fill(session, ann, KEYS, clock.now())
        await filling.fill(session, bob, KEYS, clock.now())
        words = WORDS.format(email=ann.email)
        message = Message("m1", "case", "SL-2026-000001", Direction.IN, "question", ann.email, "hi", words, clock.now())
        await correspondence.keep(session, KEYS, message)
    export = export_with(database, clock, MemoryBlobs())
    export = replace(export, archive=replace(export.archive, masking=Masking(roster.names_with)))
    file = io.BytesIO()
    await export.write(subject, into(file))
    opened = zipfile.ZipFile(file)
    lines = [json.loads(line) for line in opened.read("data/mail/messages.jsonl").splitlines()]
    assert {each["text"] for each in lines} == {"I am canaryann", KEPT.format(email=ann.email)}
    assert {each["address"] for each in lines} == {ann.email}
    redactions = json.loads(opened.read("manifest.json"))["redactions"]
    told = {each["kind"]: each["count"] for each in redactions if each["path"] == "data/mail/messages.jsonl"}
    assert told == {"address": 1, "name": 1, "phone": 1}
    assert {each["reason"] for each in redactions} == {"others"}
    everything = b"".join(opened.read(name) for name in opened.namelist())
    assert b"bob@elsewhere.example" not in everything
    assert b"canarybob" not in everything


COPY = b"a copy in which nobody can be seen"
SHA = "5" * 64


@pytest.mark.parametrize(
    ("veiled", "there", "told"),
    [
        (
            Veiled(SHA, (Covered("region", 1, 2, 3, 4), Covered("face", 5, 6, 7, 8)), "png", COPY),
            COPY,
            [{"kind": "region", "region": [1, 2, 3, 4]}, {"kind": "face", "region": [5, 6, 7, 8]}],
        ),
        (Veiled(SHA, why_not="It moves."), None, [{"kind": "file", "why": "It moves."}]),
    ],
)
async def test_of_a_picture_that_shows_others_a_copy_is_handed_out_or_none(
    database: Database, clock: StillClock, tmp_path, veiled: Veiled, there: bytes | None, told: list[dict[str, object]]
):
    async def veil(item: Item) -> Veiled | None:
        return veiled if item.sheet == "assets" else None

    ann, blobs = filling.somebody("canaryann"), MemoryBlobs()
    async with database.transaction() as session:
        subject = await filling.fill(session, ann, KEYS, clock.now())
    await blobs.put(version_prefix(ann.cloud_id, ann.version_id) + "original", chunks_of(b"x"))
    export = export_with(database, clock, blobs)
    export = replace(export, archive=replace(export.archive, veil=veil))
    file = io.BytesIO()
    tally = await export.write(subject, into(file))
    assert tally.is_complete
    opened = zipfile.ZipFile(file)
    manifest = json.loads(opened.read("manifest.json"))
    [path] = {each["path"] for each in manifest["redactions"]}
    shown = {"path": path, "reason": "others", "original_sha256": SHA}
    assert manifest["redactions"] == [{**shown, **each} for each in told]
    files = {each["path"]: each for each in manifest["files"]}
    assert (path in opened.namelist()) is (path in files) is (there is not None)
    if there is not None:
        about = json.loads(opened.read(f"{path}.json"))
        assert (opened.read(path), path.endswith(".png")) == (there, True)
        assert files[path]["sha256"] == about["sha256"] == hashlib.sha256(there).hexdigest()
        assert about["contentSize"] == len(there)
    # What was masked is not what was stored: nobody takes it in as if it were.
    archive = tmp_path / "masked.zip"
    await asyncio.to_thread(archive.write_bytes, file.getvalue())
    with pytest.raises(Invalid, match="--mask none"):
        await Restore(database, keepers_with(blobs), blobs)(archive)
