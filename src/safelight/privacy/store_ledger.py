"""The SQL of the ledger: entries that are only ever added, what is signed of them, and the salts of those in them."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    DateTime,
    LargeBinary,
    RowMapping,
    Table,
    Text,
    delete,
    event,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal
from safelight.privacy import merkle
from safelight.privacy.merkle import HASH_BYTES, Subtree

# `nodes` holds the hashes of the whole subtrees that end with this entry, the smallest first: so that a root or a
# proof takes a few rows, however long the ledger is.
entries = Table(
    "ledger_entries",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("type", Text, nullable=False, info=not_personal("a kind of entry"), index=True),
    Column("body", Text, nullable=False, info=not_personal("times, kinds, numbers and hashes; all else is refused")),
    Column("nodes", LargeBinary, nullable=False),
)

checkpoints = Table(
    "ledger_checkpoints",
    METADATA,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("note", Text, nullable=False, info=not_personal("a size, hashes and signatures")),
)

salts = Table(
    "ledger_salts",
    METADATA,
    Column("subject", Text, primary_key=True, info=personal("evidence-salt")),
    Column("commitment", Text, nullable=False, unique=True, info=personal("evidence-salt")),
    Column("salt", LargeBinary, nullable=False),
)

signing_keys = Table(
    "signing_keys",
    METADATA,
    Column("id", Text, primary_key=True, info=not_personal("a hash of a public key")),
    Column("name", Text, nullable=False, info=not_personal("the name of this installation's ledger")),
    Column("public", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("retired_at", DateTime(timezone=True)),
)

# Nobody's mistake takes back what was written. Who owns the database can: that is what checkpoints are for.
ONLY_GROWS = r"""
CREATE OR REPLACE FUNCTION public.ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_GUARD = (
    "CREATE OR REPLACE TRIGGER ledger_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON public.{table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_only_grows()"
)

event.listen(METADATA, "before_create", DDL(ONLY_GROWS.replace("%", "%%")))
for _table in (entries, checkpoints):
    event.listen(_table, "after_create", DDL(_GUARD.format(table=_table.name)))

LOCK = 0x5AFE_1ED6
PAGE_ROWS = 500

E, C, S, K = entries.c, checkpoints.c, salts.c, signing_keys.c


async def lock(session: Session) -> None:
    """One after the other, until the transaction ends: numbers without gaps, in the order in which they are seen."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


async def size(session: Session) -> int:
    row = await session.fetch_one(select(func.coalesce(func.max(E.seq) + 1, 0).label("size")))
    return int(row["size"]) if row else 0


async def add(session: Session, seq: int, at: datetime, kind: str, body: bytes, nodes: Sequence[bytes]) -> None:
    row = {"seq": seq, "at": at, "type": kind, "body": body.decode("ascii"), "nodes": b"".join(nodes)}
    await session.execute(insert(entries).values(row))


async def nodes(session: Session, wanted: Iterable[Subtree]) -> Mapping[Subtree, bytes]:
    """The hashes of whole subtrees; of those that are not there, nothing."""
    rows_of = {subtree: ((subtree[1] + 1) << subtree[0]) - 1 for subtree in wanted}
    found = await session.fetch(select(E.seq, E.nodes).where(E.seq.in_(set(rows_of.values()))))
    kept = {row["seq"]: row["nodes"] for row in found}
    return {
        (level, index): kept[seq][level * HASH_BYTES : (level + 1) * HASH_BYTES]
        for (level, index), seq in rows_of.items()
        if seq in kept
    }


async def hashes(session: Session, ranges: Sequence[merkle.Range]) -> list[bytes]:
    """The hash of each range of the tree."""
    wanted = {subtree for whole in ranges for subtree in merkle.subtrees(whole)}
    known = await nodes(session, wanted)
    return [merkle.hash_of(whole, lambda level, index: known[level, index]) for whole in ranges]


async def all_entries(session: Session) -> AsyncIterator[RowMapping]:
    """In order."""
    after = -1
    while True:
        rows = await session.fetch(select(entries).where(E.seq > after).order_by(E.seq).limit(PAGE_ROWS))
        for row in rows:
            yield row
        if len(rows) < PAGE_ROWS:
            return
        after = rows[-1]["seq"]


async def some_entries(session: Session, wanted: Sequence[int]) -> Sequence[RowMapping]:
    return await session.fetch(select(entries).where(E.seq.in_(wanted)).order_by(E.seq))


async def last_of(session: Session, kind: str) -> RowMapping | None:
    """The newest entry of a kind."""
    return await session.fetch_one(select(entries).where(E.type == kind).order_by(E.seq.desc()).limit(1))


async def began_at(session: Session) -> datetime | None:
    """When the first line was written."""
    row = await session.fetch_one(select(E.at).where(E.seq == 0))
    return row["at"] if row else None


async def salt_of(session: Session, subject: str) -> bytes | None:
    row = await session.fetch_one(select(S.salt).where(S.subject == subject))
    return row["salt"] if row else None


async def add_salt(session: Session, subject: str, commitment: str, salt: bytes) -> None:
    """If another was quicker, nothing."""
    row = {"subject": subject, "commitment": commitment, "salt": salt}
    await session.execute(insert(salts).values(row).on_conflict_do_nothing())


async def drop_salt(session: Session, subject: str) -> None:
    await session.execute(delete(salts).where(S.subject == subject))


async def commitments(session: Session) -> list[bytes]:
    """Of everybody whom the ledger can still tell apart, in order."""
    return sorted(bytes.fromhex(row["commitment"]) for row in await session.fetch(select(S.commitment)))


async def current_key(session: Session) -> RowMapping | None:
    return await session.fetch_one(
        select(signing_keys).where(K.retired_at.is_(None)).order_by(K.made_at, K.id).limit(1)
    )


async def keys(session: Session) -> Sequence[RowMapping]:
    return await session.fetch(select(signing_keys).order_by(K.made_at.desc(), K.id))


async def add_key(session: Session, key_id: str, name: str, public: bytes, sealed: bytes, now: datetime) -> None:
    row = {"id": key_id, "name": name, "public": public, "sealed": sealed, "made_at": now}
    await session.execute(insert(signing_keys).values(row))


async def retire_keys(session: Session, now: datetime) -> None:
    """What they signed stays good; they sign nothing more."""
    await session.execute(update(signing_keys).where(K.retired_at.is_(None)).values(retired_at=now, sealed=None))


async def add_checkpoint(session: Session, size: int, at: datetime, note: str) -> None:
    row = {"size": size, "at": at, "note": note}
    await session.execute(insert(checkpoints).values(row).on_conflict_do_nothing())


async def newest_checkpoint(session: Session) -> RowMapping | None:
    return await session.fetch_one(select(checkpoints).order_by(C.size.desc(), C.at.desc()).limit(1))


async def all_checkpoints(session: Session) -> Sequence[RowMapping]:
    """By size, so that the ledger can be read once beside them."""
    return await session.fetch(select(checkpoints).order_by(C.size, C.at))
