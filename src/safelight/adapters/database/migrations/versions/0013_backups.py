"""Versions whose bytes are kept, what is left of assets that were erased, and clouds that keep all versions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("clouds", sa.Column("backs_up", sa.Boolean(), server_default="false", nullable=False))
    op.create_table(
        "backups",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("md5", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("has_alpha", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("cloud_id", "version_id", name=op.f("pk_backups")),
    )
    op.create_index("ix_backups_asset", "backups", ["cloud_id", "asset_id", "version"])
    op.create_index("ix_backups_version", "backups", ["version_id"])
    op.create_index("ix_backups_ended", "backups", ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL"))
    op.create_table(
        "placeholders",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("folder", sa.Text(collation="C"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_placeholders")),
    )
    op.create_index("ix_placeholders_name", "placeholders", ["cloud_id", "kind", "access", "name"])
    op.create_index("ix_placeholders_newest", "placeholders", ["cloud_id", "kind", "created_at", "id"])
    op.create_index("ix_placeholders_folder", "placeholders", ["cloud_id", sa.text("lower(folder)")])
