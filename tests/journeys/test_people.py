"""From the first start to leaving and coming back: an owner, a colleague, and an account that is shut (PP-34)."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import cloudinary.api
import cloudinary.exceptions
import cloudinary.provisioning
import cloudinary.uploader
import httpx
import pytest

from tests.installation import Installation
from tests.pictures import photo

PASSWORD = "violet anvil tundra"
EMAIL = "ann@firm.example"
SHUT_SECONDS_MAX = 10
"""A second, on a machine that has nothing else to do."""


@pytest.fixture(scope="module")
def safelight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    environment = {"SAFELIGHT_IDENTITY_PASSWORD_MEMORY_KIB": "64"}
    installation = Installation(
        tmp_path_factory.mktemp("people"), arguments=("--workers", "2"), environment=environment
    ).start()
    yield installation
    assert installation.stop() == 0


@pytest.fixture(scope="module")
def client(safelight: Installation) -> Iterator[httpx.Client]:
    """A browser of the owner's."""
    with httpx.Client(base_url=safelight.base, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def owner(safelight: Installation, client: httpx.Client) -> dict[str, object]:
    """Made by the link that the start printed."""
    deadline = time.monotonic() + 30
    link = None
    while link is None and time.monotonic() < deadline:
        link = re.search(r"http://localhost:\d+/setup\?token=([\w-]+)", safelight.log.read_text())
    assert link is not None, safelight.log.read_text()
    words = {"token": link[1], "name": "Ann", "company": "Firm", "email": EMAIL, "password": PASSWORD}
    answer = client.post("/auth/setup", json=words)
    assert answer.status_code == 200, answer.text
    assert client.post("/auth/setup", json=words).status_code == 410
    return answer.json()["user"]


@pytest.fixture
def sdk(safelight: Installation) -> dict[str, str]:
    """Words for each call of the unmodified SDK."""
    return {
        "cloud_name": safelight.cloud,
        "api_key": safelight.key,
        "api_secret": safelight.secret,
        "upload_prefix": safelight.base,
    }


def delivered(url: str) -> set[int]:
    """What many connections at once are told, so that every process answers some."""
    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(lambda _: httpx.get(url, timeout=30).status_code, range(24)))


def test_a_colleague_is_invited_from_the_shell(safelight, owner):
    added = json.loads(safelight.run("user", "add", "bob@firm.example", "--name", "Bob", "--json").stdout)
    assert (added["status"], added["link"].startswith(f"{safelight.base}/auth/invitation?token=")) == ("pending", True)
    token = added["link"].rpartition("=")[2]
    with httpx.Client(base_url=safelight.base, timeout=30) as bob:
        assert bob.post("/auth/invitation", json={"token": token, "password": PASSWORD}).status_code == 200
        login = {"email": "bob@firm.example", "password": PASSWORD, "remember": "true"}
        assert bob.post("/auth/login", data=login).status_code == 200
        assert bob.get("/account/v1/me").json()["status"] == "active"
        safelight.run("user", "disable", "bob@firm.example")
        assert bob.get("/account/v1/me").status_code == 401
        assert bob.post("/auth/login", data=login).status_code == 403
        safelight.run("user", "enable", "bob@firm.example")
        reset = json.loads(safelight.run("user", "reset", "bob@firm.example", "--json").stdout)
        words = {"token": reset["link"].rpartition("=")[2], "password": "harbor lentil quartz"}
        assert bob.post("/auth/reset/confirm", json=words).status_code == 200
        assert bob.post("/auth/login", data=login).status_code == 401
        assert bob.post("/auth/login", data=login | {"password": words["password"]}).status_code == 200


def test_who_owns_it_is_asked_no_second_time(safelight, owner):
    refused = safelight.run("setup-link", check=False)
    assert (refused.returncode, "There is an owner already" in refused.stderr) == (1, True)


def test_a_disabled_account_is_shut_at_every_door_and_comes_back(safelight, owner, client, sdk):
    sent = cloudinary.uploader.upload(photo(64, 48), public_id="cat", **sdk)
    url = f"{safelight.base}/{safelight.cloud}/image/upload/c_scale,w_20/cat.png"
    assert delivered(url) == delivered(sent["url"]) == {200}
    assert client.post("/account/v1/disable", json={"password": PASSWORD}).status_code == 200
    shut_at = time.monotonic()
    while delivered(url) != {410}:
        assert time.monotonic() - shut_at < SHUT_SECONDS_MAX
    assert delivered(sent["url"]) == {410}
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired):
        cloudinary.uploader.upload(photo(64, 48), public_id="dog", **sdk)
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired):
        cloudinary.api.ping(**sdk)
    account = {
        "account_id": safelight.account,
        "provisioning_api_key": safelight.key,
        "provisioning_api_secret": safelight.secret,
        "upload_prefix": safelight.base,
    }
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired):
        cloudinary.provisioning.users(**account)
    assert client.get("/account/v1/me").status_code == 401
    login = {"email": EMAIL, "password": PASSWORD}
    assert client.post("/auth/login", json=login).status_code == 403
    assert client.post("/account/v1/enable", json=login).json() == {"enabled": True, "email": EMAIL}
    assert delivered(url) == delivered(sent["url"]) == {200}
    assert cloudinary.api.ping(**sdk)["status"] == "ok"
    assert len(cloudinary.provisioning.users(**account)["users"]) == 2
    assert client.post("/auth/login", json=login).status_code == 200
    ended = client.get("/account/v1/sessions").json()["sessions"][1]
    assert (ended["logout_kind"], ended["logout_at"] is not None) == ("disabled", True)
