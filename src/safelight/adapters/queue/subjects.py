"""JobsKeeper: what waits in the queue, or lies there done, and names somebody or something of theirs."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from safelight.kernel.holdings import Found, Holding, Item, Receipt, Searched, Sheet, Stage, Subject
from safelight.ports.database import Session

SHEET = "jobs"
PAGE_ROWS = 500

_PAGE = text(
    "SELECT id, task_name AS name, status::text AS state, args -> 'payload' AS payload "
    "FROM jobs.procrastinate_jobs WHERE args::text LIKE ANY(:words) AND id > :after ORDER BY id LIMIT :limit"
)
_COUNT = text("SELECT count(*) AS count FROM jobs.procrastinate_jobs WHERE args::text LIKE ANY(:words)")
# One that runs at this moment is left to its worker, and found by the next look.
_DELETE = text(
    "DELETE FROM jobs.procrastinate_jobs WHERE id IN (SELECT id FROM jobs.procrastinate_jobs "
    "WHERE args::text LIKE ANY(:words) AND status <> 'doing' ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)"
)


@dataclass(frozen=True)
class JobsKeeper:
    """A Keeper (kernel/holdings.py)."""

    context: str = "jobs"
    holdings: Sequence[Holding] = ()

    @property
    def sheets(self) -> Sequence[Sheet]:
        return (Sheet(SHEET, (), ("id", "name", "state", "payload"), Stage.QUEUES),)

    def coverage(self) -> Sequence[Searched]:
        return (Searched("queue: jobs that wait, run, are done or dead"),)

    async def give(self, transaction: Session, subject: Subject, sheet: str) -> AsyncIterator[Item]:
        after = 0
        while True:
            params = {"words": _words(subject), "after": after, "limit": PAGE_ROWS}
            rows = await transaction.fetch(_PAGE, params)
            for row in rows:
                yield Item(SHEET, dict(row))
            if len(rows) < PAGE_ROWS:
                return
            after = rows[-1]["id"]

    async def forget(self, transaction: Session, subject: Subject, sheet: str, limit: int) -> Receipt:
        done = await transaction.execute(_DELETE, {"words": _words(subject), "limit": limit})
        return Receipt(SHEET, done, is_more=done >= limit)

    async def look(self, transaction: Session, subject: Subject) -> Sequence[Found]:
        row = await transaction.fetch_one(_COUNT, {"words": _words(subject)})
        count = int(row["count"]) if row else 0
        return (Found(SHEET, count, ("queue: jobs",) if count else ()),)


def _words(subject: Subject) -> list[str]:
    """Ids, and addresses: wherever they stand in the words of a job."""
    ids = (*subject.cloud_ids, *subject.user_ids, *((subject.account_id,) if subject.is_whole else ()))
    return [f"%{_plain(each)}%" for each in (*ids, *subject.emails) if each]


def _plain(word: str) -> str:
    return re.sub(r"([%_\\])", r"\\\1", word)
