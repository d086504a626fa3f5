"""Accounts above clouds, keys to manage them, and the people, groups and roles of an account."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The clouds that are there already belong to one account.
_FIRST = """
WITH first AS (
    INSERT INTO accounts (id, handle, name, created_at)
    SELECT made.id, made.id, '', made.created_at
    FROM (SELECT replace(gen_random_uuid()::text, '-', '') AS id, min(created_at) AS created_at FROM clouds) AS made
    WHERE made.created_at IS NOT NULL
    RETURNING id
)
UPDATE clouds SET account_id = first.id, label = clouds.name FROM first
"""


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def upgrade() -> None:
    _accounts()
    _people()
    _roles()


def _accounts() -> None:
    op.create_table(
        "accounts",
        _text("id"),
        _text("handle"),
        _text("name"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("handle", name=op.f("uq_accounts_handle")),
    )
    op.create_table(
        "provisioning_keys",
        _text("account_id"),
        _text("id"),
        _text("api_key"),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        _text("name"),
        _truth("is_enabled"),
        _moment("created_at"),
        _moment("last_used_at", nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_provisioning_keys")),
    )
    whole = ["account_id", "api_key"]
    op.create_index("uq_provisioning_keys_account_id_api_key", "provisioning_keys", whole, unique=True)
    op.create_table(
        "former_cloud_names",
        _text("cloud_id"),
        _text("name"),
        _moment("left_at"),
        sa.PrimaryKeyConstraint("cloud_id", "name", name=op.f("pk_former_cloud_names")),
        sa.UniqueConstraint("name", name=op.f("uq_former_cloud_names_name")),
    )
    op.add_column("clouds", _text("account_id", nullable=True))
    op.add_column("clouds", _text("label", nullable=True))
    noted = sa.Column("attributes", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
    op.add_column("clouds", noted)
    op.add_column("clouds", _moment("updated_at", nullable=True))
    op.add_column("clouds", _moment("disabled_at", nullable=True))
    op.execute(_FIRST)
    op.alter_column("clouds", "account_id", nullable=False)
    op.alter_column("clouds", "label", nullable=False)
    op.create_index(op.f("ix_clouds_account_id"), "clouds", ["account_id"])
    words = sa.Column("dedicated_for", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
    op.add_column("api_keys", words)
    op.add_column("api_keys", _moment("updated_at", nullable=True))


def _people() -> None:
    op.create_table(
        "users",
        _text("account_id"),
        _text("id"),
        _text("name"),
        _text("email"),
        _text("email_key"),
        _text("role"),
        _truth("is_everywhere"),
        _truth("is_enabled"),
        _moment("accepted_at", nullable=True),
        _moment("created_at"),
        _moment("updated_at"),
        _moment("last_login_at", nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_users")),
        sa.UniqueConstraint("email_key", name=op.f("uq_users_email_key")),
    )
    op.create_table(
        "user_clouds",
        _text("account_id"),
        _text("user_id"),
        _text("cloud_id"),
        sa.PrimaryKeyConstraint("account_id", "user_id", "cloud_id", name=op.f("pk_user_clouds")),
    )
    op.create_table(
        "user_groups",
        _text("account_id"),
        _text("id"),
        _text("name"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_user_groups")),
    )
    op.create_table(
        "group_members",
        _text("account_id"),
        _text("group_id"),
        _text("user_id"),
        sa.PrimaryKeyConstraint("account_id", "group_id", "user_id", name=op.f("pk_group_members")),
    )
    op.create_index("ix_group_members_user_id", "group_members", ["account_id", "user_id"])


def _roles() -> None:
    op.create_table(
        "roles",
        _text("account_id"),
        _text("id"),
        _text("name"),
        _text("description"),
        _text("scope"),
        _text("reach"),
        sa.Column("policies", postgresql.ARRAY(sa.Text()), nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_roles")),
    )
    op.create_table(
        "grants",
        _text("account_id"),
        _text("id"),
        _text("principal"),
        _text("principal_id"),
        _text("role_id"),
        _text("cloud_id"),
        _text("content"),
        _text("content_id"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_grants")),
    )
    whole = ["account_id", "principal", "principal_id", "role_id", "cloud_id", "content", "content_id"]
    op.create_index("uq_grants_whole", "grants", whole, unique=True)
    op.create_index("ix_grants_role_id", "grants", ["account_id", "role_id"])
