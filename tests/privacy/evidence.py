"""What the tests of evidence share: a ledger with some lines, and who signs it."""

from collections.abc import Sequence
from datetime import timedelta

from safelight.adapters.keys.local import LocalKeys
from safelight.kernel.clock import StillClock
from safelight.ports.database import Database, Session
from safelight.privacy import ledger
from safelight.privacy.checkpoint import Checkpoints
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.note import Verifier
from safelight.privacy.receipts import Receipts
from safelight.privacy.signing import Signer

NAME = "media.example.com/ledger"
KEYS = LocalKeys(b"k" * 32)


def checkpoints_of(database: Database, clock: StillClock) -> Checkpoints:
    return Checkpoints(database, clock, Signer(KEYS, NAME))


def receipts_of(database: Database, clock: StillClock) -> Receipts:
    return Receipts(checkpoints_of(database, clock), "https://media.example.com")


async def write(session: Session, clock: StillClock, count: int) -> None:
    for number in range(count):
        await ledger.append(session, Entry(EntryType.SELFCHECK, clock.now(), "PP-53", counts={"number": number}))
        clock.advance(timedelta(seconds=1))


async def verifiers(checkpoints: Checkpoints, session: Session) -> Sequence[Verifier]:
    return [each.verifier for each in await checkpoints.signer.verifiers(session)]
