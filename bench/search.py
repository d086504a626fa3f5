"""Search at a size: ten kinds of question to catalogues of several sizes, each on a PostgreSQL of its own.

python -m bench.search --rows 10000 100000 1000000 --data FOLDER

What is in the folder already is used again: to build a million takes a quarter of an hour.
"""

import argparse
import asyncio
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg
from sqlalchemy import delete, text

from bench import catalogue
from safelight.adapters.database import migrate
from safelight.adapters.database.embedded import EmbeddedPostgres
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate
from safelight.assets import catalogue as catalogue_of_assets
from safelight.assets.model import Facts, NewAsset, Order
from safelight.assets.search import Search, Sort, search
from safelight.assets.store import A, assets
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind

NOW = datetime(2026, 1, 2, tzinfo=UTC)
TURNS = 20
HEAD = "| question | cloud | found | median ms | p95 ms | p95 ms of CPU |\n| --- | --- | --- | --- | --- | --- |"
PID = text("SELECT pg_backend_pid() AS pid")
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
    cpu_p95_ms: float

    @property
    def numbers(self) -> str:
        return f"{self.found} | {self.median_ms:.1f} | {self.p95_ms:.1f} | {self.cpu_p95_ms:.1f}"


async def ask(database: PostgresDatabase, cloud: str, turns: int) -> list[Line]:
    lines: list[Line] = []
    for name, asked in QUESTIONS.items():
        took: list[float] = []
        worked: list[float] = []
        total = 0
        for _ in range(turns):
            async with database.transaction() as session:
                row = await session.fetch_one(PID)
                server = 0 if row is None else int(row["pid"])
                began, before = perf_counter(), cpu_ms(server)
                found = await search(session, cloud, asked, NOW)
                took.append((perf_counter() - began) * 1000)
                worked.append(cpu_ms(server) - before)
            total = found.page.total_count or 0
        lines.append(Line(name, cloud, total, median(took), p95(took), p95(worked)))
    return lines


def cpu_ms(pid: int) -> float:
    """The time that a process of the server had the processor: the same however much else the machine does."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1_000_000


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


def built(url: str, rows: int) -> None:
    """The catalogue of so many assets, where it is not there yet."""
    with psycopg.connect(url) as connection:
        known = connection.execute("SELECT count(*) FROM (SELECT 1 FROM assets LIMIT 1) AS one").fetchone()
        if known != (0,):
            return
        began = perf_counter()
        catalogue.fill(connection, rows)
        print(f"{rows} assets, filled in {perf_counter() - began:.0f} s", flush=True)


async def upload(database: PostgresDatabase, stop: asyncio.Event) -> list[float]:
    """Rows come in, one transaction each, as long as questions are asked; what each took. Nothing of them stays."""
    took: list[float] = []
    number = 0
    while not stop.is_set():
        number += 1
        began = perf_counter()
        new = NewAsset(
            cloud_id=catalogue.LARGE,
            kind=Kind.IMAGE,
            access=Access.UPLOAD,
            name=f"bench/upload_{number}",
            version_id=new_id(),
            facts=Facts(1000 + number, "0" * 32, "jpg", 800, 600),
            folder="bench",
            display_name=f"Upload {number}",
            tags=("bench", f"number{number}"),
        )
        async with database.transaction() as session:
            await catalogue_of_assets.add(session, new, may_overwrite=True, now=NOW)
        took.append((perf_counter() - began) * 1000)
    async with database.transaction() as session:
        await session.execute(delete(assets).where(A.cloud_id == catalogue.LARGE, A.folder == "bench"))
    return took


async def measured(rows: int, turns: int, folder: Path) -> dict[tuple[str, str], Line]:
    server = EmbeddedPostgres(folder, settings=SERVER)
    url = await server.start()
    try:
        await migrate.run(url)
        await asyncio.to_thread(built, url, rows)
        print(f"\n{rows} assets\n")
        with psycopg.connect(url) as connection:
            for name, size in index_sizes(connection):
                print(f"    {size:8.1f} MiB {name}")
        database = PostgresDatabase(url, defer=procrastinate.defer, pool_size=4)
        try:
            lines: list[Line] = []
            stop = asyncio.Event()
            for is_busy in (False, True):
                uploading = asyncio.create_task(upload(database, stop)) if is_busy else None
                print(f"\n{'while rows come in' if is_busy else 'with nothing else to do'}\n\n{HEAD}")
                began = perf_counter()
                for cloud in (catalogue.LARGE, catalogue.SMALL):
                    found = await ask(database, cloud, turns)
                    lines += [] if is_busy else found
                    for line in found:
                        print(f"| {line.question} | {line.cloud} | {line.numbers} |", flush=True)
                stop.set()
                if uploading is not None:
                    took = await uploading
                    seconds = perf_counter() - began
                    each = f"each in {median(took):.1f} ms (p95 {p95(took):.1f})"
                    print(f"\n{len(took) / seconds:.0f} rows a second came in, {each}")
                stop = asyncio.Event()
            pages = await walk(database, catalogue.LARGE, 40)
            print(f"\na page of 500 in a walk: first {pages[0]:.1f} ms, p95 of {len(pages)} pages {p95(pages):.1f} ms")
            return {(line.question, line.cloud): line for line in lines}
        finally:
            await database.close()
    finally:
        await server.stop()


def compare(sizes: Mapping[int, Mapping[tuple[str, str], Line]]) -> None:
    """How much longer each takes with most assets than with fewest."""
    few, many = min(sizes), max(sizes)
    print(f"\n| question | cloud | p95 ms at {few} | at {many} | ratio | of CPU at {few} | at {many} | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for key, line in sizes[many].items():
        before = sizes[few][key]
        wall = f"{before.p95_ms:.1f} | {line.p95_ms:.1f} | {line.p95_ms / before.p95_ms:.2f}"
        cpu = f"{before.cpu_p95_ms:.1f} | {line.cpu_p95_ms:.1f} | {line.cpu_p95_ms / before.cpu_p95_ms:.2f}"
        print(f"| {line.question} | {line.cloud} | {wall} | {cpu} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--data", type=Path, help="keep the catalogues in this folder, and use those that are there")
    args = parser.parse_args()
    sizes: dict[int, dict[tuple[str, str], Line]] = {}
    with tempfile.TemporaryDirectory(prefix="safelight-bench-") as place:
        kept: Path = args.data or Path(place)
        for rows in args.rows:
            folder = kept / str(rows)
            folder.mkdir(parents=True, exist_ok=True)
            for each in (Path(place), folder):
                each.chmod(0o755)
            sizes[rows] = asyncio.run(measured(rows, args.turns, folder))
    if len(sizes) > 1:
        compare(sizes)


if __name__ == "__main__":
    main()
