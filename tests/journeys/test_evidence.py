"""Evidence and retention from outside: a real installation, its shell, and programs that only have its addresses."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest

from safelight.adapters.database.embedded import running_url
from tests.installation import Installation

NOON = "2026-01-02T12:00:00Z"
PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    made = Installation(tmp_path_factory.mktemp("evidence") / "house", environment={"SAFELIGHT_TEST_CLOCK": "1"})
    made.folder.mkdir()
    made.run("clock", "set", NOON)
    yield made.start()
    made.stop()


def told(installation, *words: str, code: int = 0) -> dict:
    done = installation.run("privacy", *words, "--json", check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_the_ledger_is_checked_from_outside_and_a_change_in_the_database_is_found(installation, tmp_path):
    told(installation, "retention", "run")
    signed = told(installation, "ledger", "checkpoint")["note"]
    assert httpx.get(f"{installation.base}/.well-known/safelight-ledger/checkpoint").text == signed
    (tmp_path / "kept").write_text(signed)
    good = told(installation, "ledger", "verify", "--checkpoint", str(tmp_path / "kept"))
    assert (good["ok"], good["faults"]) == (True, [])
    lines = httpx.get(f"{installation.base}/privacy/v1/ledger/entries").json()["entries"]
    assert {"retention.daily", "key.made"} <= {json.loads(each)["type"] for each in lines}

    url = running_url(installation.folder / "data")
    with psycopg.connect(url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("DELETE FROM ledger_entries")
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE ledger_entries SET body = replace(body, '2026-01-02', '2025-01-02') WHERE seq = 0")
        bad = told(installation, "ledger", "verify", code=1)
        connection.execute("UPDATE ledger_entries SET body = replace(body, '2025-01-02', '2026-01-02') WHERE seq = 0")
    assert bad["ok"] is False
    assert any("line 0" in fault for fault in bad["faults"])
    told(installation, "ledger", "verify")


def test_the_verifier_is_fetched_and_works_alone(installation, tmp_path):
    verifier = tmp_path / "verify.py"
    verifier.write_bytes(httpx.get(f"{installation.base}/.well-known/safelight-ledger/verify.py").content)
    done = subprocess.run([sys.executable, "-I", verifier, "--help"], capture_output=True, text=True, timeout=60)
    assert "Check a receipt" in done.stdout
    none = Path(tmp_path / "none.json")
    none.write_text("{}")
    assert installation.run("receipt", "verify", str(none), check=False).returncode == 1


def test_what_is_over_its_time_goes_and_is_told_and_a_worker_that_stands_still_is_found_out(installation):
    answer = httpx.post(
        f"{installation.base}/auth/register",
        json={"name": "Ada", "company": "Engines", "email": "ada@example.org", "password": PASSWORD},
    )
    assert answer.status_code < 500
    with psycopg.connect(running_url(installation.folder / "data"), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO webhook_deliveries (cloud_id, id, url, topic, body, state, tries, created_at) "
            "VALUES ('c', 'i', 'https://example.org/ada', 'upload', '', 'sent', 1, '2026-01-02T12:00:00Z')"
        )
    later = "2026-02-03T12:00:00Z"
    rows = {each["entity"]: each for each in told(installation, "retention", "plan", "--as-of", later)["entities"]}
    assert (rows["webhook-deliveries"]["due"], rows["webhook-deliveries"]["keep_days"]) == (1, 30)
    now = {each["entity"]: each for each in told(installation, "retention", "plan")["entities"]}
    assert now["webhook-deliveries"]["due"] == 0

    installation.run("clock", "set", later)
    late = told(installation, "retention", "status", code=1)
    assert late["status"] == "FAIL"
    assert "1 of webhook-deliveries should have gone a day ago" in late["faults"]
    done = told(installation, "retention", "run")
    rows = {each["entity"]: each for each in done["entities"]}
    assert (done["status"], rows["webhook-deliveries"]["done"], rows["webhook-deliveries"]["due"]) == ("OK", 1, 0)
    again = told(installation, "retention", "run")
    assert again["status"] == "OK"
    assert told(installation, "retention", "status")["faults"] == []
    daily = [
        json.loads(each)
        for each in httpx.get(f"{installation.base}/privacy/v1/ledger/entries").json()["entries"]
        if json.loads(each)["type"] == "retention.daily"
    ]
    assert [each["ts"][:10] for each in daily] == ["2026-01-02", "2026-02-03"]
