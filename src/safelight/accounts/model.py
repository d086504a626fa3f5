"""Account, Cloud, Key, Principal: who owns, who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, unquote

from safelight.kernel.hosts import Hosts
from safelight.kernel.rights import EVERYTHING, Rights
from safelight.kernel.secret import Secret

TOKEN_NAME = "__cld_token__"  # noqa: S105
NO_REFERRER = "none"
WEBHOOKS = "webhooks"
DEDICATIONS = (WEBHOOKS,)
"""What a cloud signs of its own accord, and one of its keys may be set apart for."""


class FolderMode(StrEnum):
    DYNAMIC = "dynamic"
    FIXED = "fixed"


@dataclass(frozen=True)
class Account:
    """Who owns clouds: a company, or a person. Its people and groups stand in the room `people`."""

    id: str
    handle: str
    """What it is called in addresses (`account_id`): its id, or what the operator chose."""
    name: str
    created_at: datetime
    is_disabled: bool = False
    """Its owner left, and may come back: nobody signs in, no key works, nothing is delivered."""


@dataclass(frozen=True)
class ProvisioningKey:
    """A key of an account with its secret: it makes clouds and people, and reaches no file."""

    id: str
    account_id: str
    api_key: str
    secret: Secret
    name: str
    is_enabled: bool
    created_at: datetime
    last_used_at: datetime | None = None
    is_limited: bool = False
    """May only what its roles say; else everything in its account."""


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
    denied_hosts: tuple[str, ...] = ()
    """Hosts that nothing is fetched from or sent to, however the request came about, like `fetch_hosts`."""
    restricted_types: tuple[str, ...] = ("list",)
    """Types of delivery that need a signature (clouds.RESTRICTABLE). Lists of tags are closed until they are opened."""
    referrers: tuple[str, ...] | None = None
    """Hosts of pages that may show what is delivered, like `fetch_hosts`; NO_REFERRER: also who names no page."""
    strict_referrers: tuple[str, ...] = ()
    """Hosts of pages for which something new is made although transformations are strict."""
    token_name: str = TOKEN_NAME
    """What tokens for delivery are called in queries and cookies."""
    hides_pending: bool = False
    """What somebody has still to look at is not delivered yet (assets/moderation.py)."""
    strips_private: bool = False
    """What tells of people and places is taken out of files before they are stored, unless an upload says otherwise."""
    backs_up: bool = False
    """Older versions and erased assets are kept, unless an upload says otherwise."""
    account_id: str = ""
    """Whose it is."""
    label: str = ""
    """The name that people read."""
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    """What its owner noted about it, for programs of his own."""
    updated_at: datetime | None = None
    is_enabled: bool = True
    """One that is not is shut to everybody, and keeps what it holds."""
    is_shut: bool = False
    """Its account is disabled, and may come back."""

    @property
    def hosts(self) -> Hosts:
        """Where `fetch` may go for any visitor."""
        return Hosts(self.fetch_hosts, self.denied_hosts)

    @property
    def owners_hosts(self) -> Hosts:
        """Where requests may go that the owner's own programs ask for: uploads, mappings, notifications."""
        return Hosts(None, self.denied_hosts)


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
    last_used_at: datetime | None = None
    """Told to within LAST_USE_SECONDS of keys.py."""
    dedicated_for: tuple[str, ...] = ()
    """What this key alone signs of what the cloud sends (DEDICATIONS)."""
    updated_at: datetime | None = None
    is_limited: bool = False
    """May only what its roles say (assets/reach.py); else everything in its cloud."""
    signer: Secret | None = None
    """Signs addresses in answers to a limited key, which itself opens none at delivery. None: they are not signed."""

    @property
    def address_secret(self) -> Secret | None:
        """What signs addresses of delivery for who has this key."""
        return self.signer if self.is_limited else self.secret

    def signed_by(self, signer: Secret | None) -> "Key":
        """The key with the secret that signs addresses for it."""
        return replace(self, signer=signer)

    @property
    def spellings(self) -> tuple[Secret, ...]:
        """The secret in each of the forms in which SDKs take it out of a URL: decoded, or as it is written there."""
        plain = unquote(self.secret.reveal())
        return tuple(Secret(each) for each in dict.fromkeys((self.secret.reveal(), plain, quote(plain, safe=""))))


class Manner(StrEnum):
    """How a request proved who sends it."""

    BASIC = "basic"
    BEARER = "bearer"
    SIGNATURE = "signature"
    UNSIGNED = "unsigned"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Principal:
    """Who asks, for which cloud. `key` is None for unsigned uploads and for ourselves."""

    cloud: Cloud
    manner: Manner
    key: Key | None = None
    rights: Rights = EVERYTHING
    """What they may; for unsigned uploads the preset says it."""


@dataclass(frozen=True)
class TokenKey:
    """A key that signs tokens for delivery, as SDKs take it: hex digits."""

    id: str
    key: Secret
    created_at: datetime
