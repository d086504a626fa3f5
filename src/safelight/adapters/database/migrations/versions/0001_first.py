"""The tables of the first release, and those of the queue."""

from collections.abc import Sequence
from typing import cast

import psycopg
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from safelight.adapters.queue import schema

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "api_budgets",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", name=op.f("pk_api_budgets")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "api_keys",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("api_key", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_api_keys")),
    )
    op.create_index("uq_api_keys_cloud_id_api_key", "api_keys", ["cloud_id", "api_key"], unique=True)
    op.create_table(
        "assets",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("md5", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("has_alpha", sa.Boolean(), nullable=False),
        sa.Column("folder", sa.Text(collation="C"), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("original_filename", sa.Text(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("context", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tags_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("context_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_assets")),
    )
    op.create_index("ix_assets_context", "assets", ["context"], unique=False, postgresql_using="gin")
    op.create_index("ix_assets_display_name", "assets", ["cloud_id", "display_name"], unique=False)
    op.create_index(
        "ix_assets_folder", "assets", ["cloud_id", sa.literal_column("lower(folder)"), "created_at", "id"], unique=False
    )
    op.create_index("ix_assets_newest", "assets", ["cloud_id", "kind", "access", "created_at", "id"], unique=False)
    op.create_index("ix_assets_newest_of_kind", "assets", ["cloud_id", "kind", "created_at", "id"], unique=False)
    op.create_index("ix_assets_tags", "assets", ["tags"], unique=False, postgresql_using="gin")
    op.create_index("ix_assets_version", "assets", ["version_id"], unique=False)
    op.create_index("uq_assets_name", "assets", ["cloud_id", "kind", "access", "name"], unique=True)
    op.create_table(
        "clouds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folder_mode", sa.Text(), nullable=False),
        sa.Column("is_strict", sa.Boolean(), nullable=False),
        sa.Column("fetch_hosts", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clouds")),
        sa.UniqueConstraint("name", name=op.f("uq_clouds_name")),
    )
    op.create_table(
        "derived_files",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("transformation", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("md5", sa.Text(), nullable=False),
        sa.Column("blob_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_derived_files")),
    )
    op.create_index("ix_derived_files_asset_id", "derived_files", ["cloud_id", "asset_id", "id"], unique=False)
    op.create_index(
        "ix_derived_files_transformation",
        "derived_files",
        ["cloud_id", sa.literal_column('"left"(transformation, 200)'), "id"],
        unique=False,
    )
    op.create_index("uq_derived_files_key", "derived_files", ["cloud_id", "version_id", "key"], unique=True)
    op.create_table(
        "transformations",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("transformation", sa.Text(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("is_allowed_for_strict", sa.Boolean(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "digest", name=op.f("pk_transformations")),
    )
    op.create_index("ix_transformations_newest", "transformations", ["cloud_id", "id"], unique=False)
    op.create_table(
        "upload_parts",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("md5", sa.Text(), nullable=False),
        sa.Column("blob_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "session_id", "start", name=op.f("pk_upload_parts")),
    )
    op.create_table(
        "upload_presets",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(collation="C"), nullable=False),
        sa.Column("is_unsigned", sa.Boolean(), nullable=False),
        sa.Column("disallows_public_id", sa.Boolean(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "name", name=op.f("pk_upload_presets")),
    )
    op.create_table(
        "upload_sessions",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=True),
        sa.Column("asset_id", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_upload_sessions")),
    )
    op.create_index("ix_upload_sessions_expires_at", "upload_sessions", ["expires_at"], unique=False)
    op.create_table(
        "webhook_deliveries",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index("ix_webhook_deliveries_created_at", "webhook_deliveries", ["created_at"], unique=False)
    # As procrastinate 3.10 wants it; pyproject.toml holds it there. A newer one comes with a revision that
    # brings its tables over (its sql/migrations), and this line then needs the older text.
    schema.create(cast("psycopg.Connection", op.get_bind().connection.driver_connection))
