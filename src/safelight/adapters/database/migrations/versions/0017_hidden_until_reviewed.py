"""Clouds that show only what nobody has still to look at."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("clouds", sa.Column("hides_pending", sa.Boolean(), server_default="false", nullable=False))
