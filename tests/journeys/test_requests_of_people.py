"""People ask a running installation about their data, by page and API; the operator answers by commands."""

import email.policy
import json
import re
import time
from collections.abc import Iterator
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.installation import Installation

ANN = "ann.asks@people.example"
STRANGER = "stranger@elsewhere.example"
SECONDS_MAX = 120
POLICY = "controller: {name: Example Ltd, contact: privacy@media.example, authority: The Authority}\n"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("requests")
    (folder / "policy.yaml").write_text(POLICY)
    environment = {
        "SAFELIGHT_PRIVACY_POLICY": str(folder / "policy.yaml"),
        "SAFELIGHT_IDENTITY_TRIES_PER_MINUTE_ADDRESS": "0",
    }
    installation = Installation(folder, environment=environment).start()
    installation.run("user", "add", ANN, "--name", "Ann", "--role", "admin")
    yield installation
    installation.kill()


def letter(installation: Installation, to: str, said: str) -> str:
    """The words of the letter to that address in which this stands, as soon as it has left."""
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        for path in sorted((installation.folder / "data" / "letters").glob("*.eml")):
            message = BytesParser(policy=email.policy.default).parsebytes(path.read_bytes())
            body = message.get_body(("plain",))
            words = body.get_content() if body else ""
            if message["To"] == to and said in f"{message['Subject']}\n{words}":
                return str(words)
        time.sleep(0.1)
    raise AssertionError(f"no letter to {to} with {said}")


def key_in(words: str) -> str:
    found = re.search(r"https?://\S+/privacy/request/case\?key=\S+", words)
    assert found, words
    return parse_qs(urlsplit(found[0]).query)["key"][0]


def told(installation: Installation, *words: str) -> dict[str, object]:
    return json.loads(installation.run("privacy", "requests", *words, "--json").stdout)


def test_a_stranger_asks_proves_it_and_is_answered(installation: Installation):
    form = {"kind": "access", "email": STRANGER, "region": "gdpr", "about": "", "text": "All of it.", "website": ""}
    with httpx.Client(base_url=installation.base, follow_redirects=True, timeout=30) as client:
        sent = client.post("/privacy/request", data=form)
        assert sent.status_code == 200
        assert not client.cookies
        case = re.search(r"SL-\d{4}-\d{6}", sent.text)
        assert case
        key = key_in(letter(installation, STRANGER, case[0]))
        shown = client.post("/privacy/request/case", data={"key": key, "act": "prove"})
        assert "nothing is kept about you" in shown.text
    letter(installation, STRANGER, "Nothing is kept about you")
    assert told(installation, "show", case[0])["state"] == "no_data"


def test_a_customer_gets_the_archive_by_the_api(installation: Installation):
    url = f"{installation.base}/privacy/v1/requests"
    asked = httpx.post(url, json={"kind": "access", "email": ANN, "country": "US"}).json()
    assert asked["status"] == "in_progress"
    assert asked["expected_by"]
    key = key_in(letter(installation, ANN, asked["case"]))
    proved = httpx.post(f"{url}/{asked['request_id']}/verify", json={"key": key}).json()
    assert proved["export_id"]
    deadline, state = time.monotonic() + SECONDS_MAX, ""
    while state != "fulfilled" and time.monotonic() < deadline:
        bearer = {"Authorization": f"Bearer {key}"}
        state = httpx.get(f"{url}/{asked['request_id']}", headers=bearer).json()["status"]
        time.sleep(0.2)
    assert state == "fulfilled"


def test_the_operator_answers_puts_off_and_refuses(installation: Installation, tmp_path: Path):
    opened = told(installation, "open", "objection", ANN, "--verified", "--text", "By post.", "--country", "DE")
    case = str(opened["case"])
    assert (opened["state"], opened["overdue"]) == ("needs_person", False)
    assert told(installation, "assign", case, "Olivia")["assignee"] == "Olivia"
    later = told(installation, "extend", case, "--reason", "There is a lot of it.")
    assert str(later["due_at"]) > str(opened["due_at"])
    letter(installation, ANN, "There is a lot of it.")
    twice = installation.run("privacy", "requests", "extend", case, "--reason", "Still.", check=False)
    assert (twice.returncode != 0, "twice" in twice.stderr) == (True, True)
    told(installation, "deny", case, "--ground", "claim_not_covered", "--reason", "The contract needs it.")
    words = letter(installation, ANN, "The contract needs it.")
    assert "The Authority" in " ".join(words.split())
    assert "court" in words
    shown = told(installation, "show", case)
    assert (shown["state"], shown["ground"]) == ("denied", "claim_not_covered")
    listed = json.loads(installation.run("privacy", "requests", "list", "--all", "--json").stdout)
    assert case in {each["case"] for each in listed}


def test_what_was_carried_out_is_proved_by_a_file(installation: Installation, tmp_path: Path):
    opened = told(installation, "open", "automated_decision_info", ANN, "--verified", "--country", "DE")
    case, out = str(opened["case"]), tmp_path / "receipt.json"
    assert opened["state"] == "fulfilled"
    installation.run("jobs", "run", "--due")
    deadline = time.monotonic() + SECONDS_MAX
    while not told(installation, "show", case)["has_receipt"] and time.monotonic() < deadline:
        time.sleep(1)
    installation.run("privacy", "requests", "receipt", case, str(out))
    verified = installation.run("receipt", "verify", str(out))
    assert (verified.returncode, "GOOD" in verified.stdout) == (0, True)
    out.write_text(out.read_text().replace(case, "SL-2026-999999"))
    assert installation.run("receipt", "verify", str(out), check=False).returncode == 1


def test_numbers_tell_what_is_overdue(installation: Installation):
    numbers = httpx.get(f"{installation.base}/metrics").text
    assert 'safelight_requests_overdue{what="answer"} 0' in numbers
    assert 'safelight_requests_overdue{what="owner"} 0' in numbers
