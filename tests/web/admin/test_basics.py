"""Ping, config, and what all answers of the Admin API have in common."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from safelight.accounts.model import FolderMode
from safelight.transform.spec import Vocabulary
from safelight.web.admin.routes import routes
from tests.api import Api

NO_WORDS: Vocabulary = {}
NOT = "Invalid value"
NUMBER = "must be a number from 1 to 1000000"
TIME = "must be a time such as 2024-06-25T17:33:24Z"
NEEDS = "Missing required parameter -"
NAMED = "transformations?transformation=t_none"
ONE_OF = "Exactly one of public_ids, prefix or all is required"


async def test_ping_config_and_the_kinds(client):
    assert (await client.get("ping")).json() == {"status": "ok"}
    assert (await client.get("config?")).json() == {"cloud_name": "demo", "created_at": "2026-01-02T03:04:05Z"}
    settings = (await client.get("config", params={"settings": "true"})).json()["settings"]
    assert settings == {"folder_mode": "dynamic"}
    assert (await client.get("resources")).json() == {"resource_types": ["image", "raw", "video"]}


async def test_a_cloud_in_fixed_mode_says_so(database, clock):
    api = Api(database, clock)
    await api.open(FolderMode.FIXED)
    async with api.client(routes(api.door, NO_WORDS)) as client:
        answer = await client.get("config", params={"settings": "1"})
    assert answer.json()["settings"] == {"folder_mode": "fixed"}


@pytest.mark.parametrize("path", ["ping", "resources/image/upload/nobody", "resources/nothing/upload"])
async def test_every_answer_tells_the_budget(client, path):
    headers = (await client.get(path)).headers
    assert (headers["X-FeatureRateLimit-Limit"], headers["X-FeatureRateLimit-Remaining"]) == ("1000", "999")
    assert headers["X-FeatureRateLimit-Reset"] == "Fri, 02 Jan 2026 04:00:00 GMT"
    assert parsedate_to_datetime(headers["X-FeatureRateLimit-Reset"])
    assert headers["X-Request-Id"]


async def test_over_the_budget_the_hour_must_pass(database, clock):
    api = Api(database, clock, requests_per_hour=2)
    await api.open()
    async with api.client(routes(api.door, NO_WORDS)) as client:
        assert [(await client.get("ping")).status_code for _ in range(3)] == [200, 200, 420]
        answer = await client.get("ping")
        assert answer.json()["error"]["message"] == (
            "Rate Limit Exceeded. Limit of 2 api operations reached. Try again on 2026-01-02 04:00:00 UTC"
        )
        assert (answer.headers["Retry-After"], answer.headers["X-FeatureRateLimit-Remaining"]) == ("3355", "0")
        clock.advance(timedelta(hours=1))
        assert (await client.get("ping")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "nothing", 404, "Not Found"),
        ("PUT", "ping", 405, "Method Not Allowed"),
        ("GET", "resources/image/upload/nobody", 404, "Resource not found - nobody"),
        ("GET", "resources/image/upload/no%2Fbody%20x", 404, "Resource not found - no/body x"),
        ("GET", "resources/image/upload/a%00b", 404, "Resource not found"),
        ("GET", "resources/0123", 404, "Resource not found - 0123"),
        ("PUT", "resources/0123", 404, "Resource not found - 0123"),
        ("GET", "resources/gif/upload", 400, "Invalid resource_type gif"),
        ("GET", "resources/image/gif", 400, "Invalid type gif"),
        ("GET", "resources/image?type=gif", 400, "Invalid type gif"),
        (
            "GET",
            "resources/image/upload?max_results=0",
            400,
            f"{NOT} 0 for parameter max_results: must be a number from 1 to 1000000",
        ),
        ("GET", "resources/image/upload?direction=up", 400, f"{NOT} up for parameter direction: must be asc or desc"),
        ("GET", "resources/image/upload?next_cursor=x", 400, "Invalid next_cursor"),
        (
            "GET",
            "resources/image/upload?start_at=soon",
            400,
            f"{NOT} soon for parameter start_at: must be a time such as 2024-06-25T17:33:24Z",
        ),
        ("GET", "resources/image/context", 400, "Missing required parameter - key"),
        ("GET", "resources/by_asset_ids", 400, "Missing required parameter - asset_ids"),
        ("GET", "resources/by_asset_folder?resource_type=gif", 400, "Invalid resource_type gif"),
        ("DELETE", "resources", 400, "Missing required parameter - asset_ids"),
        ("DELETE", "resources/image/upload", 400, ONE_OF),
        ("DELETE", "resources/image/upload?all=true&prefix=a", 400, ONE_OF),
        ("DELETE", "derived_resources", 400, "Missing required parameter - derived_resource_ids"),
        ("GET", "tags/gif", 400, "Invalid resource_type gif"),
        ("GET", NAMED, 404, "Transformation not found - t_none"),
        (
            "PUT",
            f"{NAMED}&allowed_for_strict=true",
            404,
            "Transformation not found - t_none",
        ),
        (
            "PUT",
            "transformations?transformation=t_none",
            400,
            f"{NEEDS} allowed_for_strict or unsafe_update",
        ),
        ("DELETE", "transformations?transformation=w_10", 404, "Transformation not found - w_10"),
        ("POST", "transformations?name=x", 400, "Missing required parameter - transformation"),
        ("POST", "transformations?transformation=w_10", 400, "Missing required parameter - name"),
        ("GET", "upload_presets/none", 404, "Can't find upload preset with name none"),
        ("DELETE", "upload_presets/none", 404, "Can't find upload preset with name none"),
    ],
)
async def test_the_words_of_errors(client, method, path, status, message):
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()) == (status, {"error": {"message": message}})
    assert answer.headers["X-Cld-Error"] == message


async def test_more_names_than_one_call_may_have_are_refused(client):
    for method, path, name in (
        ("GET", "resources/image/upload", "public_ids"),
        ("GET", "resources/by_asset_ids", "asset_ids"),
        ("DELETE", "resources/image/upload", "public_ids"),
        ("DELETE", "derived_resources", "derived_resource_ids"),
    ):
        answer = await client.request(method, path, json={name: [f"n{number}" for number in range(101)]})
        assert (answer.status_code, answer.json()["error"]["message"]) == (
            400,
            f"Too many {name}: 101. Maximum is 100.",
        )


async def test_without_credentials_nothing_is_told(api):
    async with api.client(routes(api.door, NO_WORDS), auth=None) as client:
        for method, path in (
            ("GET", "ping"),
            ("GET", "resources/image/upload/a"),
            ("DELETE", "resources/image/upload"),
        ):
            assert (await client.request(method, path)).status_code == 401
