"""Subjects: what accounts give, and forget, of who owns them: their clouds, keys and tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, update

from safelight.accounts import owners
from safelight.accounts.events import call_out
from safelight.accounts.holdings import HOLDINGS
from safelight.accounts.store import (
    accounts,
    api_budgets,
    api_keys,
    bearer_tokens,
    clouds,
    former_cloud_names,
    hourly_counts,
    provisioning_keys,
    token_keys,
)
from safelight.kernel.holdings import Stage, Subject
from safelight.ports.database import Session
from safelight.ports.rows import Rows, RowsKeeper, of_account, of_clouds

GROUND_NAME = "Nobody else may get the addresses that pointed to these files (GDPR 17(3)(e))"
_NOTED: dict[str, Any] = {"label": "", "attributes": {}, "fetch_hosts": None, "denied_hosts": [], "referrers": None}
_SEALED = "A secret, or the digest of one: an export tells only that it is there"


async def _tell(session: Session, subject: Subject, _gone: Sequence[RowMapping] = ()) -> None:
    for cloud_id in subject.cloud_ids:
        await call_out(session, cloud_id)


KEEPER = RowsKeeper(
    "accounts",
    HOLDINGS,
    (
        Rows(
            provisioning_keys,
            of_account(provisioning_keys),
            ("key-name",),
            Stage.REVOKE,
            hidden=("sealed_secret",),
        ),
        Rows(api_keys, of_clouds(api_keys), ("key-name",), Stage.REVOKE, hidden=("sealed_secret",)),
        Rows(bearer_tokens, of_clouds(bearer_tokens), ("key-name",), Stage.REVOKE, hidden=("digest",)),
        Rows(token_keys, of_clouds(token_keys), (), Stage.REVOKE, why_not_given=_SEALED),
        Rows(api_budgets, of_clouds(api_budgets), (), Stage.LOGS),
        Rows(hourly_counts, of_clouds(hourly_counts), (), Stage.LOGS),
        Rows(
            former_cloud_names,
            of_clouds(former_cloud_names),
            ("cloud-name",),
            Stage.WHO,
            ground=GROUND_NAME,
            is_kept=True,
            is_portable=True,
        ),
        # The row stays for its name alone.
        Rows(
            clouds,
            of_clouds(clouds, "id"),
            ("cloud-name", "cloud-label"),
            Stage.WHO,
            blank=_NOTED,
            ground=GROUND_NAME,
            is_portable=True,
        ),
        Rows(accounts, of_account(accounts, "id"), ("account-name",), Stage.WHO, is_portable=True),
    ),
    then=dict.fromkeys(("api_keys", "bearer_tokens", "token_keys", "clouds"), _tell),
)


async def clouds_of(session: Session, account_id: str) -> list[str]:
    """The ids of all clouds of an account; the closed ones too, for their files are still there."""
    mine = select(clouds.c.id).where(clouds.c.account_id == account_id).order_by(clouds.c.id)
    return [row["id"] for row in await session.fetch(mine)]


async def cloud_named(session: Session, name: str) -> str | None:
    row = await session.fetch_one(select(clouds.c.id).where(clouds.c.name == name))
    return None if row is None else str(row["id"])


async def words_of(session: Session, subject: Subject) -> list[str]:
    """By which a search of bytes may know the account; what its clouds are called stays, and is none of them."""
    labels = select(clouds.c.label).where(clouds.c.id.in_(subject.cloud_ids), clouds.c.label != clouds.c.name)
    found = [row["label"] for row in await session.fetch(labels)]
    if subject.is_whole:
        mine = select(accounts.c.handle, accounts.c.name).where(accounts.c.id == subject.account_id)
        found += [word for row in await session.fetch(mine) for word in (row["handle"], row["name"])]
    return [word for word in found if word]


async def freeze(session: Session, subject: Subject, now: datetime) -> None:
    """From now on no door lets anybody in; what is there already closed stays as it is."""
    if subject.is_whole and subject.account_id is not None:
        await owners.set_disabled(session, subject.account_id, now)
    shut = update(clouds).where(clouds.c.id.in_(subject.cloud_ids), clouds.c.closed_at.is_(None))
    await session.execute(shut.values(closed_at=now, shut_at=now))
    await _tell(session, subject)
