"""PP-34: an account that is disabled is shut at every door of every process, leaves no trace, and comes back whole."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.clauses.site import EMAIL, PASSWORD, WRITTEN_SECONDS, Site, site
from tests.pictures import photo

SHUT_SECONDS_MAX = 10
"""A second, on a machine that has nothing else to do."""
LOGIN = {"email": EMAIL, "password": PASSWORD}
NETWORK = "203.0.113.0/24"
VISITOR = {"X-Forwarded-For": "203.0.113.9", "User-Agent": "Firefox/140.0"}
TABLES = ("traffic", "page_views", "asset_events", "asset_visits", "asset_counts")


@pytest.fixture(scope="module")
def ann(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("leaving")) as made:
        made.installation.upload(photo(64, 48), public_id="cat")
        yield made


def everywhere(ask) -> set[int]:
    """What many connections at once are told, so that both processes answer some; who signs in too often is locked."""
    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(lambda _: ask(), range(3 if ask.__name__ == "sign_in" else 24)))


def answers(doors) -> dict[str, set[int]]:
    return {name: everywhere(ask) for name, (ask, _, _) in doors.items()}


def doors_of(ann: Site) -> dict[str, tuple[object, int, int]]:
    """What is asked, and its status while the account is open and while it is shut."""
    here = ann.installation
    media, api = f"{here.base}/{here.cloud}/image/upload", here.api

    def get(url: str, **words: object):
        return lambda: httpx.get(url, headers=VISITOR, timeout=60, **words).status_code

    def upload() -> int:
        return httpx.post(
            f"{api}/image/upload",
            auth=here.auth,
            headers=VISITOR,
            data={"public_id": "dog", "overwrite": "true"},
            files={"file": ("a.png", photo(64, 48))},
            timeout=60,
        ).status_code

    def sign_in() -> int:
        return httpx.post(f"{here.base}/auth/login", json=LOGIN, headers=VISITOR, timeout=60).status_code

    return {
        "a stored file": (get(f"{media}/cat.png"), 200, 410),
        "a derived file": (get(f"{media}/c_scale,w_20/cat.png"), 200, 410),
        "the Admin API": (get(f"{api}/resources/image", auth=here.auth), 200, 401),
        "an upload": (upload, 200, 401),
        "sign-in": (sign_in, 200, 403),
    }


def rows_of_cloud(ann: Site) -> dict[str, int]:
    """Of tables that are there: how many rows belong to the account, and what they count."""
    (cloud,) = ann.rows("SELECT id FROM clouds WHERE name = %s", ann.installation.cloud)
    (user,) = ann.rows("SELECT id FROM users WHERE email = %s", EMAIL)
    there = {row[0] for row in ann.rows("SELECT table_name FROM information_schema.tables")}
    found = {f"{table} of the cloud": ("cloud_id", table, cloud[0]) for table in TABLES if table in there}
    found |= {f"{table} of the person": ("user_id", table, user[0]) for table in ("traffic", "page_views")}
    return {
        name: ann.rows(f'SELECT count(*) FROM "{table}" WHERE {column} = %s', owner)[0][0]
        for name, (column, table, owner) in found.items()
    }


def test_pp_34_disabling_shuts_every_door_of_both_processes_and_enabling_opens_them(ann):
    doors = doors_of(ann)
    opened = {name: {status} for name, (_, status, _) in doors.items()}
    shut = {name: {status} for name, (_, _, status) in doors.items()}
    assert answers(doors) == opened
    with ann.browser(signed_in=True) as client:
        assert client.get("/account/v1/me").status_code == 200
        assert client.post("/account/v1/disable", json={"password": PASSWORD}).status_code == 200
        shut_at = time.monotonic()
        while any(everywhere(ask) != {status} for name, (ask, _, status) in doors.items() if name != "sign-in"):
            assert time.monotonic() - shut_at < SHUT_SECONDS_MAX
        assert client.get("/account/v1/me").status_code == 401

        # From now on nothing is written of the account, whatever is asked of it.
        time.sleep(WRITTEN_SECONDS)
        before = rows_of_cloud(ann)
        traffic = "SELECT coalesce(sum(requests), 0) FROM traffic WHERE network = %s"
        ((seen,),) = ann.rows(traffic, NETWORK)
        assert answers(doors) == shut
        time.sleep(WRITTEN_SECONDS)
        assert rows_of_cloud(ann) == before
        assert len(before) > 6
        # That somebody asked is in the record of this server, as of any address that leads nowhere.
        assert ann.rows(traffic, NETWORK)[0][0] > seen

        assert client.post("/account/v1/enable", json=LOGIN).json() == {"enabled": True, "email": EMAIL}
    opened_at = time.monotonic()
    while (found := answers(doors)) != opened:
        assert time.monotonic() - opened_at < SHUT_SECONDS_MAX, found
    time.sleep(WRITTEN_SECONDS)
    assert rows_of_cloud(ann)["traffic of the cloud"] > before["traffic of the cloud"]
    ended = ann.rows("SELECT DISTINCT end_kind FROM user_sessions WHERE ended_at IS NOT NULL")
    assert ended == [("disabled",)]
