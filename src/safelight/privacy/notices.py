"""Notice: what who brings files should mind, by version, and who has read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from safelight.ports.database import Session
from safelight.privacy import store_notices
from safelight.privacy.node import parsed
from safelight.privacy.policy import LANGUAGES

FILE = Path(__file__).parent / "upload_notice.yaml"
PAGE = "/privacy/upload-notice"
UPLOAD = "upload"
"""What the notice of the file is about."""


@dataclass(frozen=True)
class Notice:
    """A text in every language."""

    about: str
    version: int
    texts: Mapping[str, str]


@cache
def upload() -> Notice:
    """The present one."""
    found = parsed(FILE.read_bytes(), FILE.name).only("version", *LANGUAGES)
    return Notice(UPLOAD, found.at("version").number() or 1, {each: found.at(each).text() for each in LANGUAGES})


async def acknowledge(session: Session, account_id: str, user_id: str, notice: Notice, now: datetime) -> datetime:
    """When somebody first said that they have read this version."""
    await store_notices.add(
        session,
        {"account_id": account_id, "user_id": user_id, "about": notice.about, "version": notice.version, "at": now},
    )
    return await acknowledged_at(session, account_id, user_id, notice) or now


async def acknowledged_at(session: Session, account_id: str, user_id: str, notice: Notice) -> datetime | None:
    """None: they have not."""
    return await store_notices.at(session, account_id, user_id, notice.about, notice.version)
