"""System roles: those that come along with every account; nobody can change them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from safelight.people.model import Reach, Role, Scope
from safelight.people.policies import POLICIES

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""Clients want to know since when there are things, also of these."""

_ASSETS = "cld::policy::global::folder_and_asset_management::"
_FOLDER = "cld::policy::content::folder::"


def _all(scope: Scope, reach: Reach = Reach.GLOBAL) -> tuple[str, ...]:
    return tuple(policy.id for policy in POLICIES.values() if policy.scope is scope and policy.reach is reach)


def _named(*areas: str) -> tuple[str, ...]:
    return tuple(policy.id for policy in POLICIES.values() if policy.reach is Reach.GLOBAL and policy.category in areas)


def _role(id: str, name: str, description: str, policies: tuple[str, ...]) -> Role:
    first = POLICIES[policies[0]]
    return Role(id, name, description, first.scope, first.reach, policies, MADE_AT, MADE_AT, is_ours=True)


_SEEN = (f"{_ASSETS}view_asset",)
_WORKED_ON = ("folder_and_asset_management", "moderation", "structured_metadata")
_DEVELOPED = ("transformations", "upload_presets", "webhooks", "api_keys", "settings")

SYSTEM_ROLES: Mapping[str, Role] = {
    role.id: role
    for role in (
        _role("cld::role::account::master_admin", "Master admin", "All that an account can do.", _all(Scope.ACCOUNT)),
        _role(
            "cld::role::account::admin",
            "Admin",
            "People, roles and clouds, but neither money nor the security of the account.",
            _named("users_and_groups", "roles", "product_environments"),
        ),
        _role("cld::role::account::billing", "Billing", "Usage and invoices.", _named("billing")),
        _role("cld::role::prodenv::master_admin", "Master admin", "Full access.", _all(Scope.CLOUD)),
        _role(
            "cld::role::prodenv::admin",
            "Admin",
            "Full access.",
            _all(Scope.CLOUD),
        ),
        _role(
            "cld::role::prodenv::technical_admin",
            "Technical admin",
            "All assets, and all that developers set up.",
            _named(*_WORKED_ON, *_DEVELOPED, "reports::usage"),
        ),
        _role(
            "cld::role::prodenv::media_library_admin",
            "Media library admin",
            "All assets and folders, moderation and metadata.",
            _named(*_WORKED_ON),
        ),
        _role("cld::role::prodenv::media_library_user", "Media library user", "Sees and downloads assets.", _SEEN),
        _role("cld::role::prodenv::billing", "Billing", "Sees what was used.", _named("reports::usage")),
        _role("cld::role::prodenv::reports", "Reports", "Sees what was used.", _named("reports::usage")),
        _role(
            "cld::role::content::folder::viewer",
            "Viewer",
            "Sees and downloads what is in a folder.",
            (f"{_FOLDER}view_download",),
        ),
        _role(
            "cld::role::content::folder::contributor",
            "Contributor",
            "Viewer, and uploads into the folder.",
            tuple(f"{_FOLDER}{verb}" for verb in ("view_download", "add_assets")),
        ),
        _role(
            "cld::role::content::folder::editor",
            "Editor",
            "Contributor, and changes what is in the folder.",
            tuple(f"{_FOLDER}{verb}" for verb in ("view_download", "add_assets", "edit_assets")),
        ),
        _role(
            "cld::role::content::folder::manager",
            "Manager",
            "Editor, and deletes, moves and shares.",
            _all(Scope.CLOUD, Reach.CONTENT),
        ),
    )
}
"""Id -> role, in the order in which they are told."""
