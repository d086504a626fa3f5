"""What a cloud used, and how much it may, from the shell, on a real database."""

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.cli.test_account import Tell, database_url, tell

__all__ = ["database_url", "tell"]

ADD = text("""
INSERT INTO usage_changes (cloud_id, day, meter, kind, cause, amount)
SELECT id, '2026-01-02', 'transformations', 'image', 'upload', 3 FROM clouds WHERE name = 'shop'
""")
SPAN = ("--from", "2026-01-01", "--to", "2026-01-03")


def counted(url: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(ADD)
    engine.dispose()


def test_what_was_used_is_told_by_day_and_cause(tell: Tell, database_url: str):
    tell("migrate")
    tell("cloud", "create", "shop")
    counted(database_url)
    told = tell("usage", "shop", *SPAN)
    assert (told["cloud"], told["from"], told["to"]) == ("shop", "2026-01-01", "2026-01-03")
    assert (told["transformations"], told["storage_bytes"], told["credits"]) == (3, 0, 0.003)
    assert told["by_cause"] == [{"meter": "transformations", "kind": "image", "cause": "upload", "amount": 3}]
    assert [(row["day"], row["transformations"]) for row in told["by_day"]] == [
        ("2026-01-01", 0),
        ("2026-01-02", 3),
        ("2026-01-03", 0),
    ]
    (row,) = tell("usage", "why", "shop", *SPAN)["explained"]
    assert row["amount"] == 3
    assert row["why"].startswith("Each picture or video that came in counts one")
    assert tell("usage", "recompute", "shop") == {"cloud": "shop", "equal": True, "mended": 0, "figures": []}


def test_what_makes_no_sense_is_refused_in_words(tell: Tell):
    tell("migrate")
    tell("cloud", "create", "shop")
    assert tell("usage", "none")[0] == 1
    assert tell("usage", "shop", "--from", "2026-02-01", "--to", "2026-01-01")[0] == 1
    assert tell("usage", "explain", "shop")[0] == 1
    assert tell("quota", "set", "shop")[0] == 1


def test_limits_are_set_shown_and_forgotten(tell: Tell, monkeypatch):
    tell("migrate")
    tell("cloud", "create", "shop")
    assert tell("quota", "show", "shop") == {"cloud": "shop", "past_quota": "warn", "limits": [], "period": "rolling"}
    told = tell("quota", "set", "shop", "--transformations", "10", "--storage-bytes", "1000", "--past", "refuse_new")
    assert told == {
        "cloud": "shop",
        "past_quota": "refuse_new",
        "limits": [
            {"meter": "transformations", "used": 0, "limit": 10, "percent": 0.0},
            {"meter": "storage_bytes", "used": 0, "limit": 1000, "percent": 0.0},
        ],
        "period": "rolling",
    }
    told = tell("quota", "set", "shop", "--storage-bytes", "default")
    assert [row["meter"] for row in told["limits"]] == ["transformations"]
    assert tell("usage", "shop")["limits"] == {"transformations": 10}
    monkeypatch.setenv("SAFELIGHT_USAGE_CREDITS_MAX", "5")
    assert [row["meter"] for row in tell("quota", "forget", "shop")["limits"]] == ["credits"]
