"""Archive: the words that ask for one -> what is asked, and the JSON that tells of it."""

from collections.abc import Mapping
from typing import Any

from safelight.accounts.model import Cloud, Key
from safelight.assets.model import Asset, AssetRef
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.uploads.archive_model import ArchiveAsk
from safelight.uploads.archive_packing import ArchiveFormat
from safelight.wire import intake, params
from safelight.wire.asset import asset_json

NAMES_MAX = 1000
PREFIXES_MAX = 20
TAGS_MAX = 20

ALL = "/"
"""The prefix of all names."""


def archive_ask(words: params.Words, kind: Kind | None) -> ArchiveAsk:
    """`kind` None: the path says `all` or `auto`."""
    tags = params.tags(words)
    if len(tags) > TAGS_MAX:
        raise Invalid(f"Too many tags: {len(tags)}. Maximum is {TAGS_MAX}.")
    return ArchiveAsk(
        kind=kind,
        access=_access(words),
        names=_texts(words, "public_ids", NAMES_MAX),
        refs=tuple(ref_of(text) for text in _texts(words, "fully_qualified_public_ids", NAMES_MAX)),
        prefixes=tuple("" if one == ALL else one for one in _texts(words, "prefixes", PREFIXES_MAX)),
        tags=tags,
        transformations=intake.eager(words, "transformations"),
        format=_format(words),
        allows_missing=params.flag(words, "allow_missing"),
        keeps_derived=params.flag(words, "keep_derived"),
        flattens_folders=params.flag(words, "flatten_folders"),
        flattens_transformations=params.flag(words, "flatten_transformations"),
        skips_transformation_name=params.flag(words, "skip_transformation_name"),
        uses_original_filename=params.flag(words, "use_original_filename"),
        target_name=params.text(words, "target_public_id"),
        target_folder=params.text(words, "target_asset_folder") or "",
        target_tags=params.tags(words, "target_tags"),
        notification_urls=params.urls(words, "notification_url"),
    )


def archived_json(
    asset: Asset,
    facts: Mapping[str, Any],
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None = None,
) -> dict[str, Any]:
    """The answer to an archive that is kept. What was asked for in vain is told only where there is any."""
    in_vain = {
        "missing_public_ids": facts["missing_names"],
        "empty_tags": facts["empty_tags"],
        "empty_prefixes": facts["empty_prefixes"],
    }
    return {
        **asset_json(asset, cloud, base_url=base_url, key=key, shows_key=False),
        "resource_count": facts["asset_count"],
        "file_count": facts["file_count"],
        **{word: found for word, found in in_vain.items() if found},
    }


def ref_of(text: str) -> AssetRef:
    """`image/upload/a/name`."""
    kind, _, rest = text.partition("/")
    access, _, name = rest.partition("/")
    try:
        ref = AssetRef(Kind(kind), Access(access), name)
    except ValueError:
        ref = None
    if ref is None or not name:
        raise Invalid(f"Invalid fully_qualified_public_ids {text[:100]}: must be like image/upload/name")
    return ref


def _access(words: params.Words) -> Access | None:
    return None if params.text(words, "type") == "all" else params.access(words)


def _format(words: params.Words) -> ArchiveFormat:
    value = (params.text(words, "target_format") or ArchiveFormat.ZIP).lower()
    try:
        return ArchiveFormat(value)
    except ValueError as error:
        raise Invalid(f"Invalid target_format {value[:50]}: must be zip or tgz") from error


def _texts(words: params.Words, name: str, most: int) -> tuple[str, ...]:
    """Commas are letters of a name."""
    value = words.get(name)
    if value is None:
        return ()
    found = tuple(dict.fromkeys(value if isinstance(value, list) else [value]))
    if len(found) > most:
        raise Invalid(f"Too many {name}: {len(found)}. Maximum is {most}.")
    return found
