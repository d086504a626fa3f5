"""The tables of mail, and the SQL of letters: they wait, they leave, and a line about them stays for a while."""

from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, insert

from safelight.mail.model import Posted
from safelight.ports.database import Session
from safelight.ports.tables import METADATA, not_personal, personal

_USER = "a random id of a person"

letters = Table(
    "letters",
    METADATA,
    Column("id", Text, primary_key=True, info=not_personal("a random id made here")),
    Column("template", Text, nullable=False, info=not_personal("the name of a file of this program")),
    Column("kind", Text, nullable=False, info=not_personal("one of four words")),
    Column("language", Text, nullable=False, info=not_personal("one of two words")),
    Column("state", Text, nullable=False, info=not_personal("one of a few words")),
    Column("tries", Integer, nullable=False),
    # Both are emptied as soon as the letter has left, or will not leave.
    Column("address", Text, info=personal("letter-content")),
    Column("facts", JSONB, nullable=False, info=personal("letter-content")),
    Column("user_id", Text, info=personal("mail-log")),
    Column("address_mark", Text, info=personal("mail-log")),
    Column("answer", Text, info=not_personal("codes of a mail server")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("handed_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
)
L = letters.c
Index("ix_letters_created_at", L.created_at)
Index("ix_letters_handed_at", L.handed_at)
Index("ix_letters_address_mark", L.address_mark, L.handed_at)

# What a person said about a list; a list that they said nothing about follows its own default.
letter_choices = Table(
    "letter_choices",
    METADATA,
    Column("user_id", Text, primary_key=True, info=not_personal(_USER)),
    Column("list", Text, primary_key=True, info=not_personal("one of a few words")),
    Column("is_wanted", Boolean, nullable=False),
    Column("way", Text, nullable=False, info=not_personal("one of a few words")),
    Column("changed_at", DateTime(timezone=True), nullable=False),
)

# Addresses that want no letters, or cannot take any, known by their marks alone.
mail_suppressions = Table(
    "mail_suppressions",
    METADATA,
    Column("address_mark", Text, primary_key=True, info=personal("mail-suppression")),
    Column("list", Text, primary_key=True, info=not_personal("one of a few words, or a star for all")),
    Column("reason", Text, primary_key=True, info=not_personal("one of two words")),
    Column("created_at", DateTime(timezone=True), nullable=False),
)


async def add(session: Session, posted: Posted) -> None:
    values: dict[str, Any] = {**vars(posted), "facts": dict(posted.facts), "address": posted.to}
    del values["to"]
    await session.execute(insert(letters).values(values))
