"""Rows: a sheet that is rows of one table; from whose they are follows how they are given, forgotten and looked for."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    DateTime,
    LargeBinary,
    RowMapping,
    Table,
    and_,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from safelight.kernel.holdings import Fate, Found, Holding, Item, Receipt, Searched, Sheet, Stage, Stored, Subject
from safelight.ports.database import Session

PAGE_ROWS = 500
"""So many rows of a sheet are in memory at once."""

Whose = Callable[[Subject], ColumnElement[bool]]
First = Callable[[Session, Subject], Awaitable[None]]
"""Called in the same transaction, before rows go that say what else has to."""
Then = Callable[[Session, Subject, Sequence[RowMapping]], Awaitable[None]]
"""Called in the same transaction with the keys of rows that went: to tell who remembers them."""


@dataclass(frozen=True)
class Rows:
    """`hidden` columns never leave (secrets, keys of files); `blank` is what stands in a row that is kept."""

    table: Table
    whose: Whose
    holdings: tuple[str, ...] = ()
    stage: Stage = Stage.ROWS
    hidden: tuple[str, ...] = ()
    blank: Mapping[str, Any] = field(default_factory=dict[str, Any])
    file: Callable[[RowMapping], Stored | None] | None = None
    why_not_given: str = ""
    ground: str = ""
    keep_days: int | None = None
    is_kept: bool = False
    is_portable: bool = False
    """Whether it can be taken in elsewhere as it was given: nothing that matters is hidden."""
    filled: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    """What is hidden and yet needed, made of what was given."""
    opened: Callable[[RowMapping], Mapping[str, Any]] | None = None
    """What is sealed in a row, as the fields `opened_fields` of what is given."""
    opened_fields: tuple[str, ...] = ()
    free_texts: tuple[str, ...] = ()
    page_rows: int = PAGE_ROWS
    """Fewer where a row may be large."""

    @property
    def given(self) -> list["Column[Any]"]:
        return [column for column in self.table.columns if column.name not in self.hidden]

    @property
    def sheet(self) -> Sheet:
        fate = Fate.KEEP if self.is_kept else Fate.BLANK if self.blank else Fate.ERASE
        return Sheet(
            self.table.name,
            self.holdings,
            (*(column.name for column in self.given), *self.opened_fields),
            self.stage,
            fate,
            self.why_not_given,
            self.ground,
            self.keep_days,
            self.free_texts,
            self.file is not None,
        )

    @property
    def key(self) -> tuple["Column[Any]", ...]:
        return tuple(self.table.primary_key.columns)

    def told(self, subject: Subject) -> ColumnElement[bool]:
        """Rows that still tell something: of those that are blanked, the ones that are not yet."""
        if not self.blank:
            return self.whose(subject)
        differs = [self.table.c[name].is_distinct_from(value) for name, value in self.blank.items()]
        return and_(self.whose(subject), or_(*differs))


def of_clouds(table: Table, column: str = "cloud_id") -> Whose:
    """Whatever belongs to the clouds that go with the subject."""
    return lambda subject: table.c[column].in_(subject.cloud_ids)


def of_account(table: Table, column: str = "account_id") -> Whose:
    """Whatever belongs to the account, and only if all of it goes."""
    return lambda subject: table.c[column] == subject.account_id if subject.is_whole else false()


def of_people(table: Table, column: str = "user_id") -> Whose:
    """Whatever tells of one of the people who are meant."""
    return lambda subject: table.c[column].in_(subject.user_ids)


def either(*ways: Whose) -> Whose:
    return lambda subject: or_(*(way(subject) for way in ways))


@dataclass(frozen=True)
class RowsKeeper:
    """A Keeper (kernel/holdings.py) of rows: each context says which, and whose they are."""

    context: str
    holdings: Sequence[Holding]
    rows: tuple[Rows, ...]
    more: tuple[Searched, ...] = ()
    """What else is searched, or is not."""
    first: Mapping[str, First] = field(default_factory=dict[str, First])
    """By sheet, as `then` is."""
    then: Mapping[str, Then] = field(default_factory=dict[str, Then])

    @property
    def sheets(self) -> Sequence[Sheet]:
        return tuple(each.sheet for each in self.rows)

    def coverage(self) -> Sequence[Searched]:
        return (*(Searched(f"database: {each.table.name}") for each in self.rows), *self.more)

    async def give(self, transaction: Session, subject: Subject, sheet: str) -> AsyncIterator[Item]:
        rows = self._of(sheet)
        if rows.why_not_given:
            return
        # The key of a file may be hidden, and is needed to find it; so is what is sealed.
        wanted = [*rows.table.columns] if rows.file or rows.opened else list(dict.fromkeys([*rows.key, *rows.given]))
        page = select(*wanted).where(rows.whose(subject)).order_by(*rows.key).limit(rows.page_rows)
        after: tuple[Any, ...] | None = None
        while True:
            asked = page if after is None else page.where(tuple_(*rows.key) > tuple_(*after))
            found = await transaction.fetch(asked)
            for row in found:
                facts = {column.name: plain(row[column.name]) for column in rows.given}
                facts |= rows.opened(row) if rows.opened else {}
                yield Item(sheet, facts, rows.file(row) if rows.file else None)
            if len(found) < rows.page_rows:
                return
            after = tuple(found[-1][column.name] for column in rows.key)

    async def forget(self, transaction: Session, subject: Subject, sheet: str, limit: int) -> Receipt:
        rows = self._of(sheet)
        if rows.is_kept:
            return Receipt(sheet, 0)
        if sheet in self.first:
            await self.first[sheet](transaction, subject)
        chosen = select(*rows.key).where(rows.told(subject)).limit(limit)
        mine = tuple_(*rows.key).in_(chosen)
        change = update(rows.table).where(mine).values(**rows.blank) if rows.blank else delete(rows.table).where(mine)
        if sheet not in self.then:
            done = await transaction.execute(change)
        else:
            gone = await transaction.fetch(change.returning(*rows.key))
            done = len(gone)
            await self.then[sheet](transaction, subject, gone)
        return Receipt(sheet, done, is_more=done >= limit)

    async def look(self, transaction: Session, subject: Subject) -> Sequence[Found]:
        return [await self._look(transaction, subject, each) for each in self.rows]

    async def _look(self, transaction: Session, subject: Subject, rows: Rows) -> Found:
        counted = select(func.count().label("count")).select_from(rows.table).where(rows.told(subject))
        row = await transaction.fetch_one(counted)
        count = int(row["count"]) if row else 0
        return Found(rows.table.name, count, (f"database: {rows.table.name}",) if count else ())

    @property
    def portable(self) -> Sequence[str]:
        """The sheets that `take` takes."""
        return [each.table.name for each in self.rows if each.is_portable]

    async def take(self, transaction: Session, sheet: str, facts: Sequence[Mapping[str, Any]]) -> Sequence[Stored]:
        """Take in what another installation gave; the files that belong to it. Raises Conflict for what is there."""
        rows = self._of(sheet)
        taken: list[Stored] = []
        for each in facts:
            known = {name: value for name, value in each.items() if name in rows.table.columns}
            values = {name: valued(rows.table.columns[name], value) for name, value in known.items()}
            values |= rows.filled(values) if rows.filled else {}
            added = await transaction.fetch(insert(rows.table).values(**values).returning(rows.table))
            taken += [file for row in added if rows.file and (file := rows.file(row)) is not None]
        return taken

    def _of(self, sheet: str) -> Rows:
        return next(each for each in self.rows if each.table.name == sheet)


def plain(value: Any) -> Any:
    """As JSON says it; two exports of the same rows are the same text."""
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | UUID():
            return str(value)
        case timedelta():
            return value.total_seconds()
        case bytes():
            return value.hex()
        case _:
            return value


def valued(column: "Column[Any]", said: Any) -> Any:
    """What `plain` said, as the column wants it."""
    match column.type:
        case _ if said is None:
            return None
        case DateTime():
            return datetime.fromisoformat(said)
        case Date():
            return date.fromisoformat(said)
        case LargeBinary():
            return bytes.fromhex(said)
        case _:
            return said
