"""The SQL of identity: how people prove who they are, and the sessions that follow."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from safelight.ports.tables import METADATA, not_personal, personal

_ACCOUNT = "a random id of an account"
_ID = "a random id made here"


def _moment(name: str, *, nullable: bool = False) -> "Column[object]":
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _of_account() -> "Column[str]":
    return Column("account_id", Text, primary_key=True, info=not_personal(_ACCOUNT))


def _of_user(*, is_key: bool = False) -> "Column[str]":
    return Column("user_id", Text, primary_key=is_key, nullable=False, info=not_personal(_ID))


passwords = Table(
    "passwords",
    METADATA,
    _of_account(),
    _of_user(is_key=True),
    Column("hash", Text, nullable=False, info=personal("password")),
    _moment("changed_at"),
)

# Of what is secret in a cookie or a link only the digest is kept: who reads these tables can do nothing with it.
sessions = Table(
    "user_sessions",
    METADATA,
    _of_account(),
    Column("id", Text, primary_key=True, info=not_personal(_ID)),
    _of_user(),
    Column("digest", LargeBinary, nullable=False, unique=True),
    _moment("began_at"),
    _moment("seen_at"),
    _moment("proved_at"),
    Column("idle_seconds", Integer, nullable=False),
    _moment("expires_at"),
    Column("device", Text, nullable=False, info=personal("session")),
    Column("country", Text, nullable=False, info=personal("session")),
    Column("address", Text, nullable=False, info=personal("session")),
    Column("is_remembered", Boolean, nullable=False),
    _moment("ended_at", nullable=True),
    Column("end_kind", Text, info=not_personal("one of four words")),
    Index("ix_user_sessions_user_id", "account_id", "user_id", "began_at"),
)

remembered = Table(
    "remembered",
    METADATA,
    _of_account(),
    Column("selector", Text, primary_key=True, unique=True, info=not_personal("random letters")),
    _of_user(),
    Column("session_id", Text, nullable=False, info=not_personal(_ID)),
    Column("digest", LargeBinary, nullable=False),
    # Of the validator before this one, for tabs that come with it a moment later.
    Column("digest_before", LargeBinary),
    _moment("created_at"),
    _moment("used_at"),
    _moment("expires_at"),
    Index("ix_remembered_user_id", "account_id", "user_id"),
)

links = Table(
    "one_time_links",
    METADATA,
    _of_account(),
    Column("digest", LargeBinary, primary_key=True, unique=True),
    _of_user(),
    Column("purpose", Text, nullable=False, info=not_personal("one of a few words")),
    Column("email", Text, nullable=False, info=personal("email-wanted")),
    _moment("created_at"),
    _moment("expires_at"),
    Index("ix_one_time_links_user_id", "account_id", "user_id", "purpose"),
)

# Who registered and did not show yet that the address is theirs. They have no account, and nothing but this row.
signups = Table(
    "signups",
    METADATA,
    Column("id", Text, primary_key=True, info=not_personal(_ID)),
    Column("name", Text, nullable=False, info=personal("signup")),
    Column("company", Text, nullable=False, info=personal("signup")),
    Column("email", Text, nullable=False, info=personal("signup")),
    Column("email_key", Text, nullable=False, index=True, info=personal("signup")),
    Column("password_hash", Text, nullable=False, info=personal("signup")),
    Column("language", Text, info=personal("signup")),
    Column("digest", LargeBinary, nullable=False, unique=True),
    _moment("created_at"),
    _moment("expires_at"),
)

totps = Table(
    "totps",
    METADATA,
    _of_account(),
    _of_user(is_key=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    _moment("created_at"),
    _moment("confirmed_at", nullable=True),
)

recovery_codes = Table(
    "recovery_codes",
    METADATA,
    _of_account(),
    _of_user(is_key=True),
    Column("digest", LargeBinary, primary_key=True),
    _moment("created_at"),
)

passkeys = Table(
    "passkeys",
    METADATA,
    _of_account(),
    Column("id", Text, primary_key=True, info=not_personal(_ID)),
    _of_user(),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False, info=personal("passkey-name")),
    Column("transports", ARRAY(Text), nullable=False, info=not_personal("fixed words")),
    _moment("created_at"),
    _moment("last_used_at", nullable=True),
    Index("ix_passkeys_user_id", "account_id", "user_id"),
)

# Half-way through a sign-in, or while a passkey is being made. Where nobody is known yet, the ids are empty.
tickets = Table(
    "sign_in_tickets",
    METADATA,
    Column("account_id", Text, primary_key=True, info=not_personal("a random id of an account, or nothing")),
    Column("digest", LargeBinary, primary_key=True, unique=True),
    Column("user_id", Text, nullable=False, info=not_personal("a random id, or nothing")),
    Column("purpose", Text, nullable=False, info=not_personal("one of three words")),
    Column("challenge", LargeBinary, nullable=False),
    Column("is_remembered", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    _moment("expires_at"),
)

# How often a sign-in failed, by a digest of the address that was typed; known or not, it is counted alike.
failures = Table(
    "sign_in_failures",
    METADATA,
    Column("digest", LargeBinary, primary_key=True),
    _moment("since"),
    Column("count", Integer, nullable=False),
    _moment("locked_until", nullable=True),
)

# Who asked to leave, and may still come back.
leavings = Table(
    "leavings",
    METADATA,
    _of_account(),
    _of_user(is_key=True),
    Column("is_whole", Boolean, nullable=False),
    _moment("asked_at"),
    _moment("due_at"),
    _moment("left_at", nullable=True),
)
