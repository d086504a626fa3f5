"""Signing: the key of this installation, by which others know its texts. It lies sealed beside the rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from safelight.kernel.ids import random_bytes
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.privacy import ledger, note, store_ledger
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.note import Verifier

KEY_BYTES = 32


@dataclass(frozen=True)
class Known:
    """A public key, and from when till when it signed."""

    verifier: Verifier
    made_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True)
class SigningKey:
    """A key that can sign."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)


@dataclass(frozen=True)
class Signer:
    """`name` is that of a new installation's key; it stays, whatever address the installation has later."""

    store: KeyStore
    name: str

    async def sign(self, transaction: Session, text: str, now: datetime, *also: SigningKey) -> str:
        """A signed note: the text, which ends with a line's end, and the signature under it."""
        keys = (*also, await self._current(transaction, now))
        return note.written(text, [note.sign(text, key.private, key.name) for key in keys])

    async def origin(self, transaction: Session, now: datetime) -> str:
        """The name that stands under every note."""
        return (await self._current(transaction, now)).name

    async def verifiers(self, transaction: Session) -> Sequence[Known]:
        """All keys that ever signed, the newest first."""
        rows = await store_ledger.keys(transaction)
        return [Known(Verifier(row["name"], row["public"]), row["made_at"], row["retired_at"]) for row in rows]

    async def rotate(self, transaction: Session, now: datetime) -> tuple[SigningKey, Verifier]:
        """The old key, whose secret is kept nowhere from here on, and the new one, of which the ledger tells."""
        key = await self._current(transaction, now)
        await store_ledger.retire_keys(transaction, now)
        return key, await self._make(transaction, key.name, now)

    async def _current(self, transaction: Session, now: datetime) -> SigningKey:
        row = await store_ledger.current_key(transaction)
        if row is None:
            # Two processes that start together make one key: the ledger's lock is held until the end.
            await store_ledger.lock(transaction)
            row = await store_ledger.current_key(transaction)
        if row is None:
            await self._make(transaction, self.name, now)
            row = await store_ledger.current_key(transaction)
        assert row is not None
        secret = self.store.open(row["sealed"], _context(row["id"]))
        return SigningKey(row["name"], Ed25519PrivateKey.from_private_bytes(secret))

    async def _make(self, transaction: Session, name: str, now: datetime) -> Verifier:
        secret = random_bytes(KEY_BYTES)
        public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
        verifier = Verifier(name, public)
        key_id = verifier.id.hex()
        sealed = self.store.seal(secret, _context(key_id))
        await store_ledger.add_key(transaction, key_id, name, public, sealed, now)
        await ledger.append(transaction, Entry(EntryType.KEY_MADE, now, detail=str(verifier).encode()))
        return verifier


def _context(key_id: str) -> str:
    return f"privacy/signing/{key_id}"
