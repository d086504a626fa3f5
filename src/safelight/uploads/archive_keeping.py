"""KeepArchive: the archive that someone asked for, kept as a raw asset."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from safelight.accounts.model import FolderMode
from safelight.assets.access import is_open
from safelight.assets.model import Asset, AssetRef, Facts, NewAsset
from safelight.kernel.ids import random_name
from safelight.kernel.media import Access, Kind
from safelight.kernel.rights import Act, Where
from safelight.ports.database import Session
from safelight.uploads.archive import Archive
from safelight.uploads.archive_model import ArchiveAsk, Packed
from safelight.uploads.composing import Asked, Composed, Words, tell
from safelight.uploads.keep import Keep
from safelight.uploads.naming import RANDOM_CHARS, check_folder, check_name
from safelight.uploads.staging import Staging

Parse = Callable[[Words, Kind | None], ArchiveAsk]
"""wire/archive.py: the words of clients -> what they ask."""

EXTRA_BYTES_MAX = 64 * 1024 * 1024
"""What names and heads may add to the files in an archive."""


@dataclass(frozen=True)
class KeepArchive:
    """Packs into a file of this machine first: an archive that fails half-way is nothing."""

    archive: Archive
    keep: Keep
    staging: Staging
    parse: Parse

    async def __call__(self, asked: Asked) -> Composed:
        """Raises NotFound, and TooMuch for more than may go into one."""
        cloud, rights = asked.principal.cloud, asked.principal.rights
        ask = replace(self.parse(asked.words, asked.kind), within=rights.within(Act.READ, cloud.id))
        rights.check(Act.UPLOAD, Where(cloud.id, _folder(asked, ask)))
        chosen = await self.archive.choose(cloud, ask)
        self.archive.check(chosen, ask)
        packed = Packed(sees_all=ask.within is None)
        try:
            staged = await self.staging.stage(
                self.archive.pack(cloud, chosen, ask, packed, is_strict=True),
                size_bytes_max=self.archive.size_bytes_max + EXTRA_BYTES_MAX,
            )
        finally:
            await self.archive.forget_made(cloud, ask, packed)
        facts = {
            "asset_count": len(chosen.assets),
            "file_count": packed.file_count,
            "missing_names": list(chosen.missing_names),
            "empty_tags": list(chosen.empty_tags),
            "empty_prefixes": list(chosen.empty_prefixes),
        }

        async def then(session: Session, asset: Asset) -> None:
            await tell(session, asked, Composed(asset, facts), self.keep.clock.now())

        asked = replace(asked, ref=replace(asked.ref, access=as_closed_as(chosen.assets)))
        new = _new_asset(asked, ask, Facts(staged.size_bytes, staged.md5, None))
        return Composed((await self.keep(new, staged, then=then, rights=rights)).asset, facts)


def target_ref(ask: ArchiveAsk) -> AssetRef:
    """What the archive will be called; raises Invalid for letters that may not be. A raw file carries its extension."""
    name, ending = ask.target_name or random_name(RANDOM_CHARS), f".{ask.format}"
    if not name.lower().endswith(ending):
        name += ending
    check_name(name, "target_public_id")
    return AssetRef(Kind.RAW, Access.UPLOAD, name)


def as_closed_as(assets: Iterable[Asset]) -> Access:
    """The type of an archive of these: nobody comes by it to a file that is not shown to them."""
    found = {asset.access if is_open(asset.access_control) else Access.AUTHENTICATED for asset in assets}
    return next((access for access in (Access.AUTHENTICATED, Access.PRIVATE) if access in found), Access.UPLOAD)


def _folder(asked: Asked, ask: ArchiveAsk) -> str:
    if asked.principal.cloud.folder_mode is FolderMode.FIXED:
        return asked.ref.name.rpartition("/")[0]
    return check_folder(ask.target_folder, "target_asset_folder")


def _new_asset(asked: Asked, ask: ArchiveAsk, facts: Facts) -> NewAsset:
    cloud, key = asked.principal.cloud, asked.principal.key
    return NewAsset(
        cloud_id=cloud.id,
        kind=asked.ref.kind,
        access=asked.ref.access,
        name=asked.ref.name,
        version_id=asked.version_id,
        facts=facts,
        folder=_folder(asked, ask),
        display_name=asked.ref.name.rpartition("/")[2],
        tags=ask.target_tags,
        uploaded_by=key.api_key if key else None,
    )
