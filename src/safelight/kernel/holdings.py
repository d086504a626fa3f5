"""Holding, Subject, Keeper: what a context knows about a person, declared, given and forgotten where it is born."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

T_contra = TypeVar("T_contra", contravariant=True)
"""The open transaction: this floor does not know what one is."""


class Fate(StrEnum):
    """What becomes of a holding when its time is over."""

    ERASE = "erase"
    BLANK = "blank"
    KEEP = "keep"


@dataclass(frozen=True)
class Holding:
    """One kind of personal data: its name, what it is, why it is kept, for how long, and its fate.

    `days` is the retention in days after the start event that `why` names; None as long as its owner keeps it.
    """

    name: str
    what: str
    why: str
    days: int | None
    fate: Fate


@dataclass(frozen=True)
class Subject:
    """Whom a request is about: one person of an account, or, without `user_id`, an account with all that it owns.

    With an `email` alone: somebody who has no account, and whom letters or sign-ups may know.
    """

    account_id: str | None = None
    user_id: str | None = None
    email: str | None = None
    cloud_ids: tuple[str, ...] = ()
    """The clouds that go with the subject; empty for one person of an account, who owns none."""
    user_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    """Of everybody who is meant."""
    words: tuple[str, ...] = ()
    """Names and other words by which a byte search may know them."""

    @property
    def is_whole(self) -> bool:
        """Whether an account goes, and not only one person of it."""
        return self.account_id is not None and self.user_id is None


class Stage(StrEnum):
    """The order in which an erasure goes: first what acts in somebody's name, last what says who they were."""

    REVOKE = "revoke"
    ROWS = "rows"
    FILES = "files"
    QUEUES = "queues"
    LOGS = "logs"
    WHO = "who"


@dataclass(frozen=True)
class Sheet:
    """One kind of record that a context keeps about people: a list of its own in an export, a step of an erasure.

    `why_not_given`: of what is never handed out (hashes, secrets) an export tells only how much there is, and why.
    `ground`: why it is kept beyond an erasure, `keep_days` for how long after it; None until somebody takes it back.
    `free_texts`: fields in whose words others may be told of; they are masked in a copy (PP-49).
    """

    name: str
    holdings: tuple[str, ...]
    fields: tuple[str, ...]
    stage: Stage = Stage.ROWS
    fate: Fate = Fate.ERASE
    why_not_given: str = ""
    ground: str = ""
    keep_days: int | None = None
    free_texts: tuple[str, ...] = ()
    has_files: bool = False
    """Whether a file belongs to each record."""


@dataclass(frozen=True)
class Stored:
    """A file that belongs to a record: its key in the store of bytes, and the name under which it is handed out."""

    key: str
    name: str
    size_bytes: int


@dataclass(frozen=True)
class Item:
    """One record of a sheet, as plain values that JSON knows."""

    sheet: str
    facts: Mapping[str, Any]
    file: Stored | None = None


@dataclass(frozen=True)
class Searched:
    """A store that was looked through; or one that could not be, and why."""

    store: str
    why_not: str = ""
    is_unreached: bool = False
    """It should have been, and could not be just now: until it is, nothing is complete."""


@dataclass(frozen=True)
class Found:
    """How many records of a sheet there are, and where they lie."""

    sheet: str
    count: int
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What forgetting one sheet did: `done` records are gone; while `is_more` it is called again for the rest."""

    sheet: str
    done: int
    is_more: bool = False


class Keeper(Protocol[T_contra]):
    """One context before the engine of privacy. Every verb may be called twice, and after a crash half-way."""

    @property
    def context(self) -> str: ...

    @property
    def holdings(self) -> Sequence[Holding]: ...

    @property
    def sheets(self) -> Sequence[Sheet]: ...

    def coverage(self) -> Sequence[Searched]:
        """Which stores are looked through, and which are not."""
        ...

    def give(self, transaction: T_contra, subject: Subject, sheet: str) -> AsyncIterator[Item]:
        """Everything there is, in an order that does not change; never more than a page of it in memory."""
        ...

    async def forget(self, transaction: T_contra, subject: Subject, sheet: str, limit: int) -> Receipt:
        """At most about `limit` records; what is gone already is no error."""
        ...

    async def look(self, transaction: T_contra, subject: Subject) -> Sequence[Found]:
        """What is there, of every sheet, even none."""
        ...
