"""Sources: which original a URL means."""

from dataclasses import dataclass

from safelight.accounts.model import Cloud
from safelight.assets import catalogue, moderation
from safelight.assets.model import Asset, AssetRef
from safelight.delivery import mappings
from safelight.delivery.mappings import Remote
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Session
from safelight.transform.url import DeliveryUrl, candidates

# An index of PostgreSQL holds no longer ones. Only the names of remote files could be.
NAME_BYTES_MAX = 2400


@dataclass(frozen=True)
class Source:
    """An original, and the extension that the URL wants of it."""

    asset: Asset
    extension: str | None
    is_first_choice: bool = True
    """False: the URL could mean another asset, which is not there."""
    stands_in_for: str | None = None
    """Why the default picture stands here."""


async def find(
    session: Session, cloud: Cloud, url: DeliveryUrl, default_name: str | None = None
) -> Source | Remote | None:
    """None for a remote file that has not been fetched yet, Remote for one that a mapping of the cloud points to.

    Raises NotFound, or Invalid for what names nothing.
    """
    check_name(url.name)
    missing, is_hidden = f"Resource not found - {url.name}", False
    for place, (name, extension) in enumerate(candidates(url)):
        asset = await catalogue.find(session, cloud.id, AssetRef(url.kind, url.access, name))
        if asset is not None and moderation.is_hidden(asset, hides_pending=cloud.hides_pending):
            is_hidden = True
        elif asset is not None:
            return Source(asset, extension, is_first_choice=place == 0)
    if is_hidden:
        # What was rejected here is not fetched anew from where it came from.
        return await _instead(session, cloud, url, default_name, missing)
    if url.access is Access.FETCH:
        return None
    if url.doubtful is not None:
        raise Invalid(f"Invalid transformation component - {url.doubtful}")
    remote = await mappings.remote_of(session, cloud.id, url)
    if remote is not None:
        return remote
    return await _instead(session, cloud, url, default_name, missing)


async def _instead(session: Session, cloud: Cloud, url: DeliveryUrl, default_name: str | None, missing: str) -> Source:
    source = await _default(session, cloud, url, default_name, missing) if default_name else None
    if source is None:
        raise NotFound(missing)
    return source


def check_name(name: str) -> str:
    """Raises Invalid for a name that no asset can have, and that the database could not even be asked for."""
    try:
        size_bytes = len(name.encode())
    except UnicodeEncodeError as error:
        raise Invalid("public_id is not UTF-8") from error
    if size_bytes > NAME_BYTES_MAX:
        raise Invalid("public_id is too long")
    if not name or "\0" in name:
        raise Invalid("public_id is invalid")
    return name


async def _default(session: Session, cloud: Cloud, url: DeliveryUrl, default_name: str, missing: str) -> Source | None:
    """The picture that stands in; always an uploaded one. The extension of the URL goes before its own."""
    stem, dot, extension = check_name(default_name).rpartition(".")
    names = [(stem, extension), (default_name, None)] if dot and stem else [(default_name, None)]
    for name, own_extension in names:
        asset = await catalogue.find(session, cloud.id, AssetRef(Kind.IMAGE, Access.UPLOAD, name))
        if asset is not None and not moderation.is_hidden(asset, hides_pending=cloud.hides_pending):
            return Source(asset, url.extension or own_extension, is_first_choice=False, stands_in_for=missing)
    return None
