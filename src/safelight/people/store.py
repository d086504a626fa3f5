"""The SQL of people: who belongs to an account, to which groups, and which roles they have where."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from safelight.ports.tables import METADATA, not_personal, personal

_ID = "a random id made here"

users = Table(
    "users",
    METADATA,
    Column("account_id", Text, primary_key=True, info=not_personal("a random id of an account")),
    Column("id", Text, primary_key=True, info=not_personal(_ID)),
    Column("name", Text, nullable=False, info=personal("user-name")),
    Column("email", Text, nullable=False, info=personal("user-email")),
    # The address as it is compared: one address, one person, whatever account.
    Column("email_key", Text, nullable=False, unique=True, info=personal("user-email")),
    Column("role", Text, nullable=False, info=not_personal("one of the words of model.UserRole")),
    Column("is_everywhere", Boolean, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("accepted_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("last_login_at", DateTime(timezone=True)),
    # When they were last asked whether what is known of them still holds.
    Column("reminded_at", DateTime(timezone=True)),
    # In which they are written to; none for who has not said.
    Column("language", Text, info=personal("user-language")),
    # Since when nothing of them may be passed on to third parties, as `choices` say; none for who allows it.
    Column("opted_out_at", DateTime(timezone=True)),
)

# What people decided about their data. No row is ever changed but by the number of the line that tells of it.
choices = Table(
    "choices",
    METADATA,
    Column("user_id", Text, primary_key=True, info=not_personal("a random id of a person")),
    Column("id", Text, primary_key=True, info=not_personal(_ID)),
    Column("kind", Text, nullable=False, info=not_personal("one of four words")),
    Column("purpose", Text, nullable=False, info=personal("choice")),
    Column("state", Text, nullable=False, info=not_personal("one of four words")),
    Column("way", Text, nullable=False, info=not_personal("one of a few words")),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("language", Text, nullable=False, info=not_personal("one of two words")),
    Column("wording", Text, nullable=False, info=not_personal("a hash of what everybody is shown")),
    Column("expires_at", DateTime(timezone=True)),
    Column("line", Integer),
    Index("ix_choices_user_id", "user_id", "at"),
)

# The clouds of those who are not everywhere.
user_clouds = Table(
    "user_clouds",
    METADATA,
    Column("account_id", Text, primary_key=True, info=not_personal("a random id of an account")),
    Column("user_id", Text, primary_key=True, info=not_personal(_ID)),
    Column("cloud_id", Text, primary_key=True, info=not_personal("a random id of a tenant")),
)

groups = Table(
    "user_groups",
    METADATA,
    Column("account_id", Text, primary_key=True, info=not_personal("a random id of an account")),
    Column("id", Text, primary_key=True, info=not_personal(_ID)),
    Column("name", Text, nullable=False, info=personal("group-name")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

members = Table(
    "group_members",
    METADATA,
    Column("account_id", Text, primary_key=True, info=not_personal("a random id of an account")),
    Column("group_id", Text, primary_key=True, info=not_personal(_ID)),
    Column("user_id", Text, primary_key=True, info=not_personal(_ID)),
    Index("ix_group_members_user_id", "account_id", "user_id"),
)

# Roles that an account made; those that come along stand in roles.py.
roles = Table(
    "roles",
    METADATA,
    Column("account_id", Text, primary_key=True, info=not_personal("a random id of an account")),
    Column("id", Text, primary_key=True, info=not_personal("an id that a program chose")),
    Column("name", Text, nullable=False, info=personal("role-name")),
    Column("description", Text, nullable=False, info=personal("role-name")),
    Column("scope", Text, nullable=False, info=not_personal("one of two words")),
    Column("reach", Text, nullable=False, info=not_personal("one of two words")),
    Column("policies", ARRAY(Text), nullable=False, info=not_personal("fixed words")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

# Who has which role where. An empty cloud_id is every cloud, an empty content is all that the role reaches.
grants = Table(
    "grants",
    METADATA,
    Column("account_id", Text, primary_key=True, info=not_personal("a random id of an account")),
    Column("id", Text, primary_key=True, info=not_personal(_ID)),
    Column("principal", Text, nullable=False, info=not_personal("one of four words")),
    Column("principal_id", Text, nullable=False, info=not_personal("a random id of a person, group or key")),
    Column("role_id", Text, nullable=False, info=not_personal("an id that a program chose")),
    Column("cloud_id", Text, nullable=False, info=not_personal("a random id of a tenant")),
    Column("content", Text, nullable=False, info=not_personal("`folder_id` or `collection_id`")),
    Column("content_id", Text, nullable=False, info=not_personal("a random id of a folder or collection")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index(
        "uq_grants_whole",
        *("account_id", "principal", "principal_id", "role_id", "cloud_id", "content", "content_id"),
        unique=True,
    ),
    Index("ix_grants_role_id", "account_id", "role_id"),
)
