"""What tests of activity share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, text

from safelight.activity.model import Line
from safelight.activity.tally import Tally
from safelight.activity.write import WriteBatch
from safelight.ports.database import Database

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def rows(database: Database, query: str, **words: Any) -> Sequence[RowMapping]:
    async with database.transaction() as session:
        return await session.fetch(text(query), words)


def tallied(*lines: Line) -> Tally:
    tally = Tally()
    for line in lines:
        tally.add(line)
    return tally


def lines_of(tally: Tally) -> list[Line]:
    """What is in a tally, a line for each that it tells apart."""
    return [
        Line(*ask[:4], sums[1], sums[0], sums[2], *ask[4:], *client)
        for ask, clients in tally.items()
        for client, sums in clients.items()
    ]


@dataclass(frozen=True)
class Writing:
    """Writes lines, as if they had come into the collector one after another."""

    batch: WriteBatch

    async def __call__(self, batch_id: str, lines: Sequence[Line], lost: int) -> None:
        await self.batch(batch_id, tallied(*lines), lost)
