"""User, Group, Role, Grant: people of an account, and what they may."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from safelight.kernel.choice import ASK_AGAIN_DAYS
from safelight.kernel.languages import Language


class UserRole(StrEnum):
    """The one role that everybody has; in the words of clients."""

    MASTER_ADMIN = "master_admin"
    ADMIN = "admin"
    BILLING = "billing"
    TECHNICAL_ADMIN = "technical_admin"
    REPORTS = "reports"
    MEDIA_LIBRARY_ADMIN = "media_library_admin"
    MEDIA_LIBRARY_USER = "media_library_user"


class Status(StrEnum):
    """Where a person stands with an account."""

    PENDING = "pending"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True)
class User:
    """A person who belongs to an account; invited, until they come."""

    id: str
    account_id: str
    name: str
    email: str
    role: UserRole
    is_everywhere: bool
    """May go to every cloud of the account; else to those of `cloud_ids` alone."""
    is_enabled: bool
    created_at: datetime
    updated_at: datetime
    accepted_at: datetime | None = None
    """When the invitation was accepted."""
    last_login_at: datetime | None = None
    language: Language | None = None
    """In which they are written to; None for who has not come yet, or never said."""
    cloud_ids: tuple[str, ...] = ()
    groups: tuple["GroupName", ...] = ()
    opted_out_at: datetime | None = None
    """Since when nothing of theirs may be passed on to third parties: they said so, or a browser of theirs did."""

    @property
    def asked_again_at(self) -> datetime | None:
        """Nobody asks them to take that back before."""
        return self.opted_out_at and self.opted_out_at + timedelta(days=ASK_AGAIN_DAYS)

    @property
    def is_pending(self) -> bool:
        return self.accepted_at is None

    @property
    def status(self) -> Status:
        if not self.is_enabled:
            return Status.DISABLED
        return Status.PENDING if self.is_pending else Status.ACTIVE


@dataclass(frozen=True)
class GroupName:
    """A group as others name it."""

    id: str
    name: str


@dataclass(frozen=True)
class Member:
    """A person as a group names them."""

    id: str
    name: str
    email: str


@dataclass(frozen=True)
class Group:
    """People who get roles together."""

    id: str
    account_id: str
    name: str
    created_at: datetime
    updated_at: datetime
    members: tuple[Member, ...] = ()


class Scope(StrEnum):
    """Where a role holds: for the account, or in clouds of it."""

    ACCOUNT = "account"
    CLOUD = "prodenv"


class Reach(StrEnum):
    """How far a role reaches there: to all that there is, or to one folder or collection."""

    GLOBAL = "global"
    CONTENT = "content"


@dataclass(frozen=True)
class Role:
    """Some policies under one name."""

    id: str
    name: str
    description: str
    scope: Scope
    reach: Reach
    policies: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    is_ours: bool = False
    """It comes along, and nobody can change it."""


class PrincipalKind(StrEnum):
    """Who may have a role; in the words of clients."""

    USER = "user"
    GROUP = "group"
    API_KEY = "apiKey"
    PROVISIONING_KEY = "provisioningKey"


@dataclass(frozen=True)
class Principal:
    """One who may have roles. A key is named by its digits, everybody else by an id."""

    kind: PrincipalKind
    id: str


@dataclass(frozen=True)
class Place:
    """Where a role is granted. No cloud is every cloud; `content` is `folder_id` or `collection_id`."""

    cloud_id: str = ""
    content: str = ""
    content_id: str = ""


@dataclass(frozen=True)
class Grant:
    """One has a role in one place."""

    principal: Principal
    role_id: str
    place: Place
    created_at: datetime
