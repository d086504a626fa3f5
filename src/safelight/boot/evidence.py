"""Evidence: the ledger and what is signed of it, put together for HTTP, for jobs and for the shell."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from safelight.boot.house import House
from safelight.ports.database import Database
from safelight.ports.queue import Handler
from safelight.privacy.checkpoint import Checkpoints
from safelight.privacy.receipts import Receipts
from safelight.privacy.signing import Signer
from safelight.web.privacy.ledger import LedgerDoor


def signer_of(rooms: House) -> Signer:
    """Who signs in the name of this installation: the ledger, the policy, reports."""
    return Signer(rooms.keys.store, f"{urlsplit(rooms.base_url).netloc}/ledger")


def checkpoints_of(rooms: House) -> Checkpoints:
    return Checkpoints(rooms.database, rooms.clock, signer_of(rooms))


def receipts_of(rooms: House) -> Receipts:
    return Receipts(checkpoints_of(rooms), rooms.base_url)


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    return LedgerDoor(database, checkpoints_of(rooms)).routes()


def handlers(rooms: House) -> Sequence[Handler]:
    return [checkpoints_of(rooms).sign_ledger]
