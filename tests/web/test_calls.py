"""How many calls one address and one key may make, and what guessing comes to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from safelight.accounts import hourly
from safelight.kernel.errors import Unauthorized
from safelight.settings import ServerSettings, UploadSettings
from safelight.web.app import build
from safelight.web.body import read_params
from safelight.web.calls import Calls, calls_of
from safelight.web.metrics import Metrics
from tests.api import Api
from tests.conftest import NOW

OFF = ServerSettings(calls_per_minute_address=0, calls_per_minute_key=0, refused_per_minute_address=0)
UNSIGNED = UploadSettings(unsigned_per_hour_address=2)
WAIT_SECONDS = 55
"""From NOW to the full minute."""


async def answer(request: Request):
    if request.headers.get("authorization") == "wrong":
        raise Unauthorized("Invalid credentials")
    return PlainTextResponse("fine")


@asynccontextmanager
async def client(calls: Calls, address: str = "203.0.113.9", routes: list[Route] | None = None):
    paths = ("/v1_1/demo/ping", "/demo/image/upload/tom.jpg", "/healthz")
    app = build(routes or [Route(path, answer) for path in paths], metrics=Metrics(), calls=calls)
    transport = httpx.ASGITransport(app, client=(address, 4711), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as opened:
        yield opened


async def test_an_address_has_so_many_calls_in_a_minute_and_delivery_is_none(clock):
    calls = calls_of(replace(OFF, calls_per_minute_address=2), UNSIGNED, clock)
    async with client(calls) as here, client(calls, "203.0.113.10") as there:
        statuses = [(await here.get("/v1_1/demo/ping")).status_code for _ in range(3)]
        assert statuses == [200, 200, 420]
        refused = await here.get("/v1_1/demo/ping")
        assert refused.headers["Retry-After"] == str(WAIT_SECONDS)
        assert refused.json()["error"]["message"].startswith("Rate Limit Exceeded. Limit of 2 api operations a minute")
        assert refused.headers["X-Request-Id"]
        for path in ("/demo/image/upload/tom.jpg", "/healthz"):
            assert (await here.get(path)).status_code == 200
        assert (await there.get("/v1_1/demo/ping")).status_code == 200
        clock.set(NOW.replace(minute=5, second=0))
        assert (await here.get("/v1_1/demo/ping")).status_code == 200


async def test_who_guesses_is_not_heard_any_more(clock):
    calls = calls_of(replace(OFF, refused_per_minute_address=3), UNSIGNED, clock)
    async with client(calls) as here:
        statuses = [
            (await here.get("/v1_1/demo/ping", headers={"Authorization": "wrong"})).status_code for _ in range(4)
        ]
        assert statuses == [401, 401, 401, 420]
        assert (await here.get("/v1_1/demo/ping")).status_code == 420
        assert (await here.get("/demo/image/upload/tom.jpg", headers={"Authorization": "wrong"})).status_code == 401


async def test_proxies_are_believed_whose_calls_they_are(clock):
    server = replace(OFF, calls_per_minute_address=1, proxies=("203.0.113.9",))
    async with client(calls_of(server, UNSIGNED, clock)) as here:
        for forwarded, status in (("198.51.100.1", 200), ("198.51.100.2", 200), ("198.51.100.1", 420)):
            answered = await here.get("/v1_1/demo/ping", headers={"X-Forwarded-For": forwarded})
            assert answered.status_code == status


@pytest.fixture
async def api(database, clock) -> Api:
    api = Api(database, clock)
    await api.open()
    return api


@asynccontextmanager
async def door(api: Api, server: ServerSettings) -> AsyncIterator[httpx.AsyncClient]:
    """An API whose calls say who makes them, and nothing more."""
    calls = calls_of(server, UNSIGNED, api.clock)
    auth = replace(api.auth, calls=calls, uploads_per_hour=server.uploads_per_hour)

    async def upload(request: Request):
        return PlainTextResponse(str((await auth.upload(request, await read_params(request))).manner))

    async def basic(request: Request):
        return PlainTextResponse(str((await auth.basic(request)).manner))

    routes = [Route("/v1_1/{cloud}/upload", upload, methods=["POST"]), Route("/v1_1/{cloud}/basic", basic)]
    async with client(calls, routes=routes) as opened:
        yield opened


async def test_a_key_has_so_many_calls_in_a_minute_whatever_the_door(api: Api):
    await api.issue("other", "s")
    async with door(api, replace(OFF, calls_per_minute_key=2)) as here:
        assert (await here.post("/v1_1/demo/upload", data=api.signed({}))).status_code == 200
        assert (await here.get("/v1_1/demo/basic", auth=("1234", "s3cret"))).status_code == 200
        assert (await here.post("/v1_1/demo/upload", data=api.signed({}))).status_code == 420
        assert (await here.get("/v1_1/demo/basic", auth=("1234", "s3cret"))).status_code == 420
        assert (await here.get("/v1_1/demo/basic", auth=("other", "s"))).status_code == 200


async def test_a_cloud_has_so_many_uploads_in_an_hour_and_the_same_signature_may_come_again(api: Api):
    async with door(api, replace(OFF, uploads_per_hour=2)) as here:
        signed = api.signed({"public_id": "tom"})
        assert [(await here.post("/v1_1/demo/upload", data=signed)).status_code for _ in range(3)] == [200, 200, 420]
        assert (await here.get("/v1_1/demo/basic", auth=("1234", "s3cret"))).status_code == 200
        api.clock.set(NOW.replace(hour=4, minute=0, second=0))
        assert (await here.post("/v1_1/demo/upload", data=signed)).status_code == 200
        api.clock.set(NOW.replace(hour=4, minute=4, second=6))
        assert (await here.post("/v1_1/demo/upload", data=signed)).status_code == 400


async def test_uploads_that_nobody_signed_have_a_bound_of_their_own(api: Api):
    async with door(api, OFF) as here:
        preset = {"upload_preset": "open"}
        statuses = [(await here.post("/v1_1/demo/upload", data=preset)).status_code for _ in range(3)]
        assert statuses == [200, 200, 420]
        assert (await here.post("/v1_1/demo/upload", data=api.signed({}))).status_code == 200


async def test_what_is_counted_by_the_hour_is_counted_apart(session):
    counted = [
        await hourly.count(session, cloud, what, NOW) for cloud, what in [("a", "new"), ("a", "new"), ("b", "new")]
    ]
    assert counted == [1, 2, 1]
    assert await hourly.count(session, "a", "uploads", NOW) == 1
    assert await hourly.count(session, "a", "new", NOW.replace(hour=4)) == 1
