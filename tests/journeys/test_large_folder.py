"""A folder of 10,000 assets is deleted by a job that goes on where a killed machine left it."""

import os
import signal
import time

import httpx
import psycopg
import pytest

from tests.installation import Installation, processes
from tests.outside import postgres

ASSETS = 10_000
KILLS = 1
# What a killed worker held is taken up by another when it has been silent for half a minute.
SECONDS_MAX = 360

# Rows like that of the one file that was uploaded, each with a name and a version of its own.
COPIES = """
    CREATE TEMPORARY TABLE copies AS
        SELECT assets.*, number FROM assets CROSS JOIN generate_series(2, %s) AS number WHERE name = 'large/1.txt';
    UPDATE copies SET id = md5('id' || number), version_id = md5('version' || number),
        name = 'large/' || number || '.txt', folder = CASE WHEN number %% 2 = 0 THEN 'large' ELSE 'large/deep' END;
    ALTER TABLE copies DROP COLUMN number;
    INSERT INTO assets SELECT * FROM copies;
"""


@pytest.fixture
def safelight(tmp_path):
    with postgres(tmp_path / "database") as server:
        database = server.start()
        made = Installation(tmp_path / "one", environment={"SAFELIGHT_DATABASE": database})
        yield made.start(), database
        made.kill()


def test_it_is_deleted_to_the_end(safelight):
    installation, database = safelight
    kept = installation.upload(b"kept", resource_type="raw", public_id="kept.txt", asset_folder="other")
    installation.upload(b"one", resource_type="raw", public_id="large/1.txt", asset_folder="large")
    httpx.post(f"{installation.api}/folders/large/deep", auth=installation.auth).raise_for_status()

    def left() -> int:
        with psycopg.connect(database) as connection:
            row = connection.execute("SELECT count(*) FROM assets WHERE folder LIKE 'large%'").fetchone()
        assert row is not None
        return row[0]

    with psycopg.connect(database) as connection:
        connection.execute("SELECT 1")
        psycopg.ClientCursor(connection).execute(COPIES, (ASSETS,))
    assert left() == ASSETS
    answer = httpx.request(
        "DELETE", f"{installation.api}/folders/large", params={"with_assets": "true"}, auth=installation.auth
    )
    assert answer.json()["status"] == "pending"
    counts = [ASSETS]
    deadline = time.monotonic() + SECONDS_MAX
    while counts[-1] and time.monotonic() < deadline:
        now_left = left()
        if now_left < counts[-1] and len(counts) <= KILLS and now_left:
            assert installation.process is not None
            workers = [pid for pid, args in processes(installation.process.pid).items() if "_worker" in args]
            for pid in workers:
                os.kill(pid, signal.SIGKILL)
        if now_left != counts[-1]:
            counts.append(now_left)
        time.sleep(0.02)
    assert counts[-1] == 0
    assert len(counts) > KILLS, "it was killed in the middle of its work"
    while time.monotonic() < deadline:
        folders = httpx.get(f"{installation.api}/folders", auth=installation.auth).json()["folders"]
        if [one["path"] for one in folders] == ["other"]:
            break
        time.sleep(0.1)
    assert [one["path"] for one in folders] == ["other"]
    assert httpx.get(str(kept["url"])).content == b"kept"
