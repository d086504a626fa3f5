"""Report: who did and saw what, for the person that it is about, for owners of files, and for the operator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, RowMapping, Select, Table, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import UUID

from safelight.activity import sealing, store
from safelight.activity.day_keys import DayKeys
from safelight.activity.sealing import Asker
from safelight.kernel.errors import Invalid
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session

PAGE_MAX = 500


@dataclass(frozen=True)
class Cut:
    """How much of a list is wanted, from where; the newest come first."""

    max_results: int = 50
    cursor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""
    methods: tuple[str, ...] = ()
    """Of requests: those that asked so; none named: all."""
    acts: tuple[str, ...] = ()
    """Of what was done with assets: these; none named: all."""


@dataclass(frozen=True)
class Asked:
    """Requests of one kind within a second, as much as is still known of them."""

    id: str
    at: datetime
    cloud_id: str
    user_id: str
    key_id: str
    method: str
    route: str
    status: int
    requests: int
    bytes_sent: int
    network: str
    country: str
    agent: str
    client_id: str | None = None


@dataclass(frozen=True)
class Opened:
    """A page that was opened."""

    id: str
    at: datetime
    cloud_id: str
    route: str
    status: int
    views: int
    country: str
    agent: str


@dataclass(frozen=True)
class Done:
    """What was done with an asset, and by whom: an account, a key, or a visitor (whom nobody knows)."""

    id: str
    at: datetime
    cloud_id: str
    asset_id: str
    act: str
    is_derived: bool
    requests: int
    bytes: int
    user_id: str
    key_id: str
    country: str
    agent: str


@dataclass(frozen=True)
class DayCount:
    """How often something was done with the assets of a cloud on a day; kept when nobody knows any more by whom."""

    cloud_id: str
    day: date
    act: str
    requests: int
    bytes: int


async def requests_of(session: Session, user_id: str, cut: Cut) -> Page[Asked]:
    """What a person asked for while signed in."""
    return await _requests(session, select(store.traffic).where(store.traffic.c.user_id == user_id), cut)


async def requests(
    session: Session, cut: Cut, *, cloud_id: str | None = None, user_id: str | None = None
) -> Page[Asked]:
    """All of the installation, for its operator."""
    t = store.traffic.c
    wanted = [t.cloud_id == cloud_id] if cloud_id is not None else []
    wanted += [t.user_id == user_id] if user_id is not None else []
    return await _requests(session, select(store.traffic).where(*wanted), cut)


async def pages_of(session: Session, user_id: str, cut: Cut) -> Page[Opened]:
    """The pages that a person opened while signed in."""
    table = store.page_views
    page = await _page(session, select(table).where(table.c.user_id == user_id), table, cut)
    return Page([Opened(**_some(row, Opened)) for row in page.items], page.next_cursor)


async def done_with(session: Session, cloud_ids: Sequence[str], cut: Cut, *, asset_id: str = "") -> Page[Done]:
    """What was done with the assets of some clouds, or with one asset, as far back as it is known."""
    parts: list[Any] = []
    for table in (store.asset_events, store.asset_visits):
        names = [column for column in table.c if column.name != "visitor"]
        wanted = [table.c.cloud_id.in_(cloud_ids)]
        wanted += [table.c.asset_id == asset_id] if asset_id else []
        parts.append(_cut(select(*names).where(*wanted), table, cut))
    rows = await session.fetch(union_all(*parts))
    page = _paged(rows, cut)
    return Page([Done(**_some(row, Done)) for row in page.items], page.next_cursor)


async def counts(session: Session, cloud_ids: Sequence[str], first: date, last: date) -> Sequence[DayCount]:
    """By day, cloud and act; of days long past as well."""
    kept = store.asset_counts
    parts: list[Any] = [
        select(kept.c.cloud_id, kept.c.day, kept.c.act, kept.c.requests, kept.c.bytes).where(
            kept.c.cloud_id.in_(cloud_ids), kept.c.day.between(first, last)
        )
    ]
    for table in (store.asset_events, store.asset_visits):
        day = cast(func.timezone("UTC", table.c.at), Date)
        parts.append(
            select(table.c.cloud_id, day.label("day"), table.c.act, table.c.requests, table.c.bytes).where(
                table.c.cloud_id.in_(cloud_ids), day.between(first, last)
            )
        )
    every = union_all(*parts).subquery()
    rows = await session.fetch(
        select(
            every.c.cloud_id,
            every.c.day,
            every.c.act,
            func.sum(every.c.requests).label("requests"),
            func.sum(every.c.bytes).label("bytes"),
        )
        .group_by(every.c.cloud_id, every.c.day, every.c.act)
        .order_by(every.c.day.desc(), every.c.cloud_id, every.c.act)
    )
    return [DayCount(row["cloud_id"], row["day"], row["act"], int(row["requests"]), int(row["bytes"])) for row in rows]


async def clients(session: Session, keys: DayKeys, asked: Sequence[Asked]) -> Mapping[str, Sequence[Asker]]:
    """Address and agent of all who asked, by the id of what they asked for, while the keys of their days are there."""
    ids = {each.client_id for each in asked if each.client_id}
    if not ids:
        return {}
    table = store.traffic_clients
    rows = await session.fetch(select(table.c.at, table.c.sealed).where(table.c.id.in_(ids)))
    opening = await keys.address_keys(session, list({row["at"].date() for row in rows}))
    wanted = {each.id.replace("-", ""): each.id for each in asked}
    found: dict[str, Sequence[Asker]] = {}
    for row in rows:
        day = row["at"].date()
        if day in opening:
            opened = sealing.unseal(row["sealed"], opening[day], day.isoformat())
            found |= {wanted[id]: askers for id, askers in opened.items() if id in wanted}
    return found


async def _requests(session: Session, query: Select[Any], cut: Cut) -> Page[Asked]:
    page = await _page(session, query, store.traffic, cut)
    return Page([Asked(**_some(row, Asked)) for row in page.items], page.next_cursor)


async def _page(session: Session, query: Select[Any], table: Table, cut: Cut) -> Page[RowMapping]:
    return _paged(await session.fetch(_cut(query, table, cut)), cut)


def _cut(query: Select[Any], table: Table, cut: Cut) -> Select[Any]:
    """One more than is wanted, to see whether there are more."""
    if cut.since is not None:
        query = query.where(table.c.at >= cut.since)
    if cut.until is not None:
        query = query.where(table.c.at < cut.until)
    for name, wanted in (("method", cut.methods), ("act", cut.acts)):
        if wanted and name in table.c:
            query = query.where(table.c[name].in_(wanted))
    if cut.cursor is not None:
        at, id = _place(cut.cursor)
        query = query.where(or_(table.c.at < at, and_(table.c.at == at, table.c.id < literal(id, UUID(as_uuid=False)))))
    return query.order_by(table.c.at.desc(), table.c.id.desc()).limit(cut.max_results + 1)


def _paged(rows: Sequence[RowMapping], cut: Cut) -> Page[RowMapping]:
    rows = sorted(rows, key=lambda row: (row["at"], row["id"]), reverse=True)
    shown = rows[: cut.max_results]
    if len(rows) <= cut.max_results:
        return Page(shown)
    return Page(shown, cursor_of([shown[-1]["at"].isoformat(), shown[-1]["id"]]))


def _place(cursor: str) -> tuple[datetime, str]:
    at, id = position_of(cursor, 2)
    try:
        moment = datetime.fromisoformat(at)
        is_sound = moment.tzinfo is not None and len(id.replace("-", "")) == 32 and int(id.replace("-", ""), 16) >= 0
    except (TypeError, ValueError, AttributeError) as error:
        raise Invalid("Invalid next_cursor") from error
    if not is_sound:
        raise Invalid("Invalid next_cursor")
    return moment, id


def _some(row: RowMapping, kind: Any) -> dict[str, Any]:
    return {each.name: row[each.name] for each in fields(kind)}
