"""Receipt: what somebody gets of what was done for them, and can check without us, with `verify.py` alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import rfc8785

from safelight.ports.database import Session
from safelight.privacy import ledger, merkle, store_ledger
from safelight.privacy.checkpoint import Checkpoints, Roster, checkpoint_of
from safelight.privacy.entry import Entry, EntryType, commitment_of
from safelight.privacy.note import is_signed

FORMAT, VERSION = "safelight-receipt", 1
LIMITS = (
    "This proves that the installation recorded these acts at these times, and what it found when it looked. "
    "It cannot prove that no copy exists outside of the stores that are named."
)


@dataclass(frozen=True)
class Probed:
    """A store that was looked through afterwards."""

    name: str
    at: datetime
    result: str


@dataclass(frozen=True)
class Kept:
    """What was not erased, on which ground, and until when."""

    what: str
    ground: str
    until: date | None = None


@dataclass(frozen=True)
class Claims:
    """What a receipt says was done: `erasure`, `access`, `optout`, `consent`, `policy_ack`, `termination`."""

    type: str
    case: str = ""
    stores: Sequence[Probed] = ()
    kept: Sequence[Kept] = ()
    backup_clear_by: date | None = None
    more: dict[str, int] = field(default_factory=dict[str, int])
    """Numbers: how many files, how many bytes."""


@dataclass(frozen=True)
class Receipts:
    checkpoints: Checkpoints
    base_url: str

    async def issue(
        self,
        transaction: Session,
        claims: Claims,
        *,
        subject: str,
        as_entry: EntryType,
        clause: str,
        entries: Sequence[int] = (),
        salt: bytes | None = None,
    ) -> bytes:
        """Write the last line, sign the ledger, and put all of it into one file.

        `entries` are the lines that were written before, about the same subject; `salt` is theirs, for when it was
        destroyed in between. Then the receipt is the only place that has it, and says that nobody else does.
        """
        now = self.checkpoints.clock.now()
        said = plain(claims, now)
        known = salt or await ledger.salt_of(transaction, subject)
        line = Entry(as_entry, now, clause, subject, salt=known, counts=claims.more, detail=rfc8785.dumps(said))
        mine = [*entries, await ledger.append(transaction, line)]
        return await self._file(transaction, said, subject, known, mine, await self.checkpoints.make(transaction))

    async def prove(self, transaction: Session, claims: Claims, at: datetime, *, subject: str, line: int) -> bytes:
        """Of what was written before, as `plain(claims, at)` in that line: as often as somebody asks for it."""
        known = await ledger.salt_of(transaction, subject)
        signed = await self.checkpoints.newest(transaction)
        [newest] = [each for each in await self.checkpoints.signer.verifiers(transaction) if each.retired_at is None]
        if checkpoint_of(signed).size <= line or not is_signed(signed, [newest.verifier]):
            signed = await self.checkpoints.make(transaction)
        return await self._file(transaction, plain(claims, at), subject, known, [line], signed)

    async def _file(
        self, transaction: Session, said: dict[str, Any], subject: str, known: bytes, mine: Sequence[int], signed: str
    ) -> bytes:
        size, commitment = checkpoint_of(signed).size, commitment_of(subject, known)
        [newest] = [each for each in await self.checkpoints.signer.verifiers(transaction) if each.retired_at is None]
        receipt: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "claims": said,
            "subject_id_hint": subject,
            "salt": known.hex(),
            "entries": [await _proved(transaction, row, size) for row in await _lines(transaction, mine)],
            "checkpoint": signed,
            "key": str(newest.verifier),
            "verifier": f"{self.base_url}/.well-known/safelight-ledger/verify.py",
            "limits": LIMITS,
        }
        listed = Roster(await store_ledger.commitments(transaction))
        if bytes.fromhex(commitment) not in listed.commitments:
            receipt["non_inclusion"] = {"neighbours": listed.absence(bytes.fromhex(commitment))}
        return json.dumps(receipt, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


async def _lines(transaction: Session, numbers: Sequence[int]) -> Sequence[tuple[int, str]]:
    return [(row["seq"], row["body"]) for row in await store_ledger.some_entries(transaction, numbers)]


async def _proved(transaction: Session, line: tuple[int, str], size: int) -> dict[str, Any]:
    seq, body = line
    hashes = await store_ledger.hashes(transaction, merkle.inclusion(seq, size))
    return {"body": body, "proof": [each.hex() for each in hashes]}


def plain(claims: Claims, now: datetime) -> dict[str, Any]:
    """As a receipt says it, and as the ledger vouches for it."""
    return {
        "type": claims.type,
        "case": claims.case,
        "issued_at": now.isoformat(timespec="seconds"),
        "stores": [
            {"name": each.name, "probed_at": each.at.isoformat(timespec="seconds"), "result": each.result}
            for each in claims.stores
        ],
        "kept": [
            {"what": each.what, "ground": each.ground, "until": each.until.isoformat() if each.until else None}
            for each in claims.kept
        ],
        "backup_clear_by": claims.backup_clear_by.isoformat() if claims.backup_clear_by else None,
        "counts": dict(claims.more),
    }
