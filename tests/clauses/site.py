"""A real installation on a database that a test can read, with an owner; asked as browsers ask."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.installation import Installation
from tests.outside import postgres

EMAIL = "ann@firm.example"
PASSWORD = "violet anvil tundra"
LINK_SECONDS_MAX = 30
WRITTEN_SECONDS = 2.5
"""Twice the time between two batches of the record."""


@dataclass
class Site:
    installation: Installation
    database: str

    @property
    def base(self) -> str:
        return self.installation.base

    def rows(self, query: str, *words: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(query, words).fetchall()

    @contextmanager
    def browser(self, *, signed_in: bool = False, secure: bool = False, **headers: str) -> Iterator[httpx.Client]:
        """`secure`: as behind a proxy that ends TLS. Its cookies are sent whatever the scheme is."""
        headers = {"User-Agent": "Firefox/140.0", **headers, **({"X-Forwarded-Proto": "https"} if secure else {})}
        with httpx.Client(base_url=self.base, headers=headers, timeout=60) as client:
            if signed_in:
                login = {"email": EMAIL, "password": PASSWORD, "remember": "true"}
                answer = client.post("/auth/login", json=login)
                assert answer.status_code == 200, answer.text
                kept = [each.partition(";")[0] for each in answer.headers.get_list("set-cookie")]
                client.headers["Cookie"] = "; ".join(kept)
                client.cookies.clear()
            yield client


@contextmanager
def site(folder: Path, **environment: str) -> Iterator[Site]:
    with postgres(folder / "database") as server:
        database = server.start()
        installation = Installation(
            folder / "installation",
            arguments=("--workers", "2"),
            environment={
                "SAFELIGHT_DATABASE": database,
                "SAFELIGHT_SERVER_PROXIES": "127.0.0.0/8",
                "SAFELIGHT_SERVER_SECURITY_CONTACTS": "security@example.org",
                "SAFELIGHT_IDENTITY_PASSWORD_MEMORY_KIB": "64",
                "SAFELIGHT_IDENTITY_TRIES_PER_MINUTE_ADDRESS": "0",
                "SAFELIGHT_REGISTRATION": "open",
                **environment,
            },
        ).start()
        try:
            _set_up(installation)
            yield Site(installation, database)
        finally:
            assert installation.stop() == 0


def _set_up(installation: Installation) -> None:
    """By the link that the start printed."""
    deadline, link = time.monotonic() + LINK_SECONDS_MAX, None
    while link is None and time.monotonic() < deadline:
        link = re.search(r"/setup\?token=([\w-]+)", installation.log.read_text())
        time.sleep(0.1)
    assert link is not None, installation.log.read_text()
    words = {"token": link[1], "name": "Ann", "company": "Firm", "email": EMAIL, "password": PASSWORD}
    answer = httpx.post(f"{installation.base}/auth/setup", json=words, timeout=30)
    assert answer.status_code == 200, answer.text
