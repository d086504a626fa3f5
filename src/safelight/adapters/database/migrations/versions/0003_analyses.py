"""What pictures tell about themselves, and what people say is where in them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "analyses",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "version_id", "kind", name=op.f("pk_analyses")),
    )
    for name in ("coordinates", "regions"):
        column = sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
        op.add_column("assets", column)
