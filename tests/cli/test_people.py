"""Accounts, their keys and their people from the shell, on a real database."""

from tests.cli.test_account import Tell, database_url, tell

__all__ = ["database_url", "tell"]


def test_an_account_its_key_and_its_people(tell: Tell):
    tell("migrate")
    assert tell("account", "list") == []
    assert tell("user", "list") == (
        1,
        "safelight: There is no account; make one with `safelight account create NAME`.",
    )
    assert tell("account", "create", "Firm", "--id", "Firm")["account"] == "firm"
    key = tell("provisioning-key", "create", "--name", "ci")
    assert key["url"] == f"account://{key['api_key']}:{key['api_secret']}@firm"
    listed = tell("provisioning-key", "list", "--account", "firm")
    assert ([row["api_key"] for row in listed], "api_secret" in listed[0]) == ([key["api_key"]], False)
    assert tell("provisioning-key", "disable", key["api_key"])["enabled"] is False
    tell("cloud", "create", "shop", "--account", "firm")
    assert tell("cloud", "create", "shelf", "--account", "none")[0] == 1
    ann = tell("user", "add", "ann@firm.example", "--name", "Ann", "--role", "admin", "--clouds", "shop")
    link = ann.pop("link")
    assert "/auth/invitation?token=" in link
    assert {"role": "admin", "status": "pending", "everywhere": False}.items() <= ann.items()
    again = tell("user", "reset", "ann@firm.example", "--proofs")["link"]
    assert ("/auth/invitation?token=" in again, again == link) == (True, False)
    assert tell("user", "disable", "ANN@firm.example")["status"] == "disabled"
    assert tell("user", "enable", "ann@firm.example") == ann
    assert tell("user", "list") == [ann]
    assert tell("user", "add", "bob@firm.example", "--name", "Bob", "--clouds", "none") == (
        1,
        "safelight: There is no cloud `none`; `safelight cloud list` shows them.",
    )
    assert tell("user", "remove", "ann@firm.example") == {"email": "ann@firm.example", "removed": True}
    assert tell("user", "remove", "ann@firm.example")[0] == 1


def test_the_first_owner_comes_by_a_link_as_long_as_there_is_none(tell: Tell):
    tell("migrate")
    links = [tell("setup-link") for _ in range(2)]
    assert [each["minutes"] for each in links] == [30, 30]
    assert "http://localhost:8000/setup?token=" in links[0]["link"]
    assert links[0]["link"] != links[1]["link"]


def test_of_several_accounts_one_must_be_named(tell: Tell):
    tell("migrate")
    for name in ("One", "Two"):
        tell("account", "create", name, "--id", name)
    code, said = tell("user", "list")
    assert (code, "say which with --account" in said) == (1, True)
    assert tell("user", "list", "--account", "two") == []
    assert tell("provisioning-key", "list", "--account", "none") == (
        1,
        "safelight: There is no account `none`; `safelight account list` shows them.",
    )
    assert tell("provisioning-key", "disable", "none", "--account", "one") == (
        1,
        "safelight: There is no provisioning key none",
    )


def test_the_account_that_the_operator_names_is_made_once(tell: Tell, monkeypatch):
    monkeypatch.setenv("SAFELIGHT_ACCOUNT_BOOTSTRAP", "account://k3y:s3cret@House")
    for _ in range(2):
        assert tell("migrate") == {"migrated": True}
    (key,) = tell("provisioning-key", "list", "--account", "house")
    assert (key["account"], key["api_key"], key["name"], key["enabled"]) == ("house", "k3y", "first", True)
    assert "demo" not in {row["cloud"] for row in tell("cloud", "list")}, "no cloud of our own choice"
    for wrong in ("account://k3y@house", "account://:a@house", "account://a:b@", "cloudinary://a:b@c"):
        monkeypatch.setenv("SAFELIGHT_ACCOUNT_BOOTSTRAP", wrong)
        code, said = tell("migrate")
        assert (code, "SAFELIGHT_ACCOUNT_BOOTSTRAP" in said) == (1, True), said
