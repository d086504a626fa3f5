"""What tests of activity share."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, text

from safelight.ports.database import Database

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def rows(database: Database, query: str, **words: Any) -> Sequence[RowMapping]:
    async with database.transaction() as session:
        return await session.fetch(text(query), words)
