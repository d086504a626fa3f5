"""What is public is told as strangers find it; a change is looked at from outside by a job; the selfcheck knows."""

import json
import time
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from PIL import Image

from tests.clauses.site import Site, site
from tests.journeys.test_selfcheck import checked, failing
from tests.pictures import encoded

CLAUSES = ("--clause", "PP-09", "--clause", "PP-10", "--clause", "PP-11")
WAIT_SECONDS_MAX = 60


@pytest.fixture(scope="module")
def ann(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("exposure"), SAFELIGHT_PRIVACY="strict") as made:
        for name in ("one", "two", "three"):
            answer = made.installation.upload(encoded(Image.new("RGB", (60, 40), "red"), "PNG"), public_id=name)
            assert answer["privacy"]["flags"] == []
        yield made


def address(ann: Site, name: str, transformation: str = "") -> str:
    return f"{ann.base}/{ann.installation.cloud}/image/upload/{transformation}{name}.png"


def rules(ann: Site, name: str, *rules: dict[str, str]) -> None:
    path = f"{ann.installation.api}/resources/image/upload/{name}"
    answer = httpx.post(path, auth=ann.installation.auth, json={"access_control": list(rules)}, timeout=60)
    assert answer.status_code == 200, answer.text


def found(ann: Site, name: str) -> dict[str, object]:
    """What was found from outside after the last change."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    query = (
        "SELECT facts FROM analyses JOIN assets USING (cloud_id, version_id) WHERE analyses.kind = 'exposure' "
        "AND assets.name = %s"
    )
    while time.monotonic() < deadline:
        rows = ann.rows(query, name)
        if rows:
            return rows[0][0]
        time.sleep(0.1)
    raise AssertionError("nobody looked")


def test_a_change_is_looked_at_from_outside_in_every_process(ann):
    for transformation in ("", "w_20/"):
        for _ in range(8):
            assert httpx.get(address(ann, "one", transformation)).status_code == 200
    rules(ann, "one", {"access_type": "token"})
    seen = found(ann, "one")
    assert (seen["was_public"], seen["is_public"], seen["is_obeyed"], seen["wrong"]) == (True, False, True, [])
    assert seen["addresses"] == 2
    assert {httpx.get(address(ann, "one")).status_code for _ in range(8)} == {401}


def test_what_is_public_is_told_to_its_owner_and_to_nobody_else(ann):
    with ann.browser(signed_in=True) as client:
        told = client.get("/privacy/v1/exposure").json()
        [cloud] = told["clouds"]
        assert (cloud["delivery"], cloud["public"], cloud["assets"]) == ("public", 2, 3)
        assert sorted(each["public_id"] for each in told["public"]) == ["three", "two"]
        assert {each["rule"] for each in told["public"]} == {"type"}
        for each in told["public"]:
            assert httpx.get(each["url"]).status_code == 200
        walked, cursor = [], ""
        while True:
            page = client.get("/privacy/v1/exposure", params={"max_results": 1, "next_cursor": cursor}).json()
            walked += [each["public_id"] for each in page["public"]]
            if not (cursor := page.get("next_cursor", "")):
                break
        assert sorted(walked) == ["three", "two"]
        for words, status in (
            ({"max_results": "0"}, 422),
            ({"max_results": "x"}, 422),
            ({"next_cursor": "made up"}, 400),
            ({"cloud_name": "other"}, 404),
        ):
            assert client.get("/privacy/v1/exposure", params=words).status_code in (status, 400, 422), words
    assert httpx.get(f"{ann.base}/privacy/v1/exposure").status_code == 401
    shown = json.loads(ann.installation.run("privacy", "exposure", ann.installation.cloud, "--json").stdout)
    assert sorted(each["public_id"] for each in shown["items"]) == ["three", "two"]


def test_the_notice_is_read_once_and_kept(ann):
    with ann.browser(signed_in=True) as client:
        notice = client.get("/privacy/v1/upload-notice").json()
        assert "Files may tell more" in notice["texts"]["en"]
        first = client.post("/privacy/v1/upload-notice", json={"version": notice["version"]}).json()
        again = client.post("/privacy/v1/upload-notice", json={"version": notice["version"]}).json()
        assert first == again
        assert client.post("/privacy/v1/upload-notice", json={"version": 99}).status_code in (400, 422)
    assert ann.rows("SELECT about, version FROM notice_acks") == [("upload", notice["version"])]


def test_the_selfcheck_holds(ann):
    code, told = checked(ann, *CLAUSES)
    assert (code, told) == (0, {"PP-09": "PASS", "PP-10": "PASS", "PP-11": "PASS"})


def test_a_process_that_hands_out_what_is_closed_fails_pp_10_alone(ann):
    """The change is written past everything that tells the processes of it."""
    with ann.browser(signed_in=True) as client:
        told = client.get("/privacy/v1/exposure").json()["public"]
    url = next(each["url"] for each in told if each["public_id"] == "two")
    hits = 0
    while hits < 30:
        hits += "hit" in httpx.get(url).headers.get("server-timing", "")
    with psycopg.connect(ann.database, autocommit=True) as connection:
        connection.execute("UPDATE assets SET access_control = '[{\"token\": true, \"start\": null, \"end\": null, "
                           "\"path\": null, \"key_id\": null}]' WHERE name = 'two'")  # fmt: skip
        code, told = checked(ann, *CLAUSES)
        connection.execute("UPDATE assets SET access_control = '[]' WHERE name = 'two'")
    assert (code, failing(told)) == (1, ["PP-10"])
    assert checked(ann, *CLAUSES)[0] == 0


def test_a_change_that_was_not_obeyed_fails_it_until_it_is(ann):
    with psycopg.connect(ann.database, autocommit=True) as connection:
        plant = "UPDATE analyses SET facts = facts || '{\"is_obeyed\": false}' WHERE kind = 'exposure'"
        assert connection.execute(plant).rowcount
        assert failing(checked(ann, *CLAUSES)[1]) == ["PP-10"]
        connection.execute("DELETE FROM analyses WHERE kind = 'exposure'")
    assert checked(ann, *CLAUSES)[0] == 0
