"""Exposure: what of a cloud anybody may see who knows its address, by which rule, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from safelight.accounts.model import Cloud
from safelight.assets.listing import Within, in_folders
from safelight.assets.model import Asset
from safelight.assets.moderation import is_hidden
from safelight.assets.store import A, asset_of, assets
from safelight.kernel.media import Access
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session

PAGE_MAX = 500


class Rule(StrEnum):
    """Why something is public."""

    TYPE = "type"
    """Its type of delivery is for everybody, and nothing else was said."""
    ACCESS_CONTROL = "access_control"
    """A rule of its own opens it to everybody."""
    TIMED = "access_control_timed"
    """The same, for a while or below some addresses."""
    DERIVED = "derived"
    """What is made of it is for everybody; the file itself is not."""


@dataclass(frozen=True)
class Exposed:
    """An asset that is public, or will be."""

    asset: Asset
    rule: Rule
    since: datetime
    until: datetime | None = None
    """When it ends by itself."""


@dataclass(frozen=True)
class Counts:
    """How many assets of a cloud there are, and how many of them are public."""

    public: int
    all: int


def exposed(cloud: Cloud, asset: Asset, now: datetime) -> Exposed | None:
    """None for what a stranger cannot see, and could not without a change."""
    if asset.access is Access.AUTHENTICATED or asset.access.value in cloud.restricted_types or asset.is_placeholder:
        return None
    if is_hidden(asset, hides_pending=cloud.hides_pending):
        return None
    if asset.access is Access.PRIVATE and cloud.is_strict:
        return None
    said = (asset.access_control_updated_at, asset.public_id_updated_at)
    since = max([asset.created_at, *(moment for moment in said if moment is not None)])
    if not asset.access_control:
        return Exposed(asset, Rule.DERIVED if asset.access is Access.PRIVATE else Rule.TYPE, since)
    open_to_all = [
        rule for rule in asset.access_control if not rule.needs_token and (rule.end is None or now < rule.end)
    ]
    if not open_to_all:
        return None
    always = [rule for rule in open_to_all if rule.start is None and rule.end is None and rule.path is None]
    if always:
        return Exposed(asset, Rule.DERIVED if asset.access is Access.PRIVATE else Rule.ACCESS_CONTROL, since)
    starts = [rule.start for rule in open_to_all if rule.start is not None]
    ends = [rule.end for rule in open_to_all]
    until = max((end for end in ends if end is not None), default=None) if None not in ends else None
    return Exposed(asset, Rule.TIMED, max([since, min(starts)]) if len(starts) == len(open_to_all) else since, until)


async def list_all(
    session: Session, cloud: Cloud, now: datetime, *, within: Within = None, max_results: int, cursor: str | None = None
) -> Page[Exposed]:
    """What is public, by its id: who walks through it misses nothing that was there when they began."""
    size = min(max(1, max_results), PAGE_MAX)
    where = [*_may_be_public(cloud), *in_folders(A.folder, within)]
    if cursor:
        where.append(A.id > str(position_of(cursor, 1)[0]))
    rows = await session.fetch(select(assets).where(*where).order_by(A.id).limit(size + 1))
    found = [exposed(cloud, asset_of(row), now) for row in rows[:size]]
    further = cursor_of([rows[size - 1]["id"]]) if len(rows) > size else None
    return Page([each for each in found if each is not None], further)


async def closed(session: Session, cloud: Cloud, now: datetime, most: int) -> Sequence[Asset]:
    """Some of what no stranger may see, the last changed first."""
    rows = await session.fetch(
        select(assets).where(A.cloud_id == cloud.id).order_by(A.updated_at.desc(), A.id).limit(most)
    )
    found = [asset_of(row) for row in rows]
    return [asset for asset in found if exposed(cloud, asset, now) is None]


async def counts(session: Session, cloud: Cloud, *, within: Within = None) -> Counts:
    """`public` counts what a rule opens at some time as well."""
    mine = [A.cloud_id == cloud.id, *in_folders(A.folder, within)]
    row = await session.fetch_one(
        select(
            func.count().label("all"),
            func.count().filter(*_may_be_public(cloud)).label("public"),
        ).where(*mine)
    )
    return Counts(row["public"], row["all"]) if row else Counts(0, 0)


def _may_be_public(cloud: Cloud) -> Sequence[ColumnElement[bool]]:
    shut = {Access.AUTHENTICATED.value, *cloud.restricted_types}
    if cloud.is_strict:
        shut.add(Access.PRIVATE.value)
    to_all = literal([{"token": False}], JSONB)
    return [
        A.cloud_id == cloud.id,
        A.access.not_in(sorted(shut)),
        or_(A.access_control == literal([], JSONB), A.access_control.op("@>")(to_all)),
    ]
