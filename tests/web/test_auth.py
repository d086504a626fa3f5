"""Who asks: every way to prove it, and the words of every refusal."""

import base64
from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from safelight.accounts import bearer, clouds
from safelight.accounts.bearer import ASSET_MANAGEMENT, SCOPES, UPLOAD
from safelight.accounts.keys import LAST_USE_SECONDS
from safelight.transform import sign
from safelight.web.auth import SHOWN_CHARS_MAX, UNSIGNED_WITH_NOTES
from safelight.web.body import read_params
from tests.api import Api


@pytest.fixture
async def api(database, clock):
    api = Api(database, clock)
    await api.open()
    return api


@pytest.fixture
async def client(api):
    def told(principal):
        key = principal.key and principal.key.api_key
        return JSONResponse({"cloud": principal.cloud.name, "manner": principal.manner.value, "key": key})

    async def basic(request: Request):
        return told(await api.auth.basic(request))

    async def upload(request: Request):
        return told(await api.auth.upload(request, await read_params(request)))

    async def tags(request: Request):
        return told(await api.auth.signed(request, await read_params(request), unsigned=UNSIGNED_WITH_NOTES))

    routes = [
        Route("/v1_1/{cloud}/basic", basic),
        Route("/v1_1/{cloud}/upload", upload, methods=["POST"]),
        Route("/v1_1/{cloud}/tags", tags, methods=["POST"]),
    ]
    async with api.client(routes, auth=None) as client:
        yield client


def basic(pair: str, alphabet=base64.b64encode) -> dict[str, str]:
    return {"Authorization": "Basic " + alphabet(pair.encode()).decode()}


async def test_the_right_credentials_are_taken_in_either_alphabet(api, client):
    await api.issue("k~~~", "??>>~~")
    for headers in (
        basic("1234:s3cret"),
        basic("k~~~:??>>~~"),
        basic("k~~~:??>>~~", base64.urlsafe_b64encode),
        {"Authorization": basic("1234:s3cret")["Authorization"].rstrip("=").replace("Basic", "basic")},
    ):
        answer = await client.get("basic", headers=headers)
        assert (answer.status_code, answer.json()["manner"]) == (200, "basic")


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "You must supply credentials"),
        ({"Authorization": "Digest x"}, "You must supply credentials"),
        ({"Authorization": "Bearer token"}, "Invalid token"),
        ({"Authorization": "Basic"}, "Invalid credentials"),
        ({"Authorization": "Basic !!!"}, "Invalid credentials"),
        ({"Authorization": "Basic /w=="}, "Invalid credentials"),
        (basic("1234"), "Invalid credentials"),
        (basic("9999:s3cret"), "Invalid api_key 9999"),
        (basic("1234\0:s3cret"), "Invalid api_key 1234\0"),
        (basic("é:s3cret"), "Invalid api_key é"),
        (basic("1234:wrong"), "api_secret mismatch"),
        (basic("1234:"), "api_secret mismatch"),
        (basic("1234:s3cret:more"), "api_secret mismatch"),
    ],
)
async def test_other_credentials_are_refused(client, headers, message):
    answer = await client.get("basic", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": {"message": message}})
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("name", ["nobody", "DEMO", "a%00b", "é"])
async def test_an_unknown_cloud_is_refused(client, name):
    answer = await client.get(f"http://api.test/v1_1/{name}/basic", headers=basic("1234:s3cret"))
    assert answer.status_code == 401
    assert answer.json()["error"]["message"].startswith("Invalid cloud_name ")


async def test_a_closed_cloud_and_a_disabled_key_are_unknown_at_once(api, client):
    async with api.database.transaction() as session:
        await api.keys.disable(session, api.cloud.id, "1234", api.clock.now())
    answer = await client.get("basic", headers=basic("1234:s3cret"))
    assert (answer.status_code, answer.json()["error"]["message"]) == (401, "Invalid api_key 1234")
    answer = await client.post("upload", data=api.signed({}))
    assert (answer.status_code, answer.json()["error"]["message"]) == (401, "Invalid api_key 1234")
    async with api.database.transaction() as session:
        await clouds.close(session, "demo", api.clock.now())
    answer = await client.get("basic", headers=basic("1234:s3cret"))
    assert (answer.status_code, answer.json()["error"]["message"]) == (401, "Invalid cloud_name demo")


async def test_a_rotated_secret_is_worth_nothing_at_once(api, client):
    async with api.database.transaction() as session:
        new = await api.keys.rotate(session, api.cloud.id, "1234", api.clock.now())
    assert (await client.get("basic", headers=basic("1234:s3cret"))).status_code == 401
    assert (await client.get("basic", headers=basic(f"1234:{new.secret.reveal()}"))).status_code == 200


@pytest.mark.parametrize(
    ("words", "algorithm", "version"),
    [
        ({}, "sha1", 2),
        ({"public_id": "a/b", "tags": ["x", "y"]}, "sha1", 2),
        ({"public_id": "é", "eager": "w_1|w_2"}, "sha256", 2),
        ({"notification_url": "https://h/?a=1&b=2"}, "sha1", 2),
        ({"notification_url": "https://h/?a=1"}, "sha1", 1),
    ],
)
async def test_a_signed_request_is_taken(api, client, words, algorithm, version):
    words = {"timestamp": str(int(api.clock.now().timestamp())), **words}
    signature = sign.sign_params(words, "s3cret", algorithm=algorithm, version=version)
    answer = await client.post("upload", data={**words, "signature": signature, "api_key": "1234", "file": "x"})
    assert answer.json() == {"cloud": "demo", "manner": "signature", "key": "1234"}


async def test_each_key_of_a_cloud_signs(api, client):
    api.key = await api.issue("5678", "other")
    answer = await client.post("upload", data=api.signed({"public_id": "a"}))
    assert answer.json()["key"] == "5678"


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        (
            {"signature": "00ff", "public_id": "x"},
            401,
            "Invalid Signature 00ff. String to sign - 'public_id=x&timestamp=1767323045'.",
        ),
        (
            {"signature": "00ff", "notification_url": "a&b"},
            401,
            "Invalid Signature 00ff. String to sign - 'notification_url=a%26b&timestamp=1767323045'.",
        ),
        ({"api_key": "9"}, 401, "Invalid api_key 9"),
        ({"api_key": None}, 400, "Missing required parameter - api_key"),
        ({"timestamp": None}, 400, "Missing required parameter - timestamp"),
        ({"signature": None}, 400, "Upload preset must be specified when using unsigned upload"),
        ({"signature": ["a", "b"]}, 400, "Invalid value for parameter signature: only one is possible"),
    ],
)
async def test_a_request_that_is_not_rightly_signed_is_refused(api, client, change, status, message):
    words = {name: value for name, value in {**api.signed({}), **change}.items() if value is not None}
    answer = await client.post("upload", data=words)
    assert (answer.status_code, answer.json()["error"]["message"]) == (status, message)
    assert answer.headers["X-Cld-Error"] == message


async def test_an_answer_does_not_repeat_all_that_was_sent(api, client):
    answer = await client.post("upload", data={**api.signed({"public_id": "a"}), "tags": "x" * 500_000})
    assert answer.status_code == 401
    assert len(answer.text) < 3 * SHOWN_CHARS_MAX


async def test_no_parameter_is_smuggled_in_a_value(api, client):
    signed = api.signed({"public_id": "logo&type=private"})
    first = await client.post("upload", data=signed)
    assert first.status_code == 200
    smuggled = {**signed, "public_id": "logo", "type": "private"}
    assert (await client.post("upload", data=smuggled)).status_code == 401


@pytest.mark.parametrize(
    ("seconds", "status", "message"),
    [
        (3600, 200, None),
        (
            3601,
            400,
            "Stale request - reported time is 2026-01-02 03:04:05 +0000 which is more than 1 hour ago",
        ),
        (-3600, 200, None),
        (
            -3601,
            400,
            "Invalid timestamp - reported time is 2026-01-02 03:04:05 +0000 which is more than 1 hour ahead",
        ),
    ],
)
async def test_a_signature_has_its_time(api, client, seconds, status, message):
    signed = api.signed({"public_id": "a"})
    api.clock.advance(timedelta(seconds=seconds))
    answer = await client.post("upload", data=signed)
    assert answer.status_code == status
    assert message is None or answer.json()["error"]["message"] == message


@pytest.mark.parametrize("timestamp", ["now", "-1", "1.5", "9" * 12, "٣"])
async def test_a_timestamp_is_a_number_of_seconds(api, client, timestamp):
    answer = await client.post("upload", data=api.signed({"timestamp": timestamp}))
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, f"Invalid timestamp {timestamp}")


@pytest.mark.parametrize(
    ("words", "headers", "manner"),
    [
        ({"upload_preset": "open"}, {}, "unsigned"),
        ({"upload_preset": "open", "api_key": "1234", "timestamp": "1"}, {}, "unsigned"),
        ({"upload_preset": "open"}, basic("1234:s3cret"), "basic"),
        ({}, basic("1234:s3cret"), "basic"),
    ],
)
async def test_an_upload_may_also_be_unsigned_or_basic(client, words, headers, manner):
    answer = await client.post("upload", data=words, headers=headers)
    assert (answer.status_code, answer.json()["manner"]) == (200, manner)


async def test_whoever_brings_both_must_be_right_in_both(api, client):
    right, wrong = basic("1234:s3cret"), basic("1234:wrong")
    signed = api.signed({"public_id": "a"})
    assert (await client.post("upload", data=signed, headers=right)).json()["manner"] == "signature"
    assert (await client.post("upload", data=signed, headers=wrong)).status_code == 401
    assert (await client.post("upload", data={**signed, "public_id": "b"}, headers=right)).status_code == 401


async def test_the_verbs_take_addresses_that_are_outside_the_signature(api, client):
    words = {"command": "add", "public_ids[]": ["a", "b"]}
    signed = api.signed({"command": "add", "public_ids": ["a", "b"]})
    signed = {**{name: value for name, value in signed.items() if name != "public_ids"}, **words}
    url = {"notification_url": "http://h/", "batch_id": "1"}
    assert (await client.post("tags", data={**signed, **url})).status_code == 200
    assert (await client.post("tags", data=api.signed({"command": "add", **url}))).status_code == 200
    assert (await client.post("upload", data={**signed, **url})).status_code == 401


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "Missing required parameter - api_key"),
        ({"upload_preset": "open"}, "Missing required parameter - api_key"),
        ({"api_key": "1234"}, "Missing required parameter - signature"),
    ],
)
async def test_the_verbs_are_never_unsigned(client, words, message):
    answer = await client.post("tags", data=words)
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


async def issued(api, scopes=SCOPES, hours=1):
    async with api.database.transaction() as session:
        token, letters = await bearer.issue(session, api.key, scopes=scopes, hours=hours, now=api.clock.now())
    return token, {"Authorization": f"Bearer {letters.reveal()}"}


async def test_a_token_stands_for_its_key_everywhere(api, client):
    _, headers = await issued(api)
    for method, path in (("GET", "basic"), ("POST", "upload"), ("POST", "tags")):
        answer = await client.request(method, path, headers=headers)
        assert answer.json() == {"cloud": "demo", "manner": "bearer", "key": "1234"}


@pytest.mark.parametrize(
    ("scope", "path", "told"),
    [
        (UPLOAD, "basic", "Invalid token: it is for upload, and this call needs asset_management"),
        (ASSET_MANAGEMENT, "upload", "Invalid token: it is for asset_management, and this call needs upload"),
        (ASSET_MANAGEMENT, "tags", "Invalid token: it is for asset_management, and this call needs upload"),
    ],
)
async def test_a_token_is_good_for_its_scope_alone(api, client, scope, path, told):
    _, headers = await issued(api, [scope])
    answer = await client.request("GET" if path == "basic" else "POST", path, headers=headers)
    assert (answer.status_code, answer.json()["error"]["message"]) == (401, told)


async def revoke(api, session, token):
    await bearer.revoke(session, api.cloud.id, token.id)


async def disable(api, session, _token):
    await api.keys.disable(session, api.cloud.id, "1234", api.clock.now())


async def rotate(api, session, _token):
    await api.keys.rotate(session, api.cloud.id, "1234", api.clock.now())


async def delete(api, session, _token):
    await api.keys.delete(session, api.cloud.id, "1234", api.clock.now())


async def wait(api, _session, _token):
    api.clock.advance(timedelta(hours=1))


@pytest.mark.parametrize("end", [revoke, disable, rotate, delete, wait])
async def test_a_token_ends_when_it_is_revoked_with_its_key_and_by_its_time(api, client, end):
    token, headers = await issued(api)
    assert (await client.get("basic", headers=headers)).status_code == 200
    async with api.database.transaction() as session:
        await end(api, session, token)
    for method, path in (("GET", "basic"), ("POST", "upload")):
        answer = await client.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["error"]["message"]) == (401, "Invalid token")


async def test_a_token_of_another_cloud_is_none(api, client):
    _, headers = await issued(api)
    async with api.database.transaction() as session:
        await clouds.create(session, "other", folder_mode=api.cloud.folder_mode, now=api.clock.now())
    answer = await client.get("http://api.test/v1_1/other/basic", headers=headers)
    assert (answer.status_code, answer.json()["error"]["message"]) == (401, "Invalid token")


async def test_it_is_known_when_a_key_and_a_token_were_last_used(api, client):
    async def last_used():
        async with api.database.transaction() as session:
            (key,) = await api.keys.list(session, api.cloud.id)
            (token,) = await bearer.list_all(session, api.cloud.id)
        return key.last_used_at, token.last_used_at

    _, headers = await issued(api)
    assert await last_used() == (None, None)
    first = api.clock.now()
    await client.get("basic", headers=basic("1234:wrong"))
    assert await last_used() == (None, None), "who has no secret uses nothing"
    await client.get("basic", headers=basic("1234:s3cret"))
    assert await last_used() == (first, None)
    api.clock.advance(timedelta(seconds=LAST_USE_SECONDS - 1))
    await client.post("upload", data=api.signed({}))
    assert await last_used() == (first, None), "not written each time"
    api.clock.advance(timedelta(seconds=1))
    await client.get("basic", headers=headers)
    assert await last_used() == (api.clock.now(), api.clock.now())
    api.clock.advance(timedelta(seconds=LAST_USE_SECONDS))
    await client.post("upload", data=api.signed({}))
    assert (await last_used())[0] == api.clock.now()
