"""The numbers: labels are words of ours, and processes add up."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from starlette.requests import Request

from safelight.kernel.errors import Busy, Forbidden, SafelightError, Unauthorized
from safelight.kernel.secret import Secret
from safelight.ports.queue import JobRow
from safelight.render.model import PartFile, Probed, Rendered
from safelight.settings import ServerSettings
from safelight.transform.plan import Plan
from safelight.transform.source import Region
from safelight.web.client import networks_of
from safelight.web.metrics import PASSED_ON, CountedRender, Metrics, MetricsDoor, Readers

COUNTING = """
import sys
from pathlib import Path
from safelight.web import metrics
metrics.share(Path(sys.argv[1]), sys.argv[2])
counted = metrics.Metrics()
for _ in range(int(sys.argv[3])):
    counted.request("GET", "/{cloud}/image/{rest:path}", 200, 0.01, 1000)
counted.render_began()
print(counted.text({"dead": 2, "waiting": 5}).decode())
"""


class OneRender:
    """A twin that makes one thing, or raises it."""

    def __init__(self, outcome: Rendered | SafelightError) -> None:
        self.outcome = outcome

    async def render(
        self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts: Sequence[PartFile] = ()
    ) -> Rendered:
        if isinstance(self.outcome, SafelightError):
            raise self.outcome
        return self.outcome

    async def probe(self, source: Path, *, format: str, tenant: str = "") -> Probed:
        return Probed(format, 1, 1, 1, False)

    async def look(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> tuple[Region, ...]:
        return ()


@pytest.mark.parametrize(
    ("outcome", "label"), [(Rendered(b"x", "jpg", 1, 1, 1), "ok"), (Busy("later"), "busy")], ids=["made", "refused"]
)
async def test_renders_are_counted_by_outcome(outcome: Rendered | SafelightError, label: str):
    metrics = Metrics()
    render = CountedRender(OneRender(outcome), metrics)
    try:
        await render.render(Plan(), Path("x"), source_format="jpg")
    except Busy:
        assert label == "busy"
    text = metrics.text().decode()
    assert f'safelight_renders_total{{outcome="{label}"}} 1.0' in text
    assert "safelight_renders_under_way 0.0" in text


def count_in_a_process(folder: Path, name: str, times: int) -> str:
    env = {"PROMETHEUS_MULTIPROC_DIR": str(folder), "PYTHONPATH": "src", "PATH": ""}
    words = [sys.executable, "-c", COUNTING, str(folder), name, str(times)]
    return subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout


def test_processes_add_up_and_one_that_comes_again_goes_on(tmp_path: Path):
    count_in_a_process(tmp_path, "web-1", 2)
    count_in_a_process(tmp_path, "web-2", 3)
    text = count_in_a_process(tmp_path, "web-1", 1)
    assert 'safelight_requests_total{method="GET",route="/{cloud}/image/{rest:path}",status="200"} 6.0' in text
    assert "safelight_sent_bytes_total 6000.0" in text
    assert "safelight_renders_under_way 2.0" in text, "a process that died while it made pictures makes none now"
    assert 'safelight_jobs{state="dead"} 2' in text
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{kind}_{name}.db" for kind in ("counter", "histogram", "gauge_livesum") for name in ("web-1", "web-2")
    }


def test_the_space_for_numbers_is_taken_at_the_start(tmp_path: Path):
    count_in_a_process(tmp_path, "web-1", 1)
    for path in tmp_path.iterdir():
        assert path.stat().st_blocks * 512 >= path.stat().st_size


class NoQueue:
    """A queue whose database is away, or that has two dead jobs."""

    def __init__(self, *, is_away: bool) -> None:
        self.is_away = is_away

    async def list(self, state: str | None = None, limit: int = 100) -> list[JobRow]:
        return []

    async def retry(self, job_id: int) -> bool:
        return False

    async def counts(self) -> dict[str, int]:
        if self.is_away:
            raise Busy("away")
        return {"dead": 2}


@pytest.mark.parametrize(("is_away", "is_told"), [(False, True), (True, False)])
async def test_jobs_are_told_while_the_database_is_there(is_away: bool, is_told: bool):
    door = MetricsDoor(Metrics(), NoQueue(is_away=is_away), Readers(networks_of(["10.0.0.0/8"])))
    answer = await door.get(request("10.0.0.7"))
    assert (b'safelight_jobs{state="dead"} 2' in answer.body) == is_told
    assert answer.status_code == 200


async def test_what_is_kept_too_long_is_told():
    async def late() -> dict[str, int]:
        return {"session": 3, "signup": 0}

    door = MetricsDoor(Metrics(), NoQueue(is_away=False), Readers(networks_of(["10.0.0.0/8"])), late)
    body = (await door.get(request("10.0.0.7"))).body
    assert b'safelight_retention_overdue{entity="session"} 3\n' in body
    assert b'safelight_retention_overdue{entity="signup"} 0\n' in body


def request(address: str, **headers: str) -> Request:
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": lines, "client": (address, 4711)})


HOME, PROXY = networks_of(["10.0.0.0/8", "::1"]), networks_of(["10.9.9.9"])


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (request("10.0.0.7"), None),
        (request("::1"), None),
        (request("203.0.113.9"), Forbidden),
        (request("203.0.113.9", authorization="Bearer word"), None),
        (request("203.0.113.9", authorization="bearer  word"), None),
        (request("203.0.113.9", authorization="Bearer wor"), Unauthorized),
        (request("10.0.0.7", authorization="Bearer wor"), Unauthorized),
        (request("203.0.113.9", authorization="Basic word"), Forbidden),
        # The proxy's own address opens nothing for its clients.
        (request("10.9.9.9", **{"x-forwarded-for": "203.0.113.9"}), Forbidden),
        (request("203.0.113.9", **{"x-forwarded-for": "10.0.0.7"}), Forbidden),
        (request("10.9.9.9", **{"x-forwarded-for": "10.0.0.7"}), None),
        # Nor does that of one which nobody has named; nor what a named one does not tell of its client.
        *((request("10.0.0.7", **{header: "203.0.113.9"}), Forbidden) for header in PASSED_ON),
        *((request("10.9.9.9", **{header: "10.0.0.7"}), Forbidden) for header in PASSED_ON[1:]),
        (request("10.0.0.7", authorization="Bearer word", via="1.1 front"), None),
    ],
)
def test_numbers_are_for_some_networks_and_for_who_knows_the_word(asked: Request, refused: type[SafelightError] | None):
    readers = Readers(HOME, Secret("word"), PROXY)
    if refused is None:
        readers.check(asked)
    else:
        with pytest.raises(refused):
            readers.check(asked)


@pytest.mark.parametrize(
    ("address", "is_heard"),
    [("127.0.0.1", True), ("::1", True), ("10.0.0.7", False), ("192.168.1.2", False), ("203.0.113.9", False)],
)
def test_if_nothing_is_said_only_this_machine_reads_the_numbers(address: str, is_heard: bool):
    readers = Readers(networks_of(ServerSettings().metrics_networks))
    if is_heard:
        readers.check(request(address))
    else:
        with pytest.raises(Forbidden, match="metrics_networks and metrics_token"):
            readers.check(request(address))


def test_without_a_word_none_is_right():
    with pytest.raises(Forbidden):
        Readers(HOME).check(request("203.0.113.9", authorization="Bearer "))
