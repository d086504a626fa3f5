"""Migrating: `safelight migrate` on a database of the first release with rows in it, broken at any of its messages."""

import asyncio
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import psycopg
from alembic import command
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from safelight.adapters.database import migrate
from safelight.adapters.database.postgres import driver_url
from safelight.kernel.errors import SafelightError
from safelight.kernel.ids import new_id
from tests.faults.gate import Gate, Moment, Trap, Verdict, owner_of
from tests.faults.lines import Lines
from tests.faults.standing import kill
from tests.installation import Installation

OLD = "0001"
ROWS = 50
STEPS_MAX = 120
TEMPLATE = "old"
LATE = "it was done before"


@dataclass
class Migrating:
    """One PostgreSQL, and as many databases on it as rounds are run."""

    url: str
    folder: Path
    gate: Gate
    lines: Lines

    def prepare(self) -> "Migrating":
        """A database as the first release left it."""
        self._make(TEMPLATE, None)
        engine = create_engine(driver_url(self._at(TEMPLATE)), poolclass=NullPool)
        with engine.begin() as connection:
            config = migrate.configuration()
            config.attributes["connection"] = connection
            command.upgrade(config, OLD)
        with psycopg.connect(self._at(TEMPLATE)) as connection:
            for number in range(ROWS):
                connection.execute(_ASSET, {"id": new_id(), "version": new_id(), "name": f"old/{number}"})
        # What a whole migration comes to, to compare with.
        self._make("whole", TEMPLATE)
        assert self._command("whole", self.url)
        return self

    def round(self, name: str, random: Random) -> tuple[str, float, list[str]]:
        """What was done, how long it then took to be whole, and what was wrong."""
        self._make(name, TEMPLATE)
        how = random.choice(["the migration dies", "its line is cut", "its database process dies"])
        base, whole = self._facts(TEMPLATE), self._facts("whole")

        def act(port: int) -> Verdict:
            pid = owner_of(port) if how == "the migration dies" else None
            if pid is not None and pid != os.getpid():
                kill(pid)
            if how == "its database process dies":
                with psycopg.connect(self.url, autocommit=True) as connection:
                    connection.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
                    )
            return Verdict.CUT

        moment = random.choice([Moment.BEFORE, Moment.AFTER])
        is_commit = random.random() < 0.15
        pattern = r"^commit" if is_commit else r"^(statement|commit)"
        trap = Trap(re.compile(pattern), moment, act, skip=0 if is_commit else random.randrange(STEPS_MAX))
        self.gate.lay(trap)
        there = urlsplit(self.url)
        line = self.lines.before_postgres(there.port or 0)
        over = self.url.replace(f":{there.port}/", f":{line}/")
        is_whole = self._command(name, over) if how == "the migration dies" else self._here(name, over)
        self.gate.take_up(trap)
        wrongs = []
        if not trap.sprung.is_set():
            how = LATE
        elif is_whole and not (is_commit and moment is Moment.AFTER):
            wrongs.append(f"{how}, and the migration said that all is well")
        between = self._facts(name)
        if between not in (base, whole):
            wrongs.append(f"{how}: half of the revisions are there")
        began = time.monotonic()
        if not self._here(name, self.url):
            wrongs.append(f"{how}: the second migration failed")
        seconds = time.monotonic() - began
        if self._facts(name) != whole:
            wrongs.append(f"{how}: after the second migration it is not what it should be")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        return how, seconds, wrongs

    def _at(self, name: str) -> str:
        return _of(self.url, name)

    def _make(self, name: str, template: str | None) -> None:
        like = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}{}").format(sql.Identifier(name), like))

    def _command(self, name: str, url: str) -> bool:
        """`safelight migrate`, in a process that may be killed. Whether all went well."""
        installation = Installation(self.folder, environment={"SAFELIGHT_DATABASE": _of(url, name)})
        return installation.run("migrate", check=False).returncode == 0

    def _here(self, name: str, url: str) -> bool:
        """What the command does, without the second that a process takes to begin."""
        try:
            asyncio.run(migrate.run(_of(url, name)))
        except SafelightError:
            return False
        return True

    def _facts(self, name: str) -> list[object]:
        """Revision, every column, and the old rows."""
        with psycopg.connect(self._at(name)) as connection:
            return [
                connection.execute("SELECT version_num FROM alembic_version").fetchall(),
                connection.execute(_COLUMNS).fetchall(),
                connection.execute("SELECT id, name, md5 FROM assets ORDER BY name").fetchall(),
            ]


def _of(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


_ASSET = """
    INSERT INTO assets (cloud_id, id, kind, access, name, version, version_id, size_bytes, md5, has_alpha, folder,
        display_name, tags, context, created_at, updated_at)
    VALUES ('c', %(id)s, 'image', 'upload', %(name)s, 1, %(version)s, 1, 'md5', false,
        'old', 'x', '{}', '{}', now(), now())
"""
_COLUMNS = """
    SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema IN ('public', 'jobs') ORDER BY 1, 2, 3
"""
