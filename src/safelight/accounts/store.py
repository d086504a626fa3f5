"""The SQL of accounts: their clouds, keys and tokens, and how many calls were made in this hour."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, LargeBinary, RowMapping, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from safelight.accounts.model import TOKEN_NAME, Cloud, FolderMode
from safelight.ports.tables import METADATA, not_personal, personal

accounts = Table(
    "accounts",
    METADATA,
    Column("id", Text, primary_key=True, info=not_personal("a random id of an account")),
    Column("handle", Text, nullable=False, unique=True, info=personal("account-name")),
    Column("name", Text, nullable=False, info=personal("account-name")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("disabled_at", DateTime(timezone=True)),
    # When its owner came back, and when they were warned because nobody used it.
    Column("returned_at", DateTime(timezone=True)),
    Column("warned_at", DateTime(timezone=True)),
    Column("warned_again_at", DateTime(timezone=True)),
)

# A key of an account: it makes clouds and people, and reaches no file.
provisioning_keys = Table(
    "provisioning_keys",
    METADATA,
    Column("account_id", Text, primary_key=True, info=not_personal("a random id of an account")),
    Column("id", Text, primary_key=True, info=not_personal("a random id of a key")),
    Column("api_key", Text, nullable=False, info=not_personal("random digits that name a key")),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("name", Text, nullable=False, info=personal("key-name")),
    Column("is_enabled", Boolean, nullable=False),
    Column("is_limited", Boolean, nullable=False, server_default="false"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Index("uq_provisioning_keys_account_id_api_key", "account_id", "api_key", unique=True),
)

clouds = Table(
    "clouds",
    METADATA,
    Column("id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("account_id", Text, nullable=False, index=True, info=not_personal("a random id of an account")),
    Column("name", Text, nullable=False, unique=True, info=personal("cloud-name")),
    Column("label", Text, nullable=False, info=personal("cloud-label")),
    Column("attributes", JSONB, nullable=False, server_default="{}", info=personal("cloud-label")),
    Column("folder_mode", Text, nullable=False, info=not_personal("one of two words")),
    Column("is_strict", Boolean, nullable=False, default=False),
    Column("fetch_hosts", ARRAY(Text), info=not_personal("names of machines that may be fetched from")),
    Column(
        "denied_hosts",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        info=not_personal("names of machines that nothing is fetched from"),
    ),
    Column("restricted_types", ARRAY(Text), nullable=False, server_default="{list}", info=not_personal("fixed words")),
    Column("referrers", ARRAY(Text), info=not_personal("names of machines whose pages may show files")),
    Column(
        "strict_referrers",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        info=not_personal("names of machines whose pages may show files"),
    ),
    Column(
        "token_name",
        Text,
        nullable=False,
        server_default=TOKEN_NAME,
        info=not_personal("what a cookie is called"),
    ),
    Column("backs_up", Boolean, nullable=False, server_default="false"),
    Column("hides_pending", Boolean, nullable=False, server_default="false"),
    Column("strips_private", Boolean, nullable=False, server_default="false"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True)),
    Column("disabled_at", DateTime(timezone=True)),
    # When its account was disabled: told apart, so that what comes back is as it was.
    Column("shut_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
)

# What a cloud was called before: nobody else gets these URLs.
former_cloud_names = Table(
    "former_cloud_names",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("name", Text, primary_key=True, unique=True, info=personal("cloud-name")),
    Column("left_at", DateTime(timezone=True), nullable=False),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("id", Text, primary_key=True, info=not_personal("a random id of a key")),
    Column("api_key", Text, nullable=False, info=not_personal("random digits that name a key")),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("name", Text, nullable=False, info=personal("key-name")),
    Column("is_enabled", Boolean, nullable=False),
    Column("is_limited", Boolean, nullable=False, server_default="false"),
    Column("dedicated_for", ARRAY(Text), nullable=False, server_default="{}", info=not_personal("fixed words")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    Index("uq_api_keys_cloud_id_api_key", "cloud_id", "api_key", unique=True),
)

# What signs tokens for delivery. SDKs name no key, so each of a cloud's is tried.
token_keys = Table(
    "token_keys",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("id", Text, primary_key=True, info=not_personal("a digest of a random key")),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

# Of a token itself only the digest is kept: who reads this table can do nothing with it.
bearer_tokens = Table(
    "bearer_tokens",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("id", Text, primary_key=True, info=not_personal("a random id of a token")),
    Column("digest", LargeBinary, nullable=False),
    Column("key_id", Text, nullable=False, info=not_personal("a random id of a key")),
    Column("name", Text, nullable=False, info=personal("key-name")),
    Column("scopes", ARRAY(Text), nullable=False, info=not_personal("fixed words")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Index("uq_bearer_tokens_cloud_id_digest", "cloud_id", "digest", unique=True),
)

# One row a cloud, written over and over: nothing to clear away, and the room left in each page lets PostgreSQL
# rewrite the row in place without touching the index.
api_budgets = Table(
    "api_budgets",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("hour", BigInteger, nullable=False),
    Column("calls", Integer, nullable=False),
    postgresql_with={"fillfactor": 50},
)

# The same for other things that are counted by the hour.
hourly_counts = Table(
    "hourly_counts",
    METADATA,
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
    Column("what", Text, primary_key=True, info=not_personal("one of a few words")),
    Column("hour", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    postgresql_with={"fillfactor": 50},
)


def cloud_of(row: RowMapping) -> Cloud:
    return Cloud(
        id=row["id"],
        name=row["name"],
        folder_mode=FolderMode(row["folder_mode"]),
        created_at=row["created_at"],
        is_strict=row["is_strict"],
        backs_up=row["backs_up"],
        hides_pending=row["hides_pending"],
        strips_private=row["strips_private"],
        fetch_hosts=None if row["fetch_hosts"] is None else tuple(row["fetch_hosts"]),
        denied_hosts=tuple(row["denied_hosts"]),
        restricted_types=tuple(row["restricted_types"]),
        referrers=None if row["referrers"] is None else tuple(row["referrers"]),
        strict_referrers=tuple(row["strict_referrers"]),
        token_name=row["token_name"],
        account_id=row["account_id"],
        label=row["label"],
        attributes=row["attributes"],
        updated_at=row["updated_at"],
        is_enabled=row["disabled_at"] is None,
        is_shut=row["shut_at"] is not None,
    )
