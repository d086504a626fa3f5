"""What stands on one side only is a gap, and is told with the clause that it breaks."""

from dataclasses import replace
from datetime import date

import pytest

from safelight.boot import promising
from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Fate, Holding
from safelight.kernel.secret import Secret
from safelight.privacy import inventory, policy_read
from safelight.privacy.inventory import MarkedColumn, SetCookie, is_own
from safelight.privacy.node import parsed
from safelight.settings import Settings

TODAY = date(2026, 11, 23)
SETTINGS = Settings()


def told(there, policy=None):
    shipped = policy_read.shipped()
    return [str(each) for each in inventory.gaps(policy or shipped, shipped, there, TODAY)]


@pytest.fixture(scope="module")
def there():
    return promising.there(SETTINGS, with_files=True)


def _held(there, change):
    return replace(there, holdings={**there.holdings, "people": change(there.holdings["people"])})


NEW = Holding("nickname", "A name", "To tease", None, Fate.ERASE)
SABOTAGE = {
    "a column more": (
        lambda t: replace(t, columns=[*t.columns, MarkedColumn("users.nickname", "people", "user-name")]),
        "PP-20: the column users.nickname holds user-name",
    ),
    "a column less": (
        lambda t: replace(t, columns=[each for each in t.columns if each.name != "users.email"]),
        "PP-20: policy.yaml has the column users.email in user-email; no such column",
    ),
    "a column of another holding": (
        lambda t: replace(
            t, columns=[replace(e, holding="user-name") if e.name == "users.language" else e for e in t.columns]
        ),
        "PP-20: the column users.language is of user-name",
    ),
    "a column that says nothing": (lambda t: replace(t, unmarked=["users.shoe_size"]), "PP-20: the column users.shoe"),
    "a holding more": (lambda t: _held(t, lambda held: (*held, NEW)), "PP-20: people keeps nickname"),
    "a holding less": (lambda t: _held(t, lambda held: held[1:]), "PP-20: policy.yaml promises something about user-n"),
    "a holding kept longer": (
        lambda t: _held(t, lambda held: (replace(held[0], days=9), *held[1:])),
        "PP-50: policy.yaml says that user-name is kept as long as it is needed; people keeps it for 9 days",
    ),
    "a holding that ends otherwise": (
        lambda t: _held(t, lambda held: (replace(held[0], fate=Fate.KEEP), *held[1:])),
        "PP-53: policy.yaml says of user-name: erase; people says keep",
    ),
    "a cookie more": (
        lambda t: replace(t, cookies=[*t.cookies, SetCookie("track", "preference", None)]),
        "PP-59: the cookie track can be set",
    ),
    "a cookie less": (lambda t: replace(t, cookies=t.cookies[1:]), "PP-59: policy.yaml names the cookie session"),
    "a cookie that lives longer": (
        lambda t: replace(t, cookies=[replace(t.cookies[0], lifetime_seconds=1), *t.cookies[1:]]),
        "PP-59: policy.yaml says another kind or lifetime of the cookie session",
    ),
    "a field of the log more": (
        lambda t: replace(t, log_fields=t.log_fields | {"mood"}),
        "PP-04: lines of the log may hold mood",
    ),
    "a field of the log less": (
        lambda t: replace(t, log_fields=t.log_fields - {"status"}),
        "PP-04: policy.yaml names the field status",
    ),
    "a file that connects": (
        lambda t: replace(t, opening={**t.opening, "assets.spy": "httpx"}),
        "PP-22: assets.spy connects by httpx",
    ),
    "a connector that does not": (
        lambda t: replace(t, opening={k: v for k, v in t.opening.items() if k != "adapters.mailer.smtp"}),
        "PP-22: policy.yaml says that mail leaves by adapters.mailer.smtp",
    ),
    "a host that nobody declared": (
        lambda t: replace(t, hosts={"mail.smtp": "mail.example.org"}),
        "PP-22: the setting mail.smtp leads to mail.example.org, the host of no recipient",
    ),
    "one of several hosts that nobody declared": (
        lambda t: replace(t, hosts={"database.url": "db.internal,db.example.org"}),
        "PP-22: the setting database.url leads to db.example.org, the host of no recipient",
    ),
    "a setting of no connector": (
        lambda t: replace(t, hosts={"spy.url": "spy.example.org"}),
        "PP-22: the setting spy.url names the host spy.example.org",
    ),
}


def test_as_shipped_there_is_no_gap(there):
    assert told(there) == []


@pytest.mark.parametrize("name", SABOTAGE)
def test_each_gap_is_told_alone(there, name):
    change, words = SABOTAGE[name]
    found = told(change(there))
    assert len(found) == 1
    assert found[0].startswith(words)


def test_a_declared_recipient_closes_it_from_its_day_on(there):
    text = (
        "recipients: {mail: {title: Post, role: processor, purposes: [mail.service], entities: [letter-content], "
        f"country: DE, hosts: [example.org], dpa_sha256: {'a' * 64}, active_from: '2026-12-01'}}}}"
    )
    sending = replace(there, hosts={"mail.smtp": "mail.example.org"})
    policy = policy_read.laid_over(policy_read.shipped(), parsed(text.encode(), "mine.yaml"))
    assert told(sending, policy) == ["PP-23: mail gets data by mail.smtp before 2026-12-01, as announced"]
    ready = {"mail": replace(policy.recipients["mail"], active_from=TODAY)}
    assert told(sending, replace(policy, recipients=ready)) == []


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True), ("127.0.0.1", True), ("db", True), ("10.1.2.3", True), ("::1", True), ("fd00::1", True),
        ("db.internal", True), ("/run/postgresql", True), ("", True), ("s3.example.com", False), ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
    ],
)  # fmt: skip
def test_which_hosts_are_ones_own(host: str, expected: bool):
    assert is_own(host) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://a:b@db.example.org/x", "db.example.org"),
        ("postgresql://a:b@one.example.org:5432,two.example.org:5433/x", "one.example.org,two.example.org"),
        ("postgresql:///x?host=db.example.org", "db.example.org"),
        ("postgresql://db/x?hostaddr=198.51.100.7", "198.51.100.7,db"),
        ("postgresql:///x?host=/run/postgresql", None),
        ("postgresql:///x", None),
    ],
)
def test_which_hosts_a_database_has(url: str, expected: str | None):
    settings = replace(SETTINGS, database=replace(SETTINGS.database, url=Secret(url)))
    assert dict(promising.hosts_of(settings)).get("database.url") == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("s3://bucket/x", "amazonaws.com"),
        ("s3://bucket/x?endpoint=https://s3.firm.example:9000", "s3.firm.example"),
        ("gs://bucket", "googleapis.com"),
        ("file:///srv/blobs", None),
    ],
)
def test_which_host_a_store_has(url: str, expected: str | None):
    settings = replace(SETTINGS, blobs=replace(SETTINGS.blobs, url=Secret(url)))
    assert dict(promising.hosts_of(settings)).get("blobs.url") == expected


def test_an_operators_file_is_read_again_when_it_changed(tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("controller: {name: Ada}")
    settings = replace(SETTINGS, privacy=replace(SETTINGS.privacy, policy=mine))
    assert promising.policy_of(settings).controller.name == "Ada"
    mine.write_text("controller: {name: Ada Ltd}")
    assert promising.policy_of(settings).controller.name == "Ada Ltd"
    mine.unlink()
    with pytest.raises(Invalid, match="cannot be read"):
        promising.policy_of(settings)
