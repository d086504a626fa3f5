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


def test_a_key_is_told_what_it_may(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "less")
    made = tell("key", "create", "less", "--role", "viewer", "--folder", "shop/red", "--folder", "shop/blue")
    assert made["roles"] == "viewer in shop/red, viewer in shop/blue"
    permit = ("key", "permit", "less", made["api_key"])
    assert tell(*permit, "--role", "editor")["roles"] == "editor"
    assert tell(*permit, "--role", "owner")["roles"] == "owner"
    for words, told in (
        (("--role", "king"), "safelight: Cannot find role with id king"),
        (("--role", "owner", "--folder", "shop"), "safelight: The role owner is everything in the cloud: "),
        (("--role", "developer", "--folder", "shop"), "safelight: Cannot find role with id developer"),
    ):
        code, said = tell(*permit, *words)
        assert code == 1
        assert said.startswith(told)
    assert [key["roles"] for key in tell("key", "list", "less")] == ["owner"]


def test_a_key_from_elsewhere_is_taken_over(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "moved")
    made = tell("key", "create", "moved", "--api-key", "old-key", "--api-secret", "old-secret")
    assert (made["api_key"], made["api_secret"]) == ("old-key", "old-secret")
    assert tell("key", "create", "moved", "--api-key", "x") == (
        1,
        "safelight: --api-key and --api-secret belong together.",
    )


def test_a_key_is_renamed_disabled_enabled_and_deleted(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "lives")
    made = tell("key", "create", "lives")
    assert tell("key", "rename", "lives", made["api_key"], "site")["name"] == "site"
    tell("key", "disable", "lives", made["api_key"])
    again = tell("key", "enable", "lives", made["api_key"])
    assert (again["enabled"], again["name"], again["last_used_at"]) == (True, "site", None)
    assert tell("key", "delete", "lives", made["api_key"])["deleted"] is True
    assert tell("key", "list", "lives") == []
    for words in (("rename", "x"), ("enable",), ("delete",)):
        verb, *more = words
        assert tell("key", verb, "lives", made["api_key"], *more) == (
            1,
            f"safelight: api_key {made['api_key']} not found",
        )


def test_who_may_see_what_is_set_and_shown(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "closed")
    shown = tell("cloud", "show", "closed")
    assert (shown["strict"], shown["restrict"], shown["referrers"], shown["fetch_hosts"]) == (
        False,
        ["list"],
        None,
        None,
    )
    words = ("--strict", "on", "--restrict", "fetch, pdf", "--referrers", "shop.example,none", "--token-name", "ticket")
    changed = tell("cloud", "set", "closed", *words, "--fetch-hosts", "*.files.example", "--strict-referrers", "a.b")
    told = ("strict", "restrict", "referrers", "fetch_hosts", "strict_referrers", "token_name", "folder_mode")
    assert [changed[name] for name in told] == [
        *(True, ["fetch", "pdf"], ["shop.example", "none"], ["*.files.example"], ["a.b"], "ticket", "dynamic"),
    ]
    assert tell("cloud", "show", "closed") == changed
    assert tell("cloud", "set", "closed", "--deny-hosts", "a.b,*.c")["denied_hosts"] == ["a.b", "*.c"]
    assert tell("cloud", "set", "closed", "--deny-hosts", "")["denied_hosts"] == []
    opened = tell("cloud", "set", "closed", "--strict", "off", "--restrict", "", "--referrers", "", "--fetch-hosts", "")
    assert [opened[name] for name in told[:4]] == [False, [], None, None]
    assert opened["strict_referrers"] == ["a.b"]
    code, line = tell("cloud", "set", "closed", "--restrict", "nonsense")
    assert (code, line.partition(";")[0]) == (1, "safelight: nonsense is no type that can be restricted")


def test_keys_for_tokens_and_bearer_tokens_are_shown_once(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "tokens")
    made = tell("token-key", "create", "tokens")
    brought = tell("token-key", "create", "tokens", "--key", "00112233FF990011")
    assert (len(made["key"]), brought["key"]) == (64, "00112233ff990011")
    assert {key["id"] for key in tell("token-key", "list", "tokens")} == {made["id"], brought["id"]}
    assert made["key"] not in json.dumps(tell("token-key", "list", "tokens"))
    assert tell("token-key", "delete", "tokens", made["id"])["deleted"] is True
    key = tell("key", "create", "tokens")["api_key"]
    issued = tell("token", "issue", "tokens", key, "--scope", "upload", "--hours", "2", "--name", "ci")
    assert issued["token"].startswith("slt_")
    (listed,) = tell("token", "list", "tokens")
    assert (listed["name"], listed["scopes"], listed["last_used_at"]) == ("ci", "upload", None)
    assert "token" not in listed
    assert tell("token", "revoke", "tokens", listed["id"])["revoked"] is True
    assert tell("token", "list", "tokens") == []
    assert tell("token", "issue", "tokens", "nobody") == (1, "safelight: api_key nobody not found")
    assert tell("token", "issue", "tokens", key, "--scope", "root")[0] == 1
    tell("key", "disable", "tokens", key)
    assert tell("token", "issue", "tokens", key) == (1, f"safelight: api_key {key} is disabled")


def test_the_queue_by_hand(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "queue")
    assert isinstance(tell("jobs", "list"), list)
    assert tell("jobs", "list", "--state", "dead") == []
    # What the schedule brings in that very minute is done too.
    assert tell("jobs", "run", "--due").keys() == {"done"}
    assert tell("jobs", "list", "--state", "dead") == []
    said = (1, "safelight: There is no dead job 4711; `safelight jobs list --state dead` shows them.")
    assert tell("jobs", "retry", "4711") == said


def test_a_database_that_is_away_is_one_line(tell: Tell, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SAFELIGHT_DATABASE", "postgresql://nobody@127.0.0.1:1/none")
    code, line = tell("cloud", "list")
    assert code == 1
    assert line.startswith("safelight: ")
    assert len(line.splitlines()) == 1
