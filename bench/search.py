"""Search at a size: ten kinds of question to catalogues of several sizes, each on a PostgreSQL of its own.

python -m bench.search --rows 10000 100000
"""

import argparse
import asyncio
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg

from bench import catalogue
from safelight.adapters.database import migrate
from safelight.adapters.database.embedded import EmbeddedPostgres
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate
from safelight.assets.model import Order
from safelight.assets.search import Search, Sort, search

NOW = datetime(2026, 1, 2, tzinfo=UTC)
TURNS = 20
SERVER = {"shared_buffers": "512MB", "maintenance_work_mem": "256MB", "fsync": "off", "max_wal_size": "8GB"}

BY_NAME = (Sort("public_id", Order.ASCENDING),)
BY_SIZE = (Sort("bytes", Order.DESCENDING),)
QUESTIONS: dict[str, Search] = {
    "the newest": Search(),
    "one word anywhere": Search("kivona"),
    "a word that few have": Search("sku-77 OR kivona AND gulama"),
    "beginning of a name, by name": Search("filename:gulam*", BY_NAME),
    "a tag that many have": Search("tags=barana"),
    "a tag that few have, by size": Search("tags:gulama", BY_SIZE),
    "two tags and a format": Search("tags=gurana AND tags=barana AND format=png"),
    "one field of metadata": Search("metadata.field_1=gurana OR metadata.field_3=77"),
    "a folder and all below it": Search('asset_folder:"barana/*"'),
    "a stretch of time, and large": Search("created_at:[2024-06-01 TO 2024-07-01] AND bytes>1m"),
    "kind, size and no tag": Search("resource_type:image AND width>3000 AND -tags=barana"),
    "the largest": Search("bytes>0", BY_SIZE),
}


@dataclass(frozen=True)
class Line:
    question: str
    cloud: str
    found: int
    median_ms: float
    p95_ms: float


async def ask(database: PostgresDatabase, cloud: str, turns: int) -> list[Line]:
    lines: list[Line] = []
    for name, asked in QUESTIONS.items():
        took: list[float] = []
        total = 0
        for _ in range(turns):
            began = perf_counter()
            async with database.transaction() as session:
                found = await search(session, cloud, asked, NOW)
            took.append((perf_counter() - began) * 1000)
            total = found.page.total_count or 0
        lines.append(Line(name, cloud, total, median(took), p95(took)))
    return lines


def p95(values: Sequence[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


async def walk(database: PostgresDatabase, cloud: str, pages: int) -> list[float]:
    """What each page of a walk through everything takes, first and last alike."""
    took: list[float] = []
    cursor = None
    for _ in range(pages):
        began = perf_counter()
        async with database.transaction() as session:
            found = await search(session, cloud, Search(max_results=500, cursor=cursor), NOW)
        took.append((perf_counter() - began) * 1000)
        cursor = found.page.next_cursor
        if cursor is None:
            break
    return took


def index_sizes(connection: psycopg.Connection) -> list[tuple[str, float]]:
    """MiB of the table and of each of its indexes."""
    rows = connection.execute(
        "SELECT indexrelname, pg_relation_size(indexrelid) / 1048576.0 FROM pg_stat_user_indexes"
        " WHERE relname = 'assets' UNION ALL SELECT 'the table', pg_table_size('assets') / 1048576.0 ORDER BY 2 DESC"
    ).fetchall()
    return [(str(name), float(size)) for name, size in rows]


async def run(rows: int, turns: int, folder: Path) -> None:
    server = EmbeddedPostgres(folder, settings=SERVER)
    url = await server.start()
    try:
        await migrate.run(url)
        began = perf_counter()
        with psycopg.connect(url) as connection:
            catalogue.fill(connection, rows)
            print(f"\n{rows} assets, filled in {perf_counter() - began:.0f} s\n")
            for name, size in index_sizes(connection):
                print(f"    {size:8.1f} MiB {name}")
        database = PostgresDatabase(url, defer=procrastinate.defer, pool_size=2)
        try:
            print("\n| question | cloud | found | median ms | p95 ms |\n| --- | --- | --- | --- | --- |")
            for cloud in (catalogue.LARGE, catalogue.SMALL):
                for line in await ask(database, cloud, turns):
                    numbers = f"{line.found} | {line.median_ms:.1f} | {line.p95_ms:.1f}"
                    print(f"| {line.question} | {line.cloud} | {numbers} |", flush=True)
            pages = await walk(database, catalogue.LARGE, 40)
            print(f"\na page of 500 in a walk: first {pages[0]:.1f} ms, p95 of {len(pages)} pages {p95(pages):.1f} ms")
        finally:
            await database.close()
    finally:
        await server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--turns", type=int, default=TURNS)
    args = parser.parse_args()
    for rows in args.rows:
        with tempfile.TemporaryDirectory(prefix="safelight-bench-") as place:
            folder = Path(place)
            folder.chmod(0o755)
            asyncio.run(run(rows, args.turns, folder))


if __name__ == "__main__":
    main()
