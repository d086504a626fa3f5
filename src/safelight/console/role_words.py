"""Role words: how pages call the roles that come along, and the headings under which roles are chosen."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from safelight.console import levels, sheets
from safelight.console.words import mark as _
from safelight.people import permits
from safelight.people.model import Reach, Role, Scope
from safelight.people.permits import FOLDER_ROLES, ROLES_OF_LEVELS, Level

_ACCOUNT = "cld::role::account::"
ACCOUNT_NAMES: Mapping[str, tuple[str, str]] = {
    f"{_ACCOUNT}master_admin": (_("Owner of the account"), _("People, roles, clouds, money and security.")),
    f"{_ACCOUNT}admin": (_("Admin of the account"), _("People, roles and clouds.")),
    f"{_ACCOUNT}billing": (_("Billing of the account"), _("Money.")),
}
FOLDER_NAMES: Mapping[str, tuple[str, str]] = {
    "viewer": (_("Viewer"), _("Sees and downloads what is in the folder.")),
    "contributor": (_("Contributor"), _("Viewer, and uploads into the folder.")),
    "editor": (_("Editor"), _("Contributor, and changes what is in the folder.")),
    "manager": (_("Manager"), _("Editor, and deletes and moves what is in the folder.")),
}
_WHOLE = _("Everything in the cloud.")
_IN_A_CLOUD: Mapping[Level, str] = {
    Level.OWNER: _WHOLE,
    Level.ADMIN: _WHOLE,
    Level.BILLING: levels.ABOUT[Level.REPORTS],
}
"""A level says more than what it allows in a cloud."""
_SAID: Mapping[str, tuple[str, str]] = {
    **ACCOUNT_NAMES,
    **{FOLDER_ROLES[word]: said for word, said in FOLDER_NAMES.items()},
    **{
        ids[1]: (levels.NAMES[level], _IN_A_CLOUD.get(level, levels.ABOUT[level]))
        for level, ids in ROLES_OF_LEVELS.items()
    },
}
_TWICE = {ROLES_OF_LEVELS[level][1] for level in (Level.OWNER, Level.BILLING)}
"""In a cloud these may what the next lower level may: one of both is enough to choose from."""
ACCOUNT, CLOUD, FOLDER = "account", "cloud", "folder"
KINDS: Mapping[str, tuple[Scope, Reach]] = {
    ACCOUNT: (Scope.ACCOUNT, Reach.GLOBAL),
    CLOUD: (Scope.CLOUD, Reach.GLOBAL),
    FOLDER: (Scope.CLOUD, Reach.CONTENT),
}
"""Where a role can hold, by the word that stands in addresses and forms."""
HEADINGS: Mapping[str, str] = {
    ACCOUNT: _("In the whole account"),
    CLOUD: _("In clouds"),
    FOLDER: _("In a folder"),
}

FIRST = ROLES_OF_LEVELS[Level.VIEWER][1]
"""What a form begins with: the least."""

Choices = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Headings, and below each the roles: id and words."""


def name_of(language: str, role: Role) -> str:
    """Ours in the language of the page, others as they were called."""
    return sheets.spoken(language, _SAID[role.id][0]) if role.id in _SAID else role.name


def about(language: str, role: Role) -> str:
    return sheets.spoken(language, _SAID[role.id][1]) if role.id in _SAID else role.description


def kind_of(role: Role) -> str:
    return next(word for word, kind in KINDS.items() if kind == (role.scope, role.reach))


def acts_of(language: str, role: Role) -> Sequence[str]:
    """What a role allows, in the order of the list of acts."""
    allowed = permits.acts_of(role)
    return [sheets.spoken(language, words) for act, words in levels.ACTS.items() if act in allowed]


def choices(language: str, found: Iterable[Role], may_give: Callable[[Role], bool]) -> Choices:
    """Those that may be given, by where they hold; a heading without any is left out."""
    given = [role for role in found if role.id not in _TWICE and may_give(role)]
    by_kind = {word: [role for role in given if kind_of(role) == word] for word in (CLOUD, FOLDER, ACCOUNT)}
    return [
        (sheets.spoken(language, HEADINGS[word]), [(role.id, _words(language, role)) for role in roles])
        for word, roles in by_kind.items()
        if roles
    ]


def _words(language: str, role: Role) -> str:
    said = about(language, role)
    return f"{name_of(language, role)} – {said}" if said else name_of(language, role)
