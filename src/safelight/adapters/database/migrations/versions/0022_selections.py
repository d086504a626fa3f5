"""Results that are held, and actions on many assets."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "snapshots",
        sa.Column("cloud_id", sa.Text(), primary_key=True),
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("total", sa.Integer(), nullable=False),
        _moment("created_at"),
        _moment("expires_at", nullable=True),
    )
    held = sa.text("expires_at IS NOT NULL")
    op.create_index("ix_snapshots_created", "snapshots", ["cloud_id", "created_at"], postgresql_where=held)
    op.create_index("ix_snapshots_expires", "snapshots", ["expires_at"], postgresql_where=held)
    op.create_table(
        "snapshot_chunks",
        sa.Column("cloud_id", sa.Text(), primary_key=True),
        sa.Column("snapshot_id", sa.Text(), primary_key=True),
        sa.Column("chunk", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("asset_ids", postgresql.ARRAY(sa.UUID()), nullable=False),
    )
    op.create_table(
        "bulks",
        sa.Column("cloud_id", sa.Text(), primary_key=True),
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("words", postgresql.JSONB(), nullable=False),
        sa.Column("snapshot_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("total", "position", "ok", "failed", "skipped")),
        *(sa.Column(name, sa.Text()) for name in ("undoes", "undone_by", "asked_by", "notification_url")),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
    )
    op.create_index("ix_bulks_created", "bulks", ["cloud_id", "created_at", "id"])
    op.create_index("ix_bulks_expires", "bulks", ["created_at"])
    op.create_table(
        "bulk_failures",
        sa.Column("cloud_id", sa.Text(), primary_key=True),
        sa.Column("bulk_id", sa.Text(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_table(
        "bulk_traces",
        sa.Column("cloud_id", sa.Text(), primary_key=True),
        sa.Column("bulk_id", sa.Text(), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("end_position", sa.Integer(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
    )
