"""What tests of requests share: the engine on a real database, with letters that lie in their table."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.boot.choosing import KEPT
from safelight.kernel.clock import StillClock
from safelight.mail.marks import mark_of
from safelight.mail.message import Sender, sender_of
from safelight.people.subjects import freeze
from safelight.ports.database import Database, Session
from safelight.privacy import deadlines, policy_read
from safelight.privacy.answering import Answering
from safelight.privacy.choices import Choices
from safelight.privacy.disclosures import Disclosures
from safelight.privacy.erase import Erase
from safelight.privacy.looking import Looking
from safelight.privacy.policy import Controller
from safelight.privacy.request import Channel, Kind, Request
from safelight.privacy.requests import Requests
from safelight.privacy.telling import Tell
from safelight.privacy.tending import Tend
from safelight.worker.requesting import Requesting
from tests.privacy.evidence import receipts_of
from tests.privacy.test_erase import KEYS, keepers_with
from tests.privacy.test_export import export_with

BASE = "https://media.example.com"
SENDER = sender_of("letters@example.com", name="Example", bounces="bounces@example.com")
CONTROLLER = Controller("Example Ltd", "1 Way", "privacy@example.com", authority="BfDI", authority_url="https://bfdi")


def tend_with(database: Database, clock: StillClock) -> Tend:
    blobs = MemoryBlobs()
    keepers = keepers_with(blobs)
    looking = Looking(database, keepers, clock, {})
    erase = Erase(database, keepers, KEYS, clock, freeze, lambda tables: {}, looking, receipts_of(database, clock))
    sender = Sender("Example", "letters@media.example.com", "letters@media.example.com")
    page, owners = f"{BASE}/privacy/request", f"{BASE}/account/reports"
    policy = policy_read.shipped()
    choices = Choices(database, clock, KEPT, erase.receipts, policy)
    others = Requesting(database, KEYS, clock, "media.example.com", sender, page, owners, choices, {}).others
    disclosures = Disclosures(database, clock, policy, lambda address: mark_of(KEYS, address))
    tell = Tell(policy, keepers, disclosures.shine)
    return Tend(
        database,
        clock,
        Requests(KEYS, deadlines.shipped(), others, export_with(database, clock, blobs), erase, tell, BASE),
    )


def answering_with(tend: Tend, controller: Controller = CONTROLLER) -> Answering:
    return Answering(tend.requests, controller)


async def ask(tend: Tend, email: str, kind: Kind = Kind.ACCESS, **more: Any) -> Request:
    async with tend.database.transaction() as session:
        words = {"channel": Channel.WEB, "now": tend.clock.now(), **more}
        return await tend.requests.open(session, kind=kind, email=email, **words)


async def letters(session: Session) -> list[tuple[str, str, Mapping[str, str]]]:
    """Template, address and facts of each, in the order in which they were written."""
    rows = await session.fetch(text("SELECT template, address, facts FROM letters ORDER BY id"))
    return [(row["template"], row["address"], row["facts"]) for row in rows]


async def newest_key(tend: Tend) -> str:
    """The secret of the link in the newest letter."""
    async with tend.database.transaction() as session:
        return (await letters(session))[-1][2]["link"].partition("key=")[2]


async def prove(tend: Tend) -> Request:
    key = await newest_key(tend)
    async with tend.database.transaction() as session:
        return await tend.requests.prove(session, key, now=tend.clock.now())


async def get(tend: Tend, request: Request) -> Request:
    async with tend.database.transaction() as session:
        return replace(await tend.requests.get(session, request.id))
