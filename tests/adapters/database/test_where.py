"""A line to the database goes where its address says, and nowhere else."""

import pytest

from safelight.adapters.database import where
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.queue import procrastinate
from safelight.kernel.errors import SafelightError
from safelight.kernel.ways_out import Undeclared


@pytest.mark.parametrize(
    ("url", "host", "is_led_there"),
    [
        ("postgresql://db.example.org/x", "db.example.org", True),
        ("postgresql://one.example.org,two.example.org/x", "two.example.org", True),
        ("postgresql:///x?host=/run/postgresql", "/run/postgresql", True),
        ("postgresql:///x", "/var/run/postgresql", True),
        ("postgresql:///x", "", True),
        ("postgresql:///x", "elsewhere.example.org", False),
        ("postgresql://db.example.org/x", "elsewhere.example.org", False),
    ],
)
def test_a_host_that_the_address_does_not_name_is_refused(url: str, host: str, is_led_there: bool):
    if is_led_there:
        where.check(url, host)
    else:
        with pytest.raises(Undeclared, match="PP-22"):
            where.check(url, host)


async def test_a_line_that_was_led_elsewhere_is_cut(postgres_url, monkeypatch):
    database = PostgresDatabase(postgres_url, defer=procrastinate.defer)
    try:
        assert await database.is_alive()
        await database.close()
        monkeypatch.setattr(where, "hosts_in", lambda _url: frozenset[str]())
        seen: list[str] = []
        monkeypatch.setattr(where, "check", lambda _url, host: seen.append(host) or _led_away())
        with pytest.raises((SafelightError, Undeclared)):
            async with database.transaction():
                pass
        assert len(seen) == 1
    finally:
        await database.close()


def _led_away() -> None:
    raise Undeclared(where.WORDS)
