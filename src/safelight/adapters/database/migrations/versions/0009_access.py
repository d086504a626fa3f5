"""Who may see what and until when: rules of assets and of clouds, keys for tokens, bearer tokens, last use of keys."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _words(name: str) -> sa.Column[list[str]]:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)


def upgrade() -> None:
    rules = sa.Column("access_control", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    op.add_column("assets", rules)
    op.add_column("assets", sa.Column("access_control_updated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("clouds", _words("restricted_types"))
    op.add_column("clouds", sa.Column("referrers", postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column("clouds", _words("strict_referrers"))
    op.add_column("clouds", sa.Column("token_name", sa.Text(), server_default="__cld_token__", nullable=False))
    op.add_column("api_keys", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "token_keys",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_token_keys")),
    )
    op.create_table(
        "bearer_tokens",
        sa.Column("cloud_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("cloud_id", "id", name=op.f("pk_bearer_tokens")),
    )
    op.create_index("uq_bearer_tokens_cloud_id_digest", "bearer_tokens", ["cloud_id", "digest"], unique=True)
