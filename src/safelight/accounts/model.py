"""Cloud, Key, Principal: who owns, who asks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.kernel.secret import Secret


class FolderMode(StrEnum):
    DYNAMIC = "dynamic"
    FIXED = "fixed"


@dataclass(frozen=True)
class Cloud:
    """A tenant: its name is the first word of its URLs."""

    id: str
    name: str
    folder_mode: FolderMode
    created_at: datetime
    is_strict: bool = False
    """Strict transformations: new derived files only for signed URLs and allowed named transformations."""
    fetch_hosts: tuple[str, ...] | None = None
    """Hosts that `fetch` may reach, `*.example.org` for subdomains too; None: any public host."""


@dataclass(frozen=True)
class Key:
    """An API key of a cloud with its secret."""

    id: str
    cloud_id: str
    api_key: str
    secret: Secret
    name: str
    is_enabled: bool
    created_at: datetime


class Manner(StrEnum):
    """How a request proved who sends it."""

    BASIC = "basic"
    SIGNATURE = "signature"
    UNSIGNED = "unsigned"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Principal:
    """Who asks, for which cloud. `key` is None for unsigned uploads and for ourselves."""

    cloud: Cloud
    manner: Manner
    key: Key | None = None
