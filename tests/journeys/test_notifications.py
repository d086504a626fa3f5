"""A notification whose receiver is away outlives a power cut, and comes with the same bytes when its time is there."""

import json
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.installation import Installation
from tests.outside import receiver
from tests.pictures import encoded, scene

SECONDS_MAX = 30


@pytest.fixture
def safelight(tmp_path):
    environment = {"SAFELIGHT_FETCH_ALLOW": "127.0.0.1", "SAFELIGHT_TEST_CLOCK": "1"}
    installation = Installation(tmp_path / "notifications", environment=environment).start()
    yield installation
    assert installation.stop() == 0


def tried(safelight, times):
    """The one delivery, as soon as it was tried so often."""
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        answer = httpx.get(f"{safelight.api}/webhooks/deliveries", auth=safelight.auth, timeout=20)
        (delivery,) = answer.json()["deliveries"] or [{"tries": 0}]
        if delivery["tries"] == times:
            return delivery
        time.sleep(0.1)
    raise AssertionError(f"tried {delivery['tries']} times, not {times}")


def test_what_a_receiver_missed_comes_later_whatever_happened_meanwhile(safelight):
    with receiver(500, 503) as hook:
        safelight.upload(encoded(scene(64, 48), "PNG"), public_id="missed", notification_url=hook.url)
        assert (tried(safelight, 1)["state"], tried(safelight, 1)["status"]) == ("waiting", 500)
        safelight.kill()
        safelight.start()
        assert safelight.run("jobs", "run", "--due", "--json").returncode == 0
        assert tried(safelight, 1)["state"] == "waiting", "its time has not come"
        at = datetime.now(UTC)
        for tries, minutes, state, status in ((2, 3, "waiting", 503), (3, 6, "done", 200)):
            at += timedelta(minutes=minutes, seconds=30)
            safelight.run("clock", "set", at.isoformat())
            safelight.run("jobs", "run", "--due")
            delivery = tried(safelight, tries)
            assert (delivery["state"], delivery["status"]) == (state, status)
        got = [hook.got.get(timeout=SECONDS_MAX) for _ in range(3)]
        assert hook.got.empty()
    assert len({each.body for each in got}) == 1, "the same bytes"
    assert len({each.timestamp for each in got}) == len({each.signature for each in got}) == 3, "signed each time anew"
    done = safelight.run("webhooks", "show", safelight.cloud, delivery["id"], "--json", check=False)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert (shown["body"], json.loads(shown["body"])["public_id"]) == (got[0].body, "missed")
