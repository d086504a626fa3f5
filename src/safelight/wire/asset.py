"""Asset -> the JSON that clients know: the answer to an upload, a line of a list, all details."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from safelight.accounts.model import Cloud, FolderMode, Key
from safelight.assets.model import Asset
from safelight.derived.model import Derived
from safelight.kernel.media import Access, Kind
from safelight.kernel.page import Page
from safelight.transform import sign, url
from safelight.wire import access, coordinates, moderation
from safelight.wire.stamp import stamp as stamp

# With `fields` a list shows these and what was asked for, nothing else.
FIELDS_ALWAYS = frozenset({"asset_id", "public_id", "folder"})

_NEEDS_SIGNATURE = frozenset({Access.PRIVATE, Access.AUTHENTICATED})
_RESTRICTED_LAYER = re.compile(r"(?:^|[/,])[lu]_(?:private|authenticated):")


def asset_json(
    asset: Asset,
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None = None,
    shows_key: bool = True,
    is_existing: bool = False,
    is_overwrite: bool = False,
    with_context: bool = True,
    with_metadata: bool = True,
) -> dict[str, Any]:
    """The answer to an upload and to a rename. `key` signs it: the one that was used, or the cloud's oldest."""
    answer: dict[str, Any] = {
        "asset_id": asset.id,
        "public_id": asset.name,
        "version": asset.version,
        "version_id": asset.version_id,
    }
    if key is not None:
        answer["signature"] = sign.sign_answer(asset.name, asset.version, key.secret.reveal())
    answer |= _picture(asset)
    if asset.facts.pages is not None and asset.kind is not Kind.RAW:
        answer["pages"] = asset.facts.pages
    answer |= {
        "resource_type": asset.kind.value,
        "created_at": stamp(asset.created_at),
        "tags": list(asset.tags),
        "bytes": asset.facts.size_bytes,
        "type": asset.access.value,
        "etag": asset.facts.md5,
        "placeholder": False,
        **urls(asset, cloud, base_url=base_url, key=key),
        **_place(asset, cloud),
        "access_mode": access.mode(asset),
        **coordinates.told(asset),
        **access.told(asset),
        # This goes to whoever asked for the upload, too: nobody is named whom they may not see.
        **moderation.told(asset, sees_all=False),
    }
    if with_context:
        answer |= _context(asset)
    if with_metadata:
        answer |= _metadata(asset)
    if is_existing:
        answer["existing"] = True
    if is_overwrite:
        answer["overwritten"] = True
    if asset.original_filename is not None:
        answer["original_filename"] = asset.original_filename
    if key is not None and shows_key:
        answer["api_key"] = key.api_key
    return answer


def listed_json(
    asset: Asset,
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None = None,
    with_tags: bool = False,
    with_context: bool = False,
    with_metadata: bool = False,
    with_moderation: bool = False,
    moderation_kind: str | None = None,
    fields: Collection[str] = (),
) -> dict[str, Any]:
    """One line of a list. With `fields`, only those and FIELDS_ALWAYS."""
    line: dict[str, Any] = {
        "asset_id": asset.id,
        "public_id": asset.name,
        "version": asset.version,
        "resource_type": asset.kind.value,
        "type": asset.access.value,
        "created_at": stamp(asset.created_at),
        "bytes": asset.facts.size_bytes,
        **_picture(asset),
        **_place(asset, cloud),
        "access_mode": access.mode(asset),
        **access.told(asset),
        **urls(asset, cloud, base_url=base_url, key=key),
    }
    if asset.is_placeholder:
        line["placeholder"] = True
    if with_tags or "tags" in fields:
        line["tags"] = list(asset.tags)
    if with_context or "context" in fields:
        line |= _context(asset)
    if with_metadata or "metadata" in fields:
        line |= _metadata(asset)
    if with_moderation or {"moderation_kind", "moderation_status"} & set(fields):
        line |= moderation.listed(asset, moderation_kind)
    return _shown(line, fields)


def detailed_json(
    asset: Asset,
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None = None,
    derived: Page[Derived] | None = None,
    analyses: Mapping[str, Any] | None = None,
    with_coordinates: bool = False,
    fields: Collection[str] = (),
    sees_all: bool = False,
) -> dict[str, Any]:
    """All that is known of an asset, with one page of what was made from it. `fields` as in a list; `sees_all`: who
    asks may see every asset of the cloud."""
    details = listed_json(asset, cloud, base_url=base_url, key=key)
    details |= {"version_id": asset.version_id, "etag": asset.facts.md5, "placeholder": asset.is_placeholder}
    if asset.facts.pages is not None and asset.kind is not Kind.RAW:
        details["pages"] = asset.facts.pages
    if asset.tags:
        details["tags"] = list(asset.tags)
    reviews = moderation.told(asset, sees_all=sees_all)
    details |= {**_context(asset), **_metadata(asset), **reviews, **(analyses or {})}
    if asset.original_filename is not None:
        details["original_filename"] = asset.original_filename
    if asset.uploaded_by is not None:
        details["uploaded_by"] = {"access_key": asset.uploaded_by}
    if with_coordinates:
        details |= coordinates.told(asset)
    details["last_updated"] = last_updated(asset)
    if derived is not None:
        details["derived"] = [derived_json(one, asset, cloud, base_url=base_url, key=key) for one in derived.items]
        if derived.next_cursor:
            details["derived_next_cursor"] = derived.next_cursor
    return _shown(details, fields)


def derived_json(
    derived: Derived, asset: Asset, cloud: Cloud, *, base_url: str, key: Key | None = None
) -> dict[str, Any]:
    """A file that was made from an asset, and where it is."""
    return {
        "id": derived.id,
        "transformation": derived.transformation,
        "format": derived.format,
        "bytes": derived.size_bytes,
        **urls(
            asset, cloud, base_url=base_url, key=key, transformation=derived.transformation, extension=derived.format
        ),
    }


def source_json(asset: Asset) -> dict[str, Any]:
    """Which asset a derived file was made from, where that does not go without saying."""
    return {"public_id": asset.name, "resource_type": asset.kind.value, "type": asset.access.value}


def urls(
    asset: Asset,
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None = None,
    transformation: str = "",
    extension: str | None = None,
) -> dict[str, str]:
    """`url` and `secure_url`, signed with the key where nothing else would open them.

    One begins with http and the other with https whatever `base_url` says; host and port are the same. Clients rely
    on it, and whoever serves only one of the two schemes has one of the two addresses that works.
    """
    rest = urlsplit(base_url)._replace(scheme="").geturl().removeprefix("//").rstrip("/")
    source_format = None if asset.kind is Kind.RAW else asset.facts.format
    ending = extension or source_format
    version = asset.version
    if asset.access is Access.FETCH:
        ending, version = extension, None
    parts = (cloud.name, asset.kind, asset.access, transformation, version, asset.name, ending)
    signature: str | None = None
    secret = None if key is None else key.address_secret
    if secret is not None and (asset.access in _NEEDS_SIGNATURE or _RESTRICTED_LAYER.search(transformation)):
        signed_text = url.text_to_sign(transformation, asset.name, ending)
        signature = sign.sign_url(signed_text, secret.reveal())
    return {
        name: url.build(f"{scheme}://{rest}", *parts, signature=signature)
        for name, scheme in (("url", "http"), ("secure_url", "https"))
    }


def _shown(words: dict[str, Any], fields: Collection[str]) -> dict[str, Any]:
    shown = FIELDS_ALWAYS | set(fields)
    return {name: value for name, value in words.items() if name in shown} if fields else words


def _picture(asset: Asset) -> dict[str, Any]:
    """What only pictures, film and sound have; a raw file has none of it, sound has no size."""
    if asset.kind is Kind.RAW:
        return {}
    facts = {"width": asset.facts.width, "height": asset.facts.height, "format": asset.facts.format}
    return {name: value for name, value in facts.items() if value is not None}


def _place(asset: Asset, cloud: Cloud) -> dict[str, Any]:
    if cloud.folder_mode is FolderMode.FIXED:
        return {"folder": asset.name.rpartition("/")[0]}
    return {"asset_folder": asset.folder, "display_name": asset.display_name}


def _context(asset: Asset) -> dict[str, Any]:
    return {"context": {"custom": dict(asset.context)}} if asset.context else {}


def _metadata(asset: Asset) -> dict[str, Any]:
    return {"metadata": dict(asset.metadata)} if asset.metadata else {}


def last_updated(asset: Asset) -> dict[str, str]:
    """When each side of it was last written about."""
    moments = {
        "access_control_updated_at": asset.access_control_updated_at,
        "tags_updated_at": asset.tags_updated_at,
        "context_updated_at": asset.context_updated_at,
        "metadata_updated_at": asset.metadata_updated_at,
        "public_id_updated_at": asset.public_id_updated_at,
        "updated_at": asset.updated_at,
    }
    return {name: stamp(moment) for name, moment in moments.items() if moment is not None}
