"""What clients counted is what was counted: eight at once, two restarts, and a power cut."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
import pytest

from tests.installation import Installation
from tests.pictures import encoded, scene

CLIENTS = 8
NAMES = 2
SETTLE_SECONDS_MAX = 60


@pytest.fixture
def safelight(tmp_path):
    installation = Installation(tmp_path / "metered", arguments=("--workers", "2")).start()
    yield installation
    installation.kill()


@dataclass
class Client:
    """Does what applications do, each with names of its own, and counts it."""

    safelight: Installation
    number: int
    seen: Counter = field(default_factory=Counter)
    stored: dict[str, int] = field(default_factory=dict)
    kept: dict[str, bool] = field(default_factory=dict)
    derived: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.http = httpx.Client(timeout=60)
        self.body = encoded(scene(160, 120), "PNG")

    def upload(self, name: str, letters: int, *, backup: bool = False) -> None:
        data = self.body + b"x" * letters  # what follows the end of a PNG makes each file its own
        answer = self.http.post(
            f"{self.safelight.api}/image/upload",
            auth=self.safelight.auth,
            data={"public_id": name, "backup": str(backup).lower()},
            files={"file": ("a.png", data)},
        )
        assert answer.status_code == 200, answer.text
        self.seen += Counter(requests=1, transformations=1)
        if self.kept.get(name):
            self.seen["backup"] += self.stored[name]
        self.stored[name], self.kept[name], self.derived[name] = len(data), backup, {}

    def get(self, transformation: str, name: str) -> None:
        path = f"{transformation}/{name}.jpg" if transformation else f"{name}.png"
        answer = self.http.get(f"{self.safelight.base}/{self.safelight.cloud}/image/upload/{path}")
        assert answer.status_code == 200, answer.text
        self.seen += Counter(bandwidth_bytes=len(answer.content), deliveries=1)
        if transformation and transformation not in self.derived[name]:
            self.derived[name][transformation] = len(answer.content)
            self.seen["transformations"] += 1

    def erase(self, name: str) -> None:
        answer = self.http.post(
            f"{self.safelight.api}/image/destroy", auth=self.safelight.auth, data={"public_id": name}
        )
        assert answer.json() == {"result": "ok"}
        self.seen["requests"] += 1
        if self.kept.pop(name):
            self.seen["backup"] += self.stored[name]
        del self.stored[name], self.derived[name]

    def work(self, phase: int) -> None:
        for place in range(NAMES):
            name = f"metered/{self.number}/{phase}-{place}"
            self.upload(name, 100 * self.number + place, backup=place == 0)
            self.get("", name)
            for transformation in ("w_40", "w_41,e_sepia", "w_40", "w_40"):
                self.get(transformation, name)
            missing = self.http.get(f"{self.safelight.base}/{self.safelight.cloud}/image/upload/{name}-none.png")
            assert missing.status_code == 404
            self.upload(name, 50 + place)
            self.get("w_40", name)
            if (place, phase % 2) == (1, 1):
                self.erase(name)

    def counted(self) -> Counter:
        lies = Counter(
            original=sum(self.stored.values()),
            derived=sum(size for made in self.derived.values() for size in made.values()),
            resources=len(self.stored),
        )
        return self.seen + lies


METERS = ("transformations", "bandwidth_bytes", "deliveries", "requests")


def told(safelight: Installation) -> Counter:
    """What the installation counted, as the shell tells it."""
    usage = json.loads(safelight.run("usage", safelight.cloud, "--json").stdout)
    found = Counter({meter: usage[meter] for meter in METERS})
    for row in usage["by_cause"]:
        if row["meter"] == "storage_bytes":
            found[row["cause"]] += row["amount"]
        if (row["meter"], row["cause"]) == ("objects", "original"):
            found["resources"] += row["amount"]
    return +found


def settled(safelight: Installation, expected: Counter) -> Counter:
    """What was made of files that are gone goes by jobs, and what was handed out is written within a second."""
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    while (found := told(safelight)) != expected and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def test_eight_clients_and_two_restarts_end_with_exact_figures(safelight):
    clients = [Client(safelight, number) for number in range(CLIENTS)]
    for phase in range(3):
        if phase:
            assert safelight.stop() == 0
            safelight.start()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda client, phase=phase: client.work(phase), clients))
    expected = +sum((client.counted() for client in clients), Counter())
    assert settled(safelight, expected) == expected
    usage = httpx.get(f"{safelight.api}/usage", auth=safelight.auth).json()
    assert usage["transformations"]["usage"] == expected["transformations"]
    assert usage["bandwidth"]["usage"] == expected["bandwidth_bytes"]
    assert usage["impressions"]["usage"] == expected["deliveries"]
    assert usage["storage"]["usage"] == expected["original"] + expected["backup"] + expected["derived"]
    assert usage["resources"] == expected["resources"]
    assert json.loads(safelight.run("usage", "recompute", safelight.cloud, "--json").stdout)["equal"]


def test_after_a_power_cut_only_the_last_second_of_bandwidth_may_be_missing(safelight):
    clients = [Client(safelight, number) for number in range(2)]
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(lambda client: client.work(0), clients))
    time.sleep(2)
    clients[0].get("w_40", "metered/0/0-1")
    safelight.kill()
    safelight.start()
    expected = +sum((client.counted() for client in clients), Counter())
    lost = Counter(bandwidth_bytes=clients[0].derived["metered/0/0-1"]["w_40"], deliveries=1)
    assert settled(safelight, expected - lost) in (expected, expected - lost)


def test_what_a_killed_process_did_not_write_is_told(safelight):
    client = Client(safelight, 0)
    client.upload("metered/killed", 1)
    client.get("w_30", "metered/killed")
    time.sleep(2)
    seen: list[float] = []

    def read() -> None:
        with httpx.Client(timeout=10) as http, suppress(httpx.HTTPError):
            while True:
                http.get(f"{safelight.base}/{safelight.cloud}/image/upload/w_30/metered/killed.jpg").raise_for_status()
                seen.append(time.monotonic())

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(read) for _ in range(2)]
        time.sleep(2.4)
        killed = time.monotonic()
        safelight.kill()
        [each.result() for each in running]
    safelight.start()
    handed_out = 1 + len(seen)
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    lost = written = 0
    while lost + written < handed_out and time.monotonic() < deadline:
        lost = json.loads(safelight.run("activity", "status", "--json").stdout)["lost"]
        written = httpx.get(f"{safelight.api}/usage", auth=safelight.auth).json()["impressions"]["usage"]
    # An answer may have reached its client a moment before it was counted.
    assert lost + written >= handed_out - len(running)
    assert lost <= len([each for each in seen if each > killed - 2]) + len(running)


def test_a_power_cut_amid_uploads_leaves_figures_that_are_what_is_there(safelight):
    ended = threading.Event()
    clients = [Client(safelight, number) for number in range(4)]

    def work(client: Client) -> None:
        phase = 0
        while not ended.is_set():
            try:
                client.work(phase)
            except (httpx.HTTPError, AssertionError):
                return
            phase += 1

    with ThreadPoolExecutor(len(clients)) as pool:
        running = [pool.submit(work, client) for client in clients]
        time.sleep(4)
        safelight.kill()
        ended.set()
        [each.result() for each in running]
    safelight.start()
    compared = json.loads(safelight.run("usage", "recompute", safelight.cloud, "--json").stdout)
    assert compared["equal"], compared
    assert {row["meter"] for row in compared["figures"]} >= {"storage_bytes", "objects", "transformations"}
