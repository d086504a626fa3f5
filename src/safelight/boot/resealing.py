"""Resealing: everything that the master key closed, closed with the newest one; the list of what that is."""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Table, and_, select, tuple_, update

from safelight.boot.declared import load_tables
from safelight.mail import correspondence
from safelight.ports.database import Database, Session
from safelight.ports.keys import KeyStore
from safelight.ports.tables import METADATA
from safelight.privacy import cases, erase, erasure, preserve, relay
from safelight.vault import wrapping

BATCH_ROWS = 200

Context = Callable[[RowMapping], str]
"""A row -> what it was sealed for, as its room says it when it seals."""


def _always(context: str) -> Context:
    return lambda row: context


SEALED: Mapping[tuple[str, str], Context] = {
    ("api_keys", "sealed_secret"): lambda row: f"api_key/{row['cloud_id']}/{row['id']}",
    ("provisioning_keys", "sealed_secret"): lambda row: f"provisioning_key/{row['account_id']}/{row['id']}",
    ("token_keys", "sealed_key"): lambda row: f"token_key/{row['cloud_id']}/{row['id']}",
    ("activity_keys", "sealed"): lambda row: f"activity/{row['purpose']}/{row['day'].isoformat()}",
    ("totps", "sealed_secret"): lambda row: f"totp/{row['account_id']}/{row['user_id']}",
    ("messages", "sealed"): _always(correspondence.CONTEXT),
    ("signing_keys", "sealed"): lambda row: f"privacy/signing/{row['id']}",
    ("privacy_requests", "sealed"): _always(cases.SEAL),
    ("privacy_requests", "receipt"): _always(cases.SEAL_RECEIPT),
    ("privacy_request_lines", "sealed"): _always(cases.SEAL),
    ("privacy_relays", "sealed"): _always(relay.SEAL),
    ("erasures", "sealed"): _always(erasure.SEAL),
    ("erasures", "receipt"): _always(erase.SEAL_RECEIPT),
    ("exports", "sealed"): _always(erasure.SEAL),
    ("held_records", "sealed"): _always(preserve.SEAL),
    ("cloud_keys", "sealed"): lambda row: wrapping.of_cloud(row["cloud_id"]),
    ("owner_keys", "sealed"): lambda row: wrapping.of_owner(row["cloud_id"]),
}
"""Table and column. What a file of the store was sealed with directly (a hold's copies) stays as it is."""


@dataclass(frozen=True)
class Resealed:
    """What was done so far in one column, and how much of it an older key still closed."""

    place: str
    looked_at: int
    renewed: int


async def reseal(database: Database, store: KeyStore, *, batch_rows: int = BATCH_ROWS) -> AsyncGenerator[Resealed]:
    """One column after the other, in pieces; stopped anywhere, it is run again from the start and finds less to do."""
    load_tables()
    for (name, column), context in SEALED.items():
        table = METADATA.tables[name]
        after: tuple[Any, ...] | None = None
        looked_at = renewed = 0
        while True:
            async with database.transaction() as session:
                rows = await _page(session, table, column, after, batch_rows)
                for row in rows:
                    renewed += await _renew(session, store, table, column, row, context(row))
            looked_at += len(rows)
            if len(rows) < batch_rows:
                break
            after = tuple(rows[-1][each.name] for each in table.primary_key.columns)
        yield Resealed(f"{name}.{column}", looked_at, renewed)


async def _page(
    session: Session, table: Table, column: str, after: tuple[Any, ...] | None, limit: int
) -> list[RowMapping]:
    key = tuple(table.primary_key.columns)
    # What a context is made of, and nothing that tells of a person.
    named = [table.c[name] for name in ("cloud_id", "account_id", "user_id", "id", "purpose", "day") if name in table.c]
    wanted = list(dict.fromkeys([*key, *named, table.c[column]]))
    query = select(*wanted).where(table.c[column].is_not(None)).order_by(*key).limit(limit).with_for_update()
    return [*await session.fetch(query if after is None else query.where(tuple_(*key) > tuple_(*after)))]


async def _renew(session: Session, store: KeyStore, table: Table, column: str, row: RowMapping, context: str) -> bool:
    sealed = store.renewed(bytes(row[column]), context)
    if sealed is None:
        return False
    mine = and_(*(each == row[each.name] for each in table.primary_key.columns))
    await session.execute(update(table).where(mine).values({column: sealed}))
    return True
