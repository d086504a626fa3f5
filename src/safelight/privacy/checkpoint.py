"""Checkpoint: each hour the ledger as it stands is signed; whoever keeps one can tell later whether it was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid
from safelight.ports.database import Database, Session
from safelight.privacy import ledger, merkle, note, store_ledger
from safelight.privacy.note import Checkpoint, Verifier
from safelight.privacy.signing import Signer, SigningKey


@dataclass(frozen=True)
class Checkpoints:
    """Made, kept and proved from."""

    database: Database
    clock: Clock
    signer: Signer

    async def sign_ledger(self, _payload: dict[str, Any]) -> None:
        """Each hour."""
        async with self.database.transaction() as session:
            await self.make(session)

    async def make(self, transaction: Session, *also: SigningKey) -> str:
        """The signed note of the ledger as it stands now; kept with the others."""
        now = self.clock.now()
        origin = await self.signer.origin(transaction, now)
        # Whoever writes now is waited for, so that what is signed is what all see.
        await store_ledger.lock(transaction)
        size = await ledger.size(transaction)
        listed = Roster(await store_ledger.commitments(transaction))
        checkpoint = Checkpoint(origin, size, await ledger.root(transaction, size), now, len(listed), listed.root)
        signed = await self.signer.sign(transaction, checkpoint.text(), now, *also)
        await store_ledger.add_checkpoint(transaction, size, now, signed)
        return signed

    async def rotate(self, transaction: Session) -> Verifier:
        """A new key from here on. One checkpoint bears the signatures of both: who trusts the old trusts the new."""
        old, new = await self.signer.rotate(transaction, self.clock.now())
        await self.make(transaction, old)
        return new

    async def newest(self, transaction: Session) -> str:
        """The last one; made now where there is none."""
        row = await store_ledger.newest_checkpoint(transaction)
        return row["note"] if row else await self.make(transaction)

    async def is_late(self, transaction: Session, seconds: int) -> bool:
        """Whether the newest is older than it may be."""
        row = await store_ledger.newest_checkpoint(transaction)
        return row is None or _seconds(row["at"], self.clock.now()) > seconds


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()


async def inclusion(transaction: Session, leaf: int, size: int) -> Sequence[bytes]:
    """The hashes that prove that line `leaf` is among the first `size`. Raises Invalid."""
    await _check(transaction, size)
    if not 0 <= leaf < size:
        raise Invalid(f"leaf must be from 0 to {size - 1}, because size is {size}.")
    return await store_ledger.hashes(transaction, merkle.inclusion(leaf, size))


async def consistency(transaction: Session, old: int, size: int) -> Sequence[bytes]:
    """The hashes that prove that the first `old` lines are how the first `size` begin. Raises Invalid."""
    await _check(transaction, size)
    if not 0 <= old <= size:
        raise Invalid(f"from must be from 0 to {size}, because size is {size}.")
    return await store_ledger.hashes(transaction, merkle.consistency(old, size))


async def _check(transaction: Session, size: int) -> None:
    there = await ledger.size(transaction)
    if not 0 <= size <= there:
        raise Invalid(f"size must be from 0 to {there}: the ledger has {there} lines.")


@dataclass(frozen=True)
class Roster:
    """Everybody whom the ledger can still tell apart, in order: two neighbours prove that nobody is between them."""

    commitments: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.commitments)

    @property
    def root(self) -> bytes:
        return merkle.hash_of((0, len(self)), self._node)

    def absence(self, commitment: bytes) -> list[dict[str, Any]]:
        """Its neighbours with the proof of their places. Raises Invalid for who is there."""
        if commitment in self.commitments:
            raise Invalid("This person or account is still listed.")
        after = sum(each < commitment for each in self.commitments)
        return [
            {
                "index": index,
                "commit": self.commitments[index].hex(),
                "proof": [merkle.hash_of(whole, self._node).hex() for whole in merkle.inclusion(index, len(self))],
            }
            for index in (after - 1, after)
            if 0 <= index < len(self)
        ]

    def _node(self, level: int, index: int) -> bytes:
        if level == 0:
            return merkle.leaf_hash(self.commitments[index])
        return merkle.node_hash(self._node(level - 1, 2 * index), self._node(level - 1, 2 * index + 1))


def checkpoint_of(signed: str) -> Checkpoint:
    """What a note says, whoever signed it. Raises Invalid."""
    return Checkpoint.parse(note.parse(signed)[0])
