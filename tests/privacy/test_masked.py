"""A copy tells of its subject and of nobody else: what is masked stands in the manifest, with why."""

import io
import json
import zipfile
from dataclasses import replace

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.kernel.clock import StillClock
from safelight.mail import correspondence
from safelight.mail.correspondence import Direction, Message
from safelight.people import roster
from safelight.ports.database import Database
from safelight.privacy.masked import Masking
from tests.privacy import filling
from tests.privacy.test_erase import KEYS
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
