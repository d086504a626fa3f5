"""An action on 10,000 assets, its worker killed in the middle: each has its turn once, and all is taken back."""

import os
import signal
import time

import httpx
import psycopg
import pytest

from tests.installation import Installation, processes
from tests.journeys.test_large_folder import COPIES
from tests.outside import postgres

ASSETS = 10_000
# What a killed worker held is taken up by another when it has been silent for half a minute.
SECONDS_MAX = 360

TAGGED = "SELECT count(*) FROM assets WHERE 'seen' = ANY (tags)"
TURNS = """
    SELECT count(*), count(DISTINCT change ->> 'id')
    FROM bulk_traces CROSS JOIN LATERAL jsonb_array_elements(changes) AS change WHERE bulk_id = %s
"""


@pytest.fixture
def safelight(tmp_path):
    with postgres(tmp_path / "database") as server:
        database = server.start()
        made = Installation(tmp_path / "one", environment={"SAFELIGHT_DATABASE": database})
        yield made.start(), database
        made.kill()


def kill_worker(installation):
    assert installation.process is not None
    workers = [pid for pid, args in processes(installation.process.pid).items() if "_worker" in args]
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    return len(workers)


def test_a_killed_worker_costs_nothing(safelight):
    installation, database = safelight
    installation.upload(b"one", resource_type="raw", public_id="large/1.txt", asset_folder="large")
    with psycopg.connect(database) as connection:
        psycopg.ClientCursor(connection).execute(COPIES, (ASSETS,))

    def asked(method, path, **words):
        answer = httpx.request(method, f"{installation.api}/{path}", auth=installation.auth, timeout=60, **words)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def one(question, *words):
        with psycopg.connect(database) as connection:
            row = connection.execute(question, words).fetchone()
        assert row is not None
        return row

    def ended(bulk, *, kills):
        deadline, killed = time.monotonic() + SECONDS_MAX, 0
        told = bulk
        while told["ended_at"] is None and time.monotonic() < deadline:
            told = asked("GET", f"bulk/{bulk['id']}")
            if killed < kills and 0 < told["done"] < ASSETS:
                killed += kill_worker(installation)
            time.sleep(0.02)
        assert (told["state"], told["ok"], told["failed"], told["skipped"]) == ("done", ASSETS, 0, 0)
        assert killed >= kills, "it was killed in the middle of its work"
        return told

    held = asked("POST", "snapshots", json={"expression": "asset_folder:large/*", "sort_by": [{"public_id": "asc"}]})
    assert held["total_count"] == ASSETS
    window = asked("GET", f"snapshots/{held['snapshot_id']}", params={"position": 8000, "limit": 3})
    assert [line["position"] for line in window["resources"]] == [8000, 8001, 8002]
    words = {"action": "add_tags", "tags": ["seen"], "snapshot_id": held["snapshot_id"]}
    bulk = ended(asked("POST", "bulk", json=words), kills=1)
    assert one(TAGGED) == (ASSETS,)
    assert one(TURNS, bulk["id"]) == (ASSETS, ASSETS)
    ended(asked("POST", f"bulk/{bulk['id']}/undo"), kills=0)
    assert one(TAGGED) == (0,)
