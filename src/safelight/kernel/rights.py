"""Rights: what one may do and where; the one check that every door asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from safelight.kernel.errors import Forbidden, NotFound
from safelight.kernel.folders import is_within


class Act(StrEnum):
    """What can be allowed. The value is what the permission is called, in refusals and in policies."""

    READ = "folder_and_asset_management::view_asset"
    UPLOAD = "folder_and_asset_management::create_asset"
    CHANGE = "folder_and_asset_management::update_asset"
    DELETE = "folder_and_asset_management::delete_asset"
    FOLDERS = "folder_and_asset_management::manage_folder"
    MODERATE = "moderation::manage"
    TRANSFORMATIONS = "transformations::manage"
    PRESETS = "upload_presets::manage"
    METADATA = "structured_metadata::manage"
    WEBHOOKS = "webhooks::manage"
    KEYS = "api_keys::manage"
    SETTINGS = "settings::manage"
    USAGE = "reports::usage::view"
    USERS = "users_and_groups::manage"
    ROLES = "roles::manage"
    CLOUDS = "product_environments::manage"
    SECURITY = "account_security::manage"
    PROVISIONING_KEYS = "provisioning_keys::manage"
    BILLING = "billing::manage"


ACCOUNT_ACTS = frozenset({Act.USERS, Act.ROLES, Act.CLOUDS, Act.SECURITY, Act.PROVISIONING_KEYS, Act.BILLING})
"""What is done to an account, and not in one of its clouds."""
FOLDER_ACTS = frozenset({Act.READ, Act.UPLOAD, Act.CHANGE, Act.DELETE, Act.FOLDERS})
"""What can be allowed in a single folder."""


@dataclass(frozen=True)
class Where:
    """A place. No cloud is the account with all its clouds; no folder is the cloud with all its folders.

    The root of a cloud is the same as all of it: who may only work in folders may not work between them.
    """

    cloud_id: str = ""
    folder: str = ""

    def covers(self, other: "Where") -> bool:
        """Whether the other place is this one or lies inside."""
        if self.cloud_id and self.cloud_id != other.cloud_id:
            return False
        return is_within(other.folder, self.folder)


@dataclass(frozen=True)
class Right:
    """One thing that may be done in one place, and in all places inside."""

    act: Act
    where: Where


@dataclass(frozen=True)
class Rights:
    """All that one may. `who` is how refusals call them; `held` of None is everything."""

    who: str = ""
    held: frozenset[Right] | None = None

    @property
    def is_full(self) -> bool:
        return self.held is None

    def may(self, act: Act, where: Where) -> bool:
        return self.held is None or any(right.act is act and right.where.covers(where) for right in self.held)

    def may_somewhere(self, act: Act, cloud_id: str) -> bool:
        """In the cloud, or at least in a folder of it."""
        return self.within(act, cloud_id) != ()

    def within(self, act: Act, cloud_id: str) -> tuple[str, ...] | None:
        """The folders of a cloud that the act reaches, none of them inside of another; None: the whole cloud.

        This is what narrows lists and searches; an empty tuple narrows them to nothing.
        """
        if self.may(act, Where(cloud_id)):
            return None
        reached = {
            right.where.folder
            for right in self.held or ()
            if right.act is act and right.where.cloud_id in {"", cloud_id} and right.where.folder
        }
        return outermost(reached)

    def check(self, act: Act, where: Where) -> None:
        """Raises Forbidden, which names the permission that is missing, and where."""
        if not self.may(act, where):
            raise self.lacks(act, where.folder)

    def check_somewhere(self, act: Act, cloud_id: str) -> None:
        """Raises Forbidden where the act reaches nothing of the cloud; what it reaches has still to be asked."""
        if not self.may_somewhere(act, cloud_id):
            raise self.lacks(act)

    def check_seen(self, where: Where, unseen: str) -> None:
        """Raises NotFound in these words: what one may not see is, for them, not there."""
        if not self.may(Act.READ, where):
            raise NotFound(unseen)

    def lacks(self, act: Act, folder: str = "") -> Forbidden:
        """The refusal. It does not tell whether there is such a folder."""
        place = f" in the folder {folder}" if folder else ""
        return Forbidden(f"Not permitted: {self.who or 'who asks'} lacks the permission {act.value}{place}")


EVERYTHING = Rights()
"""Of the shell, of what we do of our own accord, and of keys that nobody limited."""


def outermost(folders: Iterable[str]) -> tuple[str, ...]:
    """The folders without those that lie inside of others, sorted."""
    found: list[str] = []
    for folder in sorted(set(folders), key=lambda each: (each.count("/"), each)):
        if not any(is_within(folder, outer) for outer in found):
            found.append(folder)
    return tuple(sorted(found))
