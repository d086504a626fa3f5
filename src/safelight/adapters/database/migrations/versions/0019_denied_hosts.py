"""Hosts that a cloud wants nothing from."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "clouds",
        sa.Column("denied_hosts", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
    )
