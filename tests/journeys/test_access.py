"""Who may see what, changed on one machine: within a second the other one, which knew the answer by heart, obeys."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudinary.utils
import httpx
import pytest
from PIL import Image

from tests.installation import Installation
from tests.outside import postgres
from tests.pictures import encoded

CHANGE_SECONDS_MAX = 1.0
"""A request that begins so long after a change was answered gets what is true now."""
WAIT_SECONDS_MAX = 60
TOKEN_KEY = "00112233ff99001122334455"


@dataclass(frozen=True)
class Pair:
    """Two machines over one database and one folder: changes are made on `a`, and felt on `b`."""

    a: Installation
    b: Installation

    def call(self, method: str, path: str, words: object = None) -> Any:
        answer = httpx.request(method, f"{self.a.api}/{path}", auth=self.a.auth, json=words, timeout=WAIT_SECONDS_MAX)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def status(self, path: str, headers: dict[str, str] | None = None) -> int:
        return self.ask(path, headers).status_code

    def ask(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        url = path if path.startswith("http") else f"{self.b.base}/{self.b.cloud}/image/{path}"
        return httpx.get(url, headers=headers, timeout=WAIT_SECONDS_MAX)

    def known_by_heart(self, path: str) -> None:
        """Ask until it is answered from memory."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while "hit" not in (answer := self.ask(path)).headers.get("server-timing", ""):
            assert answer.status_code == 200, answer.headers
            assert time.monotonic() < deadline, "it was never answered from memory"
            time.sleep(0.02)

    def obeys(self, path: str, status: int, headers: dict[str, str] | None = None) -> None:
        changed_at = time.monotonic()
        while True:
            asked_at = time.monotonic()
            found = self.status(path, headers)
            if found == status:
                return
            assert asked_at - changed_at < CHANGE_SECONDS_MAX, f"still {found}"

    def setting(self, **words: object) -> None:
        self.call("PUT", "access_settings", words)


@pytest.fixture(scope="module")
def pair(tmp_path_factory) -> Iterator[Pair]:
    folder: Path = tmp_path_factory.mktemp("pair")
    with postgres(folder / "database") as server:
        environment = {
            "SAFELIGHT_DATABASE": server.start(),
            "SAFELIGHT_BLOBS": f"file://{folder}/files",
            "SAFELIGHT_ACCOUNT_MASTER_KEY": "5afe" * 16,
            "SAFELIGHT_RENDER_CHILDREN": "1",
        }
        a, b = [
            Installation(folder / name, part="serve", arguments=("--workers", "1"), environment=environment)
            for name in ("a", "b")
        ]
        a.folder.mkdir()
        a.run("migrate")
        try:
            for machine in (a, b):
                machine.start()
            yield Pair(a, b)
        finally:
            for machine in (a, b):
                if machine.process is not None:
                    machine.stop()


def picture(colour: str = "red") -> bytes:
    return encoded(Image.new("RGB", (60, 40), colour), "PNG")


def test_rules_of_an_asset(pair: Pair):
    pair.a.upload(picture(), public_id="ruled")
    for path in ("upload/ruled.png", "upload/w_20/ruled.png"):
        pair.known_by_heart(path)
    pair.call("POST", "resources/image/upload/ruled", {"access_control": [{"access_type": "token"}]})
    for path in ("upload/ruled.png", "upload/w_20/ruled.png"):
        pair.obeys(path, 401)
    pair.call("POST", "resources/image/upload/ruled", {"access_control": None})
    pair.obeys("upload/ruled.png", 200)


def test_rules_of_what_lies_on_a_picture(pair: Pair):
    pair.a.upload(picture(), public_id="below")
    pair.a.upload(picture("blue"), public_id="above")
    path = "upload/l_above,w_10/below.png"
    pair.known_by_heart(path)
    pair.call("POST", "resources/image/upload/above", {"access_control": [{"access_type": "token"}]})
    pair.obeys(path, 401)
    pair.call("POST", "resources/image/upload/above", {"access_control": []})
    pair.obeys(path, 200)


@pytest.mark.parametrize(
    ("closed", "open", "status"),
    [
        ({"allowed_referrers": ["shop.example"]}, {"allowed_referrers": []}, 401),
        ({"restricted_types": ["upload"]}, {"restricted_types": []}, 401),
    ],
)
def test_settings_of_the_cloud(pair: Pair, closed: dict[str, object], open: dict[str, object], status: int):
    pair.a.upload(picture(), public_id="set")
    pair.known_by_heart("upload/set.png")
    pair.setting(**closed)
    pair.obeys("upload/set.png", status)
    pair.setting(**open)
    pair.obeys("upload/set.png", 200)


def test_reviews(pair: Pair):
    pair.a.upload(picture(), public_id="reviewed")
    pair.a.upload(picture("blue"), public_id="plain")
    paths = {"upload/reviewed.png": 404, "upload/w_20/reviewed.png": 404, "upload/l_reviewed,w_10/plain.png": 400}
    for path in paths:
        pair.known_by_heart(path)
    pair.call("POST", "resources/image/upload/reviewed", {"moderation_status": "rejected"})
    for path, status in paths.items():
        pair.obeys(path, status)
    pair.call("POST", "resources/image/upload/reviewed", {"moderation_status": "pending"})
    for path in paths:
        pair.obeys(path, 200)
        pair.known_by_heart(path)
    pair.setting(hide_pending=True)
    for path, status in paths.items():
        pair.obeys(path, status)
    pair.setting(hide_pending=False)
    pair.obeys("upload/reviewed.png", 200)


def test_strict_transformations(pair: Pair):
    pair.a.upload(picture(), public_id="strict")
    assert pair.status("upload/w_11/strict.png") == 200
    pair.setting(strict_transformations=True)
    pair.obeys("upload/w_12/strict.png", 401)
    assert pair.status("upload/w_11/strict.png") == 200, "what is made stays"
    pair.setting(strict_transformations=False)
    pair.obeys("upload/w_12/strict.png", 200)


def test_a_key_for_tokens(pair: Pair):
    pair.a.upload(picture(), public_id="shown", type="authenticated")
    cookie = cloudinary.utils.generate_auth_token(key=TOKEN_KEY, duration=3600, acl=f"/{pair.b.cloud}/*")
    path, headers = "authenticated/shown.png", {"cookie": cookie}
    assert pair.status(path, headers) == 401
    brought = pair.call("POST", "token_keys", {"key": TOKEN_KEY})
    pair.obeys(path, 200, headers)
    pair.call("DELETE", f"token_keys/{brought['id']}")
    pair.obeys(path, 401, headers)


def issue(pair: Pair) -> dict[str, str]:
    return json.loads(pair.a.run("key", "create", pair.a.cloud, "--json").stdout)


@pytest.mark.parametrize("end", ["disable", "delete", "rotate"])
def test_a_signature_ends_with_its_key(pair: Pair, end: str):
    pair.a.upload(picture(), public_id="signed")
    key = issue(pair)
    url, _ = cloudinary.utils.cloudinary_url(
        "signed.png",
        cloud_name=pair.b.cloud,
        api_secret=key["api_secret"],
        cname=f"127.0.0.1:{pair.b.port}",
        sign_url=True,
        secure=False,
    )
    pair.known_by_heart(url)
    pair.a.run("key", end, pair.a.cloud, key["api_key"])
    pair.obeys(url, 401)


def test_a_bearer_token(pair: Pair):
    issued = pair.call("POST", "access_tokens")
    headers = {"authorization": f"Bearer {issued['token']}"}
    ping = f"{pair.b.api}/ping"
    assert pair.status(ping, headers) == 200
    pair.call("DELETE", f"access_tokens/{issued['id']}")
    assert pair.status(ping, headers) == 401, "at once: nothing of it is remembered"


def test_a_cloud_that_is_closed(pair: Pair):
    pair.a.run("cloud", "create", "brief")
    key = json.loads(pair.a.run("key", "create", "brief", "--json").stdout)
    httpx.post(
        f"{pair.a.base}/v1_1/brief/image/upload",
        auth=(key["api_key"], key["api_secret"]),
        data={"public_id": "last"},
        files={"file": picture()},
    ).raise_for_status()
    url = f"{pair.b.base}/brief/image/upload/last.png"
    pair.known_by_heart(url)
    pair.a.run("cloud", "close", "brief")
    pair.obeys(url, 404)
