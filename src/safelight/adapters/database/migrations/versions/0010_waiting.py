"""Uploads that are done later, and who looks at an asset before it counts as good."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "waiting_uploads",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("blob_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_waiting_uploads")),
    )
    op.create_index("ix_waiting_uploads_created_at", "waiting_uploads", ["created_at"])
    reviews = sa.Column("moderation", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    op.add_column("assets", reviews)
    op.create_index(
        "ix_assets_moderation",
        "assets",
        ["moderation"],
        postgresql_using="gin",
        postgresql_where=sa.text("moderation <> '[]'"),
    )
