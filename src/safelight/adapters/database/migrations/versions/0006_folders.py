"""Folders that are there without assets, and which assets belong together."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The folders that assets stand in, and those around them.
_FOUND = """
    INSERT INTO folders (cloud_id, id, path, created_at, updated_at)
    SELECT cloud_id, md5(random()::text || cloud_id || path), path, at, at
    FROM (
        SELECT DISTINCT ON (cloud_id, lower(path)) cloud_id, path, at
        FROM (
            SELECT cloud_id, min(created_at) AS at,
                array_to_string((string_to_array(folder, '/'))[1:depth], '/') COLLATE "C" AS path
            FROM assets, generate_series(1, cardinality(string_to_array(folder, '/'))) AS depth
            WHERE folder <> ''
            GROUP BY cloud_id, path
        ) AS spellings
        ORDER BY cloud_id, lower(path), at
    ) AS places
"""


def upgrade() -> None:
    op.create_table(
        "folders",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(collation="C"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_folders")),
    )
    op.create_index("uq_folders_path", "folders", ["cloud_id", sa.literal_column("lower(path)")], unique=True)
    op.create_table(
        "relations",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "asset_id", "other_id", name=op.f("pk_relations")),
    )
    op.execute(_FOUND)
