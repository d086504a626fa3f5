"""`safelight privacy selfcheck` on a running installation: as it is, and with a fault planted for just one clause."""

import json
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from tests.clauses.site import Site, site

POSTED = "controller: {name: Firm, postal: 1 Road, contact: privacy@firm.example, authority: The Authority}\n"


@pytest.fixture(scope="module")
def ann(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("selfcheck")
    mine = folder / "mine.yaml"
    mine.write_text(POSTED)
    with site(folder, SAFELIGHT_PRIVACY="strict", SAFELIGHT_PRIVACY_POLICY=str(mine)) as made:
        yield made


def safelight(ann: Site, *words: str, **environment: str) -> tuple[int, str]:
    done = replace(ann.installation, environment={**ann.installation.environment, **environment}).run(
        *words, check=False
    )
    return done.returncode, done.stdout or done.stderr


def checked(ann: Site, *words: str, **environment: str) -> tuple[int, dict[str, str]]:
    code, told = safelight(ann, "privacy", "selfcheck", "--json", *words, **environment)
    return code, {row["clause"]: row["status"] for row in json.loads(told)}


def failing(found: dict[str, str]) -> list[str]:
    return [clause for clause, status in found.items() if status == "FAIL"]


def test_as_it_runs_every_clause_is_told_and_none_fails(ann):
    assert safelight(ann, "privacy", "policy", "post")[0] == 0
    code, found = checked(ann)
    assert (code, failing(found), len(found)) == (0, [], 75)
    assert {found[f"PP-{number}"] for number in ("12", "20", "22", "30", "36", "40", "59", "61", "64", "74", "75")} == {
        "PASS"
    }
    with ann.browser() as client:
        [last] = client.get("/privacy/v1/assessments").json()["assessments"]
        page = client.get("/privacy/policy").text
    assert (last["failed"], len(last["results"])) == (0, 75)
    assert "PP-40 · holds" in page


@pytest.mark.parametrize(
    ("clause", "plant", "mend"),
    [
        ("PP-20", "ALTER TABLE users ADD COLUMN nickname text", "ALTER TABLE users DROP COLUMN nickname"),
        (
            "PP-64",
            "UPDATE policy_versions SET citation = 'an act'",
            "UPDATE policy_versions SET citation = ''",
        ),
        (
            "PP-08",
            "UPDATE user_sessions SET country = 'Bavaria'",
            "UPDATE user_sessions SET country = 'ZZ'",
        ),
    ],
)
def test_a_fault_in_the_database_fails_its_clause_alone(ann, clause, plant, mend):
    with ann.browser(signed_in=True), psycopg.connect(ann.database, autocommit=True) as connection:
        connection.execute(plant)
        try:
            code, found = checked(ann)
        finally:
            connection.execute(mend)
    assert (code, failing(found)) == (1, [clause])
    assert checked(ann, "--clause", clause) == (0, {clause: "PASS"})


@pytest.mark.parametrize(
    ("clause", "settings"),
    [
        ("PP-22", {"SAFELIGHT_SMTP": "smtp://mail.example.org?from=a@firm.example"}),
    ],
)
def test_a_setting_that_no_policy_knows_fails_its_clause_alone(ann, clause, settings):
    code, found = checked(ann, **settings)
    assert (code, failing(found)) == (1, [clause])


def test_where_nobody_answers_what_must_be_asked_is_not_testable(ann):
    code, found = checked(ann, "--live-url", "http://127.0.0.1:9")
    assert code == 0
    assert {found[f"PP-{number}"] for number in (30, 36, 40, 59, 61, 62, 64)} == {"NOT-TESTABLE"}


def test_without_a_database_nothing_can_be_looked_at(ann):
    code, _told = safelight(ann, "privacy", "selfcheck", SAFELIGHT_DATABASE="postgresql://nobody@127.0.0.1:9/none")
    assert code == 3
    assert safelight(ann, "privacy", "selfcheck", "--clause", "PP-99")[0] == 3


def test_who_wants_more_than_is_promised_posts_it_first(ann):
    code, told = safelight(ann, "privacy", "policy", "diff", "--json", SAFELIGHT_ACTIVITY_DAYS="365")
    assert code == 0
    assert json.loads(told)["class"] == "substantial"
    code, told = safelight(ann, "privacy", "policy", "post", "--class", "minor", SAFELIGHT_ACTIVITY_DAYS="365")
    assert code == 1
    assert "PP-69" in told
    history = json.loads(safelight(ann, "privacy", "policy", "history", "--json")[1])
    assert [(row["version"], row["state"]) for row in history] == [(1, "effective")]


def test_pages_show_the_version_that_binds_in_both_languages(ann):
    with ann.browser() as client:
        for language, words in (("en", "Last updated"), ("de", "Zuletzt geändert")):
            page = client.get("/privacy/policy", headers={"Accept-Language": language}).text
            assert words in page
            assert "privacy@firm.example" in page
        assert client.get("/privacy/policy/1").status_code == 200
        assert client.get("/privacy/policy/2").status_code == 404
        assert client.get("/privacy/policy?as_of=2020-01-01").status_code == 404
        assert client.get("/privacy/policy?as_of=yesterday").status_code == 400
        assert client.get("/privacy/changes.atom").headers["content-type"].startswith("application/atom+xml")
        model = client.get("/.well-known/privacy-policy.json").json()
        assert (model["version"], model["policy"]["controller"]["name"]) == (1, "Firm")
        rows = client.get("/privacy/v1/retention").json()["entities"]
        assert {row["entity"]: row["keep_days"] for row in rows}["traffic"] == 180
        assert client.get("/privacy/v1/recipients").json() == {"recipients": []}


def test_strict_mode_lets_everybody_do_what_they_came_for(ann):
    """Every page of a person's, and a picture: none of it reads for what the policy does not allow."""
    with ann.browser(signed_in=True) as client:
        home = client.get("/console", follow_redirects=True)
        paths = [f"/console/demo/{word}" for word in ("keys", "usage")]
        paths += [f"/admin/{word}" for word in ("users", "groups")]
        paths += [f"/account{word}" for word in ("", "/security", "/sessions", "/activity", "/letters", "/leave")]
        paths += [f"/account/v1/{word}" for word in ("me", "sessions", "activity", "preferences")]
        statuses = {path: client.get(path, follow_redirects=True).status_code for path in paths}
    assert home.status_code == 200
    assert {path: status for path, status in statuses.items() if status >= 500} == {}
    assert "PP-12" not in ann.installation.log.read_text()
