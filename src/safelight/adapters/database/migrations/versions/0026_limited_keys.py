"""Keys that may only what their roles say. Those that are there already keep what they may: everything."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for table in ("api_keys", "provisioning_keys"):
        op.add_column(table, sa.Column("is_limited", sa.Boolean(), server_default="false", nullable=False))
