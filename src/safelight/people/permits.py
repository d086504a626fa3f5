"""Permits: who may what. Levels, roles and grants -> the rights that every door asks; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from safelight.kernel.rights import ACCOUNT_ACTS, Act, Right, Rights, Where
from safelight.people.model import Grant, Principal, PrincipalKind, Reach, Role, User, UserRole
from safelight.people.policies import FOLDER, POLICIES
from safelight.people.system_roles import SYSTEM_ROLES


class Level(StrEnum):
    """The one role of a person, in plain words. Each of the first five may all that the next one may."""

    OWNER = "owner"
    ADMIN = "admin"
    DEVELOPER = "developer"
    EDITOR = "editor"
    VIEWER = "viewer"
    BILLING = "billing"
    REPORTS = "reports"


LEVELS: Mapping[UserRole, Level] = {
    UserRole.MASTER_ADMIN: Level.OWNER,
    UserRole.ADMIN: Level.ADMIN,
    UserRole.TECHNICAL_ADMIN: Level.DEVELOPER,
    UserRole.MEDIA_LIBRARY_ADMIN: Level.EDITOR,
    UserRole.MEDIA_LIBRARY_USER: Level.VIEWER,
    UserRole.BILLING: Level.BILLING,
    UserRole.REPORTS: Level.REPORTS,
}
"""The word of clients -> the level."""

_ACCOUNT, _CLOUD, _FOLDER = "cld::role::account::", "cld::role::prodenv::", "cld::role::content::folder::"

ROLES_OF_LEVELS: Mapping[Level, tuple[str | None, str]] = {
    Level.OWNER: (f"{_ACCOUNT}master_admin", f"{_CLOUD}master_admin"),
    Level.ADMIN: (f"{_ACCOUNT}admin", f"{_CLOUD}admin"),
    Level.DEVELOPER: (None, f"{_CLOUD}technical_admin"),
    Level.EDITOR: (None, f"{_CLOUD}media_library_admin"),
    Level.VIEWER: (None, f"{_CLOUD}media_library_user"),
    Level.BILLING: (f"{_ACCOUNT}billing", f"{_CLOUD}billing"),
    Level.REPORTS: (None, f"{_CLOUD}reports"),
}
"""What a level is made of: a role in the account, and one in each of its clouds."""

FOLDER_ROLES: Mapping[str, str] = {word: f"{_FOLDER}{word}" for word in ("viewer", "contributor", "editor", "manager")}
"""What one may be in a folder, in plain words."""

_FOLDER_ACTS: Mapping[str, Act] = {
    "view_download": Act.READ,
    "add_assets": Act.UPLOAD,
    "edit_assets": Act.CHANGE,
    "delete_assets": Act.DELETE,
    "manage": Act.FOLDERS,
}
_GLOBAL = "cld::policy::global::"


@dataclass(frozen=True)
class Line:
    """One right with where it comes from, for who wants to know why somebody may something."""

    act: Act
    where: Where
    role_id: str
    through: Principal
    """Who was given the role: the one who asks, or a group that they are in."""


def act_of(policy_id: str) -> Act | None:
    """What a policy allows; None for one that nobody knows any more."""
    policy = POLICIES.get(policy_id)
    if policy is None:
        return None
    if policy.reach is Reach.CONTENT:
        return _FOLDER_ACTS[policy.action]
    return Act(policy_id.removeprefix(_GLOBAL))


def acts_of(role: Role) -> frozenset[Act]:
    """All that a role allows, wherever it is given."""
    return frozenset(act for act in map(act_of, role.policies) if act is not None)


def lines_of_level(user: User) -> Sequence[Line]:
    """What a person may by their level: nothing while they are disabled.

    Who is sent to some clouds only has the level there alone, and manages nothing of the account; but money is
    nobody's cloud.
    """
    if not user.is_enabled:
        return []
    account_role, cloud_role = ROLES_OF_LEVELS[LEVELS[user.role]]
    me = Principal(PrincipalKind.USER, user.id)
    found: list[Line] = []
    if account_role is not None and (user.is_everywhere or user.role is UserRole.BILLING):
        found += _lines(SYSTEM_ROLES[account_role], Where(), me)
    for cloud_id in ("",) if user.is_everywhere else user.cloud_ids:
        found += _lines(SYSTEM_ROLES[cloud_role], Where(cloud_id), me)
    return found


def lines_of_grants(grants: Iterable[Grant], roles: Mapping[str, Role], folders: Mapping[str, Where]) -> Sequence[Line]:
    """What grants add. `folders`: the place of each folder that a grant names, by its id.

    A folder that is gone, or a kind of content that there is not, adds nothing.
    """
    found: list[Line] = []
    for grant in grants:
        role = roles.get(grant.role_id)
        where = _where(grant, folders)
        if role is not None and where is not None:
            found += _lines(role, where, grant.principal)
    return found


def _where(grant: Grant, folders: Mapping[str, Where]) -> Where | None:
    place = grant.place
    if not place.content:
        return Where(place.cloud_id)
    folder = folders.get(place.content_id) if place.content == FOLDER else None
    # A folder without a path would be the whole cloud: it cannot be, and must not be.
    if folder is None or not folder.folder or place.cloud_id not in {"", folder.cloud_id}:
        return None
    return folder


def _lines(role: Role, where: Where, through: Principal) -> Sequence[Line]:
    """A role that is bound to a folder holds nowhere else, and one of the account not in a single cloud."""
    if (role.reach is Reach.CONTENT) != bool(where.folder):
        return []
    return [
        Line(act, where, role.id, through)
        for act in Act
        if act in acts_of(role) and not (act in ACCOUNT_ACTS and where.cloud_id)
    ]


def rights(who: str, lines: Iterable[Line]) -> Rights:
    """What all lines together allow. Each only adds: nothing that is given takes anything away."""
    return Rights(who, frozenset(Right(line.act, line.where) for line in lines))


def check(who: Rights, act: Act, where: Where) -> None:
    """Raises Forbidden, which names the permission that is missing. The one check of console, API and shell."""
    who.check(act, where)


def _may_pass_on(who: Rights, act: Act, where: Where) -> bool:
    """Who manages the clouds of an account can make keys of them that may everything there."""
    return who.may(act, where) or (act not in ACCOUNT_ACTS and who.may(Act.CLOUDS, Where()))


def may_give(who: Rights, role: Role, where: Where) -> bool:
    """Whether one may hand on a role: only what one may oneself, and only with the permission to hand on at all."""
    return who.may(Act.ROLES, Where()) and all(_may_pass_on(who, act, where) for act in acts_of(role))


def holds(who: Rights, other: Rights, cloud_id: str) -> bool:
    """Whether one may all that a key of a cloud may."""
    if other.held is None:
        return all(who.may(act, Where(cloud_id)) for act in Act if act not in ACCOUNT_ACTS)
    return all(who.may(right.act, right.where) for right in other.held)


def may_fill(who: Rights, lines: Iterable[Line]) -> bool:
    """Whether one may put somebody, and so oneself, into a group to which these rights were given."""
    return who.may(Act.USERS, Where()) and all(_may_pass_on(who, line.act, line.where) for line in lines)


def may_manage(who: Rights, user: User) -> bool:
    """Whether one may change a person: nobody touches those who may more than they do themselves."""
    theirs = lines_of_level(replace(user, is_enabled=True))
    return who.may(Act.USERS, Where()) and all(_may_pass_on(who, line.act, line.where) for line in theirs)


def role_id(word: str, *, in_folder: bool) -> str:
    """The id of the role that a plain word means: a level, or what one may be in a folder. Other words are ids."""
    if in_folder:
        return FOLDER_ROLES.get(word, word)
    return ROLES_OF_LEVELS[Level(word)][1] if word in set(Level) else word


def word_of(id: str) -> str:
    """The other way round: how people call the role."""
    return _WORDS.get(id, id)


_WORDS = {
    **{id: word for word, id in FOLDER_ROLES.items()},
    **{cloud: level.value for level, (_, cloud) in ROLES_OF_LEVELS.items()},
}
