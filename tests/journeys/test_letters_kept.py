"""A power cut while letters wait and while some are on their way: none is lost, and none leaves twice."""

import json
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.installation import Installation
from tests.mailserver import mail_server

LETTERS = 24
GONE_BEFORE = 2
"""So many have left when the power goes; the rest wait, or are on their way."""
SECONDS_MAX = 120
IN_HAND_MAX = 16
"""A worker does so many things at once at most."""


@pytest.fixture
def post(tmp_path: Path):
    with mail_server(tmp_path / "post") as server:
        yield server


@pytest.fixture
def safelight(tmp_path: Path, post):
    environment = {
        "SAFELIGHT_SMTP": f"smtp://127.0.0.1:{post.port}?from=letters@example.org",
        "SAFELIGHT_REGISTRATION": "open",
        "SAFELIGHT_IDENTITY_PASSWORD_MEMORY_KIB": "64",
        "SAFELIGHT_IDENTITY_TRIES_PER_MINUTE_ADDRESS": "0",
    }
    installation = Installation(tmp_path / "letters", environment=environment).start()
    yield installation
    assert installation.stop() == 0


def states(safelight: Installation) -> Counter[str]:
    told = safelight.run("mail", "list", "--limit", str(LETTERS * 2), "--json").stdout
    return Counter(each["state"] for each in json.loads(told))


def wait(until, pause: float = 0.05) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not until():
        assert time.monotonic() < deadline
        time.sleep(pause)


def test_a_power_cut_loses_no_letter_and_sends_none_twice(safelight, post):
    wanted = {f"person{number}@example.net" for number in range(LETTERS)}
    with httpx.Client(base_url=safelight.base, timeout=30) as client:
        for address in sorted(wanted):
            words = {"name": "Ann", "company": "Firm", "email": address, "password": "violet anvil tundra"}
            assert client.post("/auth/register", json=words).status_code == 202
    wait(lambda: len(post.taken()) >= GONE_BEFORE)
    safelight.kill()
    before = len(post.taken())
    safelight.start()
    wait(lambda: not {"waiting", "handing"} & set(states(safelight)), pause=2)
    taken = Counter(each.head["to"][0] for each in post.taken())
    ended = states(safelight)
    assert set(taken) <= wanted
    assert set(taken.values()) == {1}
    # What was in hand is told as unclear, for nobody knows: it may have arrived, and is not sent a second time.
    assert ended.total() == LETTERS
    assert set(ended) <= {"sent", "unclear"}
    assert ended["unclear"] <= IN_HAND_MAX
    assert LETTERS - ended["unclear"] <= len(taken) <= LETTERS
    assert before <= len(taken)
