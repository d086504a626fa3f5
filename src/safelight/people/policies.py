"""Policies: what a role can allow; each has an id, an action and the things that it is done to. A fixed list."""

from collections.abc import Mapping
from dataclasses import dataclass

from safelight.people.model import Reach, Scope

FOLDER = "folder_id"
COLLECTION = "collection_id"
CONTENTS = (FOLDER, COLLECTION)
"""What clients can name. There are no collections here: roles are given in folders alone (roles.check_place)."""


@dataclass(frozen=True)
class Policy:
    """One thing that may be allowed."""

    id: str
    name: str
    category: str
    action: str
    resource: str
    scope: Scope
    reach: Reach = Reach.GLOBAL

    @property
    def contents(self) -> tuple[str, ...]:
        """What must be named where a role with this policy is granted."""
        return (FOLDER,) if self.reach is Reach.CONTENT else ()

    def statement(self, principal: str = "<principal_id>", content: Mapping[str, str] | None = None) -> str:
        """The policy as people who know Cedar read it; what is not known yet stands in angle brackets."""
        head = (
            f'permit(principal == Safelight::Principal::"{principal}", action == Safelight::Action::"{self.action}", '
        )
        head += f"resource is Safelight::{self.resource})"
        if self.reach is Reach.GLOBAL:
            return f"{head};"
        name, value = next(iter((content or {FOLDER: "<folder_id>"}).items()))
        return f'{head} when {{ resource.{name} == "{value}" || resource.ancestor_ids.contains("{value}") }};'


def _account(area: str, verb: str, name: str, resource: str) -> Policy:
    return Policy(f"cld::policy::global::{area}::{verb}", name, area, verb, resource, Scope.ACCOUNT)


def _cloud(area: str, verb: str, name: str, resource: str) -> Policy:
    return Policy(f"cld::policy::global::{area}::{verb}", name, area, verb, resource, Scope.CLOUD)


def _folder(verb: str, name: str) -> Policy:
    return Policy(
        f"cld::policy::content::folder::{verb}", name, "folder", verb, "Folder", Scope.CLOUD, reach=Reach.CONTENT
    )


_ASSETS = "folder_and_asset_management"

POLICIES: Mapping[str, Policy] = {
    policy.id: policy
    for policy in (
        _account("users_and_groups", "manage", "Manage users and groups", "User"),
        _account("roles", "manage", "Manage roles and who has them", "Role"),
        _account("product_environments", "manage", "Manage product environments", "ProductEnvironment"),
        _account("account_security", "manage", "Manage the security of the account", "Account"),
        _account("provisioning_keys", "manage", "Manage provisioning keys", "ProvisioningKey"),
        _account("billing", "manage", "See usage and invoices, and pay", "Account"),
        _cloud(_ASSETS, "view_asset", "See and download assets", "Asset"),
        _cloud(_ASSETS, "create_asset", "Upload assets", "Asset"),
        _cloud(_ASSETS, "update_asset", "Change assets and what is noted about them", "Asset"),
        _cloud(_ASSETS, "delete_asset", "Delete assets", "Asset"),
        _cloud(_ASSETS, "manage_folder", "Make, move and delete folders", "Folder"),
        _cloud("moderation", "manage", "Approve and reject assets", "Asset"),
        _cloud("transformations", "manage", "Manage named transformations and profiles", "Transformation"),
        _cloud("upload_presets", "manage", "Manage upload presets and mappings", "UploadPreset"),
        _cloud("structured_metadata", "manage", "Manage metadata fields and rules", "MetadataField"),
        _cloud("webhooks", "manage", "Manage triggers and notifications", "Trigger"),
        _cloud("api_keys", "manage", "Manage API keys", "APIKey"),
        _cloud("settings", "manage", "Change the settings of the cloud", "ProductEnvironment"),
        _cloud("reports::usage", "view", "See what was used", "Report"),
        _folder("view_download", "See and download what is in the folder"),
        _folder("add_assets", "Upload into the folder"),
        _folder("edit_assets", "Change what is in the folder"),
        _folder("delete_assets", "Delete what is in the folder"),
        _folder("manage", "Move, rename, share and delete the folder"),
    )
}
"""Id -> policy, in the order in which they are told."""
