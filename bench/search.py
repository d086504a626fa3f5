"""Search at a size: kinds of question to catalogues of several sizes, each on a PostgreSQL of its own.

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
from psycopg import sql
from sqlalchemy import delete, text

from bench import catalogue
from safelight.adapters.database import migrate
from safelight.adapters.database.embedded import EmbeddedPostgres
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.database.reindex import reindex
from safelight.adapters.queue import procrastinate
from safelight.assets import catalogue as catalogue_of_assets
from safelight.assets import likeness as likeness_of_assets
from safelight.assets.model import Facts, NewAsset, Order
from safelight.assets.search import Search, Sort, search
from safelight.assets.store import A, assets
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from safelight.render.likeness import Likeness

NOW = datetime(2026, 1, 2, tzinfo=UTC)
TURNS = 20
HEAD = "| question | cloud | found | median ms | p95 ms | median ms of CPU |\n| --- | --- | --- | --- | --- | --- |"
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
    "one of them, by a word of its own": Search("sku-777"),
    "a word that none has": Search("nosuchword"),
    "a width": Search("width:[1000 TO 1010]"),
    "more pixels than most": Search("pixels>35.5m"),
    "one file by its checksum": Search("etag=c81e728d9d4c2f636f067f89cc14862c"),
    "changed long ago, the newest first": Search("updated_at<2022-04-01"),
    "a word among the old ones": Search("kivona AND created_at<2022-06-01"),
}
LIKENESS = "pictures that look like one"


@dataclass(frozen=True)
class Line:
    question: str
    cloud: str
    found: int
    median_ms: float
    p95_ms: float
    cpu_ms: float

    @property
    def numbers(self) -> str:
        return f"{self.found} | {self.median_ms:.1f} | {self.p95_ms:.1f} | {self.cpu_ms:.1f}"


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
        lines.append(Line(name, cloud, total, median(took), p95(took), median(worked)))
    return lines


async def look_alike(database: PostgresDatabase, turns: int) -> Line:
    """Each turn asks for another picture."""
    took: list[float] = []
    worked: list[float] = []
    found = 0
    async with database.transaction() as session:
        rows = await session.fetch(
            text("SELECT facts FROM analyses WHERE kind = 'likeness' ORDER BY version_id LIMIT 100")
        )
    for row in rows[:turns]:
        likeness = Likeness.read(row["facts"]["likeness"])
        async with database.transaction() as session:
            pid = await session.fetch_one(PID)
            server = 0 if pid is None else int(pid["pid"])
            began, before = perf_counter(), cpu_ms(server)
            found = len(await likeness_of_assets.find(session, catalogue.LARGE, likeness, count_max=50))
            took.append((perf_counter() - began) * 1000)
            worked.append(cpu_ms(server) - before)
    return Line(LIKENESS, catalogue.LARGE, found, median(took), p95(took), median(worked))


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
        began = perf_counter()
        if _is_empty(connection, "assets"):
            catalogue.fill(connection, rows)
            print(f"{rows} assets, filled in {perf_counter() - began:.0f} s", flush=True)
        began = perf_counter()
        if _is_empty(connection, "analyses"):
            count = catalogue.add_likenesses(connection)
            print(f"what {count} pictures look like, in {perf_counter() - began:.0f} s", flush=True)


def _is_empty(connection: psycopg.Connection, table: str) -> bool:
    return connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone() is None


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


async def measured(rows: int, turns: int, folder: Path) -> tuple[dict[tuple[str, str], Line], float]:
    """Each line, and how many rows a second came in while others asked."""
    server = EmbeddedPostgres(folder, settings=SERVER)
    url = await server.start()
    try:
        await migrate.run(url)
        # What a catalogue of an earlier day lacks is made as in a worker.
        await reindex(url, ["assets", "analyses"], print, missing_only=True)
        await asyncio.to_thread(built, url, rows)
        print(f"\n{rows} assets\n")
        with psycopg.connect(url) as connection:
            for name, size in index_sizes(connection):
                print(f"    {size:8.1f} MiB {name}")
        database = PostgresDatabase(url, defer=procrastinate.defer, pool_size=4)
        try:
            lines: list[Line] = []
            rate = 0.0
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
                alike = await look_alike(database, turns)
                lines += [] if is_busy else [alike]
                print(f"| {alike.question} | {alike.cloud} | {alike.numbers} |", flush=True)
                stop.set()
                if uploading is not None:
                    took = await uploading
                    rate = len(took) / (perf_counter() - began)
                    each = f"each in {median(took):.1f} ms (p95 {p95(took):.1f})"
                    print(f"\n{rate:.0f} rows a second came in, {each}")
                stop = asyncio.Event()
            pages = await walk(database, catalogue.LARGE, 40)
            print(f"\na page of 500 in a walk: first {pages[0]:.1f} ms, p95 of {len(pages)} pages {p95(pages):.1f} ms")
            return {(line.question, line.cloud): line for line in lines}, rate
        finally:
            await database.close()
    finally:
        await server.stop()


def compare_uploads(uploads: Mapping[int, float]) -> None:
    """Rows that came in each second while all was asked."""
    print("\n| assets | rows a second while questions are asked |\n| --- | --- |")
    for rows, rate in uploads.items():
        print(f"| {rows} | {rate:.0f} |")


def compare(sizes: Mapping[int, Mapping[tuple[str, str], Line]]) -> None:
    """How much longer each takes with most assets than with fewest."""
    few, many = min(sizes), max(sizes)
    print(f"\n| question | cloud | p95 ms at {few} | at {many} | ratio | ms of CPU at {few} | at {many} | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for key, line in sizes[many].items():
        before = sizes[few][key]
        wall = f"{before.p95_ms:.1f} | {line.p95_ms:.1f} | {line.p95_ms / before.p95_ms:.2f}"
        cpu = f"{before.cpu_ms:.1f} | {line.cpu_ms:.1f} | {line.cpu_ms / before.cpu_ms:.2f}"
        print(f"| {line.question} | {line.cloud} | {wall} | {cpu} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--data", type=Path, help="keep the catalogues in this folder, and use those that are there")
    args = parser.parse_args()
    sizes: dict[int, dict[tuple[str, str], Line]] = {}
    uploads: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="safelight-bench-") as place:
        kept: Path = args.data or Path(place)
        for rows in args.rows:
            folder = kept / str(rows)
            folder.mkdir(parents=True, exist_ok=True)
            for each in (Path(place), folder):
                each.chmod(0o755)
            sizes[rows], uploads[rows] = asyncio.run(measured(rows, args.turns, folder))
    if len(sizes) > 1:
        compare(sizes)
        compare_uploads(uploads)


if __name__ == "__main__":
    main()
