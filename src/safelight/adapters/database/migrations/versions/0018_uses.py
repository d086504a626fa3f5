"""When a derived file was last asked for, and what is counted by the hour."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("derived_files", sa.Column("last_used_at", sa.DateTime(timezone=True)))
    op.create_table(
        "hourly_counts",
        sa.Column("cloud_id", sa.Text(), primary_key=True),
        sa.Column("what", sa.Text(), primary_key=True),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        postgresql_with={"fillfactor": 50},
    )
