"""Levels: the words for what people and keys may, and which of them somebody may hand on."""

from collections.abc import Mapping, Sequence

from safelight.accounts.model import Cloud
from safelight.console import sheets
from safelight.console.guest import Guest
from safelight.console.words import mark as _
from safelight.kernel.rights import ACCOUNT_ACTS, Act, Where
from safelight.people import permits
from safelight.people.model import UserRole
from safelight.people.permits import LEVELS, ROLES_OF_LEVELS, Level
from safelight.people.system_roles import SYSTEM_ROLES

NAMES: Mapping[Level, str] = {
    Level.OWNER: _("Owner"),
    Level.ADMIN: _("Admin"),
    Level.DEVELOPER: _("Developer"),
    Level.EDITOR: _("Editor"),
    Level.VIEWER: _("Viewer"),
    Level.BILLING: _("Billing"),
    Level.REPORTS: _("Reports"),
}
ABOUT: Mapping[Level, str] = {
    Level.OWNER: _("Everything, also money and the security of the account."),
    Level.ADMIN: _("People, roles and clouds, and everything in the clouds."),
    Level.DEVELOPER: _("All files, and what developers set up: keys, transformations, presets, webhooks."),
    Level.EDITOR: _("All files and folders, moderation and metadata."),
    Level.VIEWER: _("Looks at files and downloads them."),
    Level.BILLING: _("Sees usage and invoices."),
    Level.REPORTS: _("Sees usage."),
}
ACTS: Mapping[Act, str] = {
    Act.READ: _("see files"),
    Act.UPLOAD: _("upload"),
    Act.CHANGE: _("change files"),
    Act.DELETE: _("delete files"),
    Act.FOLDERS: _("manage folders"),
    Act.MODERATE: _("review"),
    Act.TRANSFORMATIONS: _("manage transformations"),
    Act.PRESETS: _("manage upload presets"),
    Act.METADATA: _("manage metadata fields"),
    Act.WEBHOOKS: _("manage webhooks"),
    Act.KEYS: _("manage API keys"),
    Act.SETTINGS: _("change settings"),
    Act.USAGE: _("see usage"),
    Act.USERS: _("manage people"),
    Act.ROLES: _("give roles"),
    Act.CLOUDS: _("manage clouds"),
    Act.SECURITY: _("manage security"),
    Act.PROVISIONING_KEYS: _("manage provisioning keys"),
    Act.BILLING: _("manage money"),
}
EVERYTHING = _("Everything in this cloud")


def name_of(language: str, role: UserRole) -> str:
    return sheets.spoken(language, NAMES[LEVELS[role]])


def choices_for_people(guest: Guest) -> Sequence[tuple[str, str]]:
    """The roles that this guest may give to people: none that may more than they do themselves."""
    language = guest.visit.language
    return [
        (role.value, f"{sheets.spoken(language, NAMES[level])} – {sheets.spoken(language, ABOUT[level])}")
        for role, level in LEVELS.items()
        if _may_hand_on(guest, level, Where())
    ]


def may_everything(guest: Guest, cloud: Cloud) -> bool:
    """Whether the guest may make a key for everything in the cloud."""
    return all(guest.rights.may(act, Where(cloud.id)) for act in Act if act not in ACCOUNT_ACTS)


def _may_hand_on(guest: Guest, level: Level, where: Where) -> bool:
    account_role, cloud_role = ROLES_OF_LEVELS[level]
    ids = (account_role, cloud_role) if account_role and not where.cloud_id else (cloud_role,)
    return all(guest.rights.may(act, where) for id in ids for act in permits.acts_of(SYSTEM_ROLES[id]))
