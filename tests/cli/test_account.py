"""Clouds, keys and jobs from the shell, on a real database."""

import json
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from safelight.cli.main import main

Tell = Callable[..., object]


@pytest.fixture(scope="module")
def database_url(postgres_url: str) -> Iterator[str]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE shell")
        yield make_url(postgres_url).set(database="shell").render_as_string(hide_password=False)
        connection.execute("DROP DATABASE shell WITH (FORCE)")


@pytest.fixture
def tell(database_url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, capsys) -> Tell:
    """Run a command with `--json` and give what it said; a refusal is its exit code and its line."""
    monkeypatch.setenv("SAFELIGHT_DATABASE", database_url)
    # One folder for all tests: the key that seals secrets lies in it.
    folder = tmp_path_factory.getbasetemp() / "shell-data"
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("SAFELIGHT_DATA", str(folder))

    def run(*words: str) -> object:
        code = main([*words, "--json"])
        said = capsys.readouterr()
        return (code, said.err.strip()) if code else json.loads(said.out)

    return run


def test_a_database_is_migrated_as_often_as_one_likes(tell: Tell):
    assert [tell("migrate") for _ in range(2)] == [{"migrated": True}] * 2
    assert tell("cloud", "list") == [], "nobody saw a secret, so no key was made"


def test_a_cloud_is_made_listed_and_closed(tell: Tell):
    tell("migrate")
    made = tell("cloud", "create", "acme", "--folder-mode", "fixed", "--strict")
    assert {"cloud": "acme", "folder_mode": "fixed", "strict": True}.items() <= made.items()
    assert tell("cloud", "create", "acme") == (1, "safelight: cloud_name acme already exists")
    assert tell("cloud", "create", "../etc") == (1, "safelight: cloud_name (../etc) is invalid")
    assert made in tell("cloud", "list")
    assert tell("cloud", "close", "acme") == {"cloud": "acme", "closed": True}
    assert made not in tell("cloud", "list")
    assert tell("key", "create", "acme") == (
        1,
        "safelight: There is no cloud `acme`; `safelight cloud list` shows them.",
    )


def test_a_secret_is_shown_when_it_is_made_and_never_again(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "keys")
    made = tell("key", "create", "keys", "--name", "web")
    assert made["url"].startswith(f"cloudinary://{made['api_key']}:{made['api_secret']}@keys?upload_prefix=http://")
    (listed,) = tell("key", "list", "keys")
    assert (listed["api_key"], listed["name"], listed["enabled"]) == (made["api_key"], "web", True)
    assert made["api_secret"] not in json.dumps(listed)
    again = tell("key", "rotate", "keys", made["api_key"])
    assert again["api_key"] == made["api_key"]
    assert again["api_secret"] != made["api_secret"]
    assert tell("key", "disable", "keys", made["api_key"])["enabled"] is False
    assert [key["enabled"] for key in tell("key", "list", "keys")] == [False]


def test_a_key_from_elsewhere_is_taken_over(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "moved")
    made = tell("key", "create", "moved", "--api-key", "old-key", "--api-secret", "old-secret")
    assert (made["api_key"], made["api_secret"]) == ("old-key", "old-secret")
    assert tell("key", "create", "moved", "--api-key", "x") == (
        1,
        "safelight: --api-key and --api-secret belong together.",
    )


def test_the_queue_by_hand(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "queue")
    assert isinstance(tell("jobs", "list"), list)
    assert tell("jobs", "list", "--state", "dead") == []
    assert tell("jobs", "run", "--due") == {"done": 0}
    said = (1, "safelight: There is no dead job 4711; `safelight jobs list --state dead` shows them.")
    assert tell("jobs", "retry", "4711") == said


def test_a_database_that_is_away_is_one_line(tell: Tell, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SAFELIGHT_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    code, line = tell("cloud", "list")
    assert code == 1
    assert line.startswith("safelight: ")
    assert len(line.splitlines()) == 1
