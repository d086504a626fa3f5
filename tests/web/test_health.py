"""Alive, ready, and what the bare address says."""

import asyncio
import re

import httpx
import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.kernel.errors import NotAvailable
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
