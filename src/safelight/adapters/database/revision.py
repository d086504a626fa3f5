"""Revision: the step of the schema that this release needs, and whether a database has taken it."""

from pathlib import Path

from sqlalchemy import text

from safelight.ports.database import Database

FOLDER = Path(__file__).parent / "migrations" / "versions"


def newest() -> str:
    """The number that the last file of migrations/versions begins with. Alembic itself takes a second to import."""
    return max(path.name.partition("_")[0] for path in FOLDER.glob("[0-9]*.py"))


async def is_current(database: Database) -> bool:
    """Whether the database is at this release's revision; False for one that was never migrated."""
    async with database.transaction() as session:
        there = await session.fetch_one(text("SELECT to_regclass('alembic_version') IS NOT NULL AS is_there"))
        if there is None or not there["is_there"]:
            return False
        row = await session.fetch_one(text("SELECT version_num FROM alembic_version"))
        return row is not None and row["version_num"] == newest()
