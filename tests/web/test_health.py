"""Alive, ready, and what the bare address says."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from PIL import Image

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.kernel.errors import Busy, NotAvailable, SafelightError
from safelight.render.model import PartFile, Probed, Rendered
from safelight.transform.plan import Plan
from safelight.transform.source import Region
from safelight.web import health
from safelight.web.app import build
from safelight.web.health import Health
from safelight.web.metrics import Metrics


def client_of(checks: dict[str, health.Check]) -> httpx.AsyncClient:
    app = build(Health(checks).routes(), metrics=Metrics())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")


async def fine() -> None:
    pass


async def broken() -> None:
    raise NotAvailable("the database does not answer")


async def endless() -> None:
    await asyncio.Event().wait()


async def test_alive_looks_at_nothing_else():
    async with client_of({"database": broken}) as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "alive")


@pytest.mark.parametrize(
    ("checks", "status", "expected"),
    [
        ({}, 200, {"status": "ready", "checks": {}}),
        ({"store": fine}, 200, {"status": "ready", "checks": {"store": "ok"}}),
        (
            {"database": broken, "store": fine},
            503,
            {"status": "not ready", "checks": {"database": "the database does not answer", "store": "ok"}},
        ),
    ],
)
async def test_ready_names_each_check(checks, status, expected):
    async with client_of(checks) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (status, expected)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_check_that_hangs_is_a_fault_and_does_not_hang_the_answer():
    answer = await health._answer(endless, seconds_max=0.01)
    assert answer == "no answer within 0.01 s"


async def test_the_store_is_asked_to_keep_a_file():
    blobs = MemoryBlobs()
    await health.store_check(blobs)()
    assert (await blobs.stat(health.PROBE_KEY)).size_bytes > 0


async def test_the_page_takes_nothing_from_elsewhere_and_runs_nothing():
    async with client_of({}) as client:
        answer = await client.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert not re.search(r"https?://|<script|<form|\son\w+=", answer.text)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/favicon.ico", "image/svg+xml"),
        ("/", "text/html; charset=utf-8"),
    ],
)
async def test_small_files_have_true_types(path: str, kind: str):
    async with client_of({}) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert len(answer.content) < 2000


class ProbingRender:
    """A twin that looks at pictures, or refuses to."""

    def __init__(self, refusal: SafelightError | None) -> None:
        self.refusal = refusal
        self.seen: list[Path] = []

    async def render(
        self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts: Sequence[PartFile] = ()
    ) -> Rendered:
        raise AssertionError("nobody asked for a picture")

    async def probe(self, source: Path, *, format: str, tenant: str = "") -> Probed:
        self.seen.append(source)
        if self.refusal is not None:
            raise self.refusal
        return Probed(format, 1, 1, 1, False)

    async def look(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> tuple[Region, ...]:
        raise AssertionError("nobody asked for a look")


@pytest.mark.parametrize(
    ("refusal", "answer"),
    [(None, "ok"), (Busy("too much to do"), "ok"), (NotAvailable("the darkroom is away"), "the darkroom is away")],
    ids=["answers", "busy", "away"],
)
async def test_the_darkroom_is_there_when_it_answers_or_is_busy(tmp_path: Path, refusal, answer: str):
    render = ProbingRender(refusal)
    check = health.darkroom_check(render, tmp_path / "run")
    assert [await health._answer(check) for _ in range(2)] == [answer] * 2
    assert {path.read_bytes() for path in render.seen} == {health.TINY_PNG}


@pytest.mark.parametrize(
    ("is_current", "answer"), [(True, "ok"), (False, "the database is not at this release; run `safelight migrate`")]
)
async def test_an_old_schema_is_told(is_current: bool, answer: str):
    async def ask() -> bool:
        return is_current

    assert await health._answer(health.schema_check(ask)) == answer


def test_the_picture_for_the_darkroom_is_one(tmp_path: Path):
    (tmp_path / "probe.png").write_bytes(health.TINY_PNG)
    with Image.open(tmp_path / "probe.png") as picture:
        picture.load()
        assert picture.size == (1, 1)
