"""Alembic's way in: it runs this file, which hands it the connection that migrate.py holds."""

from typing import Any

from alembic import context

from safelight.ports.tables import METADATA


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """The queue's tables are its own."""
    return kind != "schema" or name is None


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_name=is_ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
