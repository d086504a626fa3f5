"""Which derived files hold something of which other assets, and how the letters of text assets look."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "derived_parts",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("derived_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "derived_id", "asset_id", name=op.f("pk_derived_parts")),
        sa.ForeignKeyConstraint(
            ["cloud_id", "derived_id"],
            ["derived_files.cloud_id", "derived_files.id"],
            name=op.f("fk_derived_parts_cloud_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_derived_parts_asset_id", "derived_parts", ["cloud_id", "asset_id"], unique=False)
    op.add_column("assets", sa.Column("lettering", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
