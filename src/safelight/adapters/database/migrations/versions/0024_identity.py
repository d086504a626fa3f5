"""How people sign in; accounts that are disabled for a while."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _long(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _table(name: str, key: Sequence[str], *columns: sa.Column[Any], unique: str | None = None) -> None:
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}"))]
    if unique is not None:
        constraints.append(sa.UniqueConstraint(unique, name=op.f(f"uq_{name}_{unique}")))
    op.create_table(name, *columns, *constraints)


def upgrade() -> None:
    op.add_column("accounts", _moment("disabled_at", nullable=True))
    op.add_column("clouds", _moment("shut_at", nullable=True))
    _sessions()
    _proofs()
    _waiting()


def _sessions() -> None:
    _table(
        "user_sessions",
        ["account_id", "id"],
        *(_text("account_id"), _text("id"), _text("user_id"), _bytes("digest")),
        *(_moment("began_at"), _moment("seen_at"), _moment("proved_at"), _number("idle_seconds")),
        *(_moment("expires_at"), _text("device"), _text("country"), _text("address"), _truth("is_remembered")),
        *(_moment("ended_at", nullable=True), _text("end_kind", nullable=True)),
        unique="digest",
    )
    op.create_index("ix_user_sessions_user_id", "user_sessions", ["account_id", "user_id", "began_at"])
    _table(
        "remembered",
        ["account_id", "selector"],
        *(_text("account_id"), _text("selector"), _text("user_id"), _text("session_id"), _bytes("digest")),
        *(_moment("created_at"), _moment("used_at"), _moment("expires_at")),
        unique="selector",
    )
    op.create_index("ix_remembered_user_id", "remembered", ["account_id", "user_id"])


def _proofs() -> None:
    _table(
        "passwords",
        ["account_id", "user_id"],
        *(_text("account_id"), _text("user_id"), _text("hash"), _moment("changed_at")),
    )
    _table(
        "totps",
        ["account_id", "user_id"],
        *(_text("account_id"), _text("user_id"), _bytes("sealed_secret"), _long("last_step")),
        *(_moment("created_at"), _moment("confirmed_at", nullable=True)),
    )
    _table(
        "recovery_codes",
        ["account_id", "user_id", "digest"],
        *(_text("account_id"), _text("user_id"), _bytes("digest"), _moment("created_at")),
    )
    _table(
        "passkeys",
        ["account_id", "id"],
        *(_text("account_id"), _text("id"), _text("user_id"), _bytes("credential_id"), _bytes("public_key")),
        *(_long("sign_count"), _text("name")),
        sa.Column("transports", postgresql.ARRAY(sa.Text()), nullable=False),
        *(_moment("created_at"), _moment("last_used_at", nullable=True)),
        unique="credential_id",
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["account_id", "user_id"])


def _waiting() -> None:
    _table(
        "one_time_links",
        ["account_id", "digest"],
        *(_text("account_id"), _bytes("digest"), _text("user_id"), _text("purpose"), _text("email")),
        *(_moment("created_at"), _moment("expires_at")),
        unique="digest",
    )
    op.create_index("ix_one_time_links_user_id", "one_time_links", ["account_id", "user_id", "purpose"])
    _table(
        "signups",
        ["id"],
        *(_text("id"), _text("name"), _text("company"), _text("email"), _text("email_key")),
        *(_text("password_hash"), _bytes("digest"), _moment("created_at"), _moment("expires_at")),
        unique="digest",
    )
    op.create_index(op.f("ix_signups_email_key"), "signups", ["email_key"])
    _table(
        "sign_in_tickets",
        ["account_id", "digest"],
        *(_text("account_id"), _bytes("digest"), _text("user_id"), _text("purpose"), _bytes("challenge")),
        *(_truth("is_remembered"), _number("tries"), _moment("expires_at")),
        unique="digest",
    )
    _table(
        "sign_in_failures",
        ["digest"],
        *(_bytes("digest"), _moment("since"), _number("count"), _moment("locked_until", nullable=True)),
    )
    _table(
        "leavings",
        ["account_id", "user_id"],
        *(_text("account_id"), _text("user_id"), _truth("is_whole"), _moment("asked_at"), _moment("due_at")),
        _moment("left_at", nullable=True),
    )
