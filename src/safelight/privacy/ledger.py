"""Ledger: what was done for people's rights, line after line, none of which can be changed or left out unnoticed.

`append` writes one line in the caller's own transaction: the deed and its evidence come to be together or not at all.
Call it last: whoever writes makes all others wait until the transaction ends.
"""

from datetime import datetime

from safelight.kernel.ids import random_bytes
from safelight.ports.database import Session
from safelight.privacy import merkle, store_ledger
from safelight.privacy.entry import SALT_BYTES, Entry, EntryType, body_of, commitment_of


async def append(transaction: Session, entry: Entry) -> int:
    """The number of the new line. Raises Internal for what could tell of a person."""
    salt = entry.salt or (await salt_of(transaction, entry.subject) if entry.subject else None)
    await store_ledger.lock(transaction)
    seq = await store_ledger.size(transaction)
    body = body_of(entry, seq, salt)
    known = await store_ledger.nodes(transaction, merkle.siblings(seq))
    nodes = merkle.grown(seq, merkle.leaf_hash(body), lambda level, index: known[level, index])
    await store_ledger.add(transaction, seq, entry.at, str(entry.type), body, nodes)
    return seq


async def salt_of(transaction: Session, subject: str) -> bytes:
    """Of a person or an account; made by who needs it first."""
    salt = await store_ledger.salt_of(transaction, subject)
    if salt is None:
        # The list of all commitments is signed with the ledger: it changes under the same lock.
        await store_ledger.lock(transaction)
        made = random_bytes(SALT_BYTES)
        await store_ledger.add_salt(transaction, subject, commitment_of(subject, made), made)
        salt = await store_ledger.salt_of(transaction, subject)
    assert salt is not None
    return salt


async def commitment(transaction: Session, subject: str) -> str:
    """How a person or an account is called in the ledger."""
    return commitment_of(subject, await salt_of(transaction, subject))


async def forget_salt(transaction: Session, subject: str) -> None:
    """From here on nobody can tell which lines were theirs, but who has a receipt. Twice is no error."""
    await store_ledger.lock(transaction)
    await store_ledger.drop_salt(transaction, subject)


async def size(transaction: Session) -> int:
    """How many lines there are."""
    return await store_ledger.size(transaction)


async def began_at(transaction: Session) -> datetime | None:
    """When the first line was written."""
    return await store_ledger.began_at(transaction)


async def root(transaction: Session, size: int) -> bytes:
    """What the first `size` lines come to."""
    return (await store_ledger.hashes(transaction, [(0, size)]))[0]


async def lines(transaction: Session, start: int, most: int) -> list[str]:
    """Their texts as they were hashed, from one on."""
    return [row["body"] for row in await store_ledger.some_entries(transaction, range(start, start + most))]


async def last_of(transaction: Session, kind: EntryType) -> str | None:
    """The newest line of a kind, as it was hashed."""
    row = await store_ledger.last_of(transaction, str(kind))
    return row["body"] if row else None
