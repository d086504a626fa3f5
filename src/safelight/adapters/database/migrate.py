"""Migrate: bring a database up to this release, one at a time in the whole installation."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from safelight.adapters.database import later
from safelight.adapters.database.errors import translated
from safelight.adapters.database.locks import number
from safelight.adapters.database.postgres import driver_url
from safelight.kernel.errors import Conflict, Internal, NotAvailable

FOLDER = Path(__file__).parent / "migrations"
LOCK = number("safelight migrate")

CONNECT_SECONDS_MAX = 10
LOCK_SECONDS_MAX = 600
"""How long another process may take to migrate."""


async def run(url: str) -> None:
    """All revisions that are missing, in one transaction. Doing it again, or twice at once, is no error."""
    await asyncio.to_thread(_run, url)


def _run(url: str) -> None:
    engine = create_engine(
        driver_url(url),
        poolclass=NullPool,
        connect_args={
            "connect_timeout": CONNECT_SECONDS_MAX,
            "application_name": "safelight migrate",
            # Not the schema of the role's name, which PostgreSQL would try first.
            "options": "-c search_path=public",
        },
    )
    try:
        with translated(), engine.begin() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS_MAX}s'"))
            # Freed with the transaction, whatever becomes of us.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            upgrade(connection)
    except (Internal, Conflict) as error:
        # Nobody's data is in these words, and whoever runs the server needs them: a right or a name is missing.
        words = str(getattr(error.__cause__, "orig", None) or error.__cause__).partition("\n")[0]
        raise NotAvailable(f"The database cannot be brought up to this release: {words}.") from error


def upgrade(connection: Connection) -> None:
    """The same, in a transaction that the caller holds."""
    _check_known(connection)
    later.arrange()
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_known(connection: Connection) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if found is not None and found not in known:
        raise NotAvailable(
            f"The database is at revision {found}, which this Safelight does not know: install a newer Safelight."
        )


def configuration() -> Config:
    """Alembic's settings, from nothing but this folder."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
