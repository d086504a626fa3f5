"""Choosing: what someone wants in an archive -> the assets that are there."""

from dataclasses import replace

from safelight.accounts.model import Cloud, FolderMode
from safelight.assets import catalogue, folders
from safelight.assets.model import Asset, Listing
from safelight.kernel.errors import Invalid, NotFound
from safelight.ports.database import Session
from safelight.uploads.archive_model import ArchiveAsk, Chosen

PAGE = 1000


async def choose(session: Session, cloud: Cloud, ask: ArchiveAsk, most: int) -> Chosen:
    """Everything that was named, begins with, or is tagged so; of each never more than `most` and one."""
    if not (ask.names or ask.refs or ask.prefixes or ask.tags):
        raise Invalid("Must supply at least one of public_ids, fully_qualified_public_ids, prefixes or tags")
    everything = Listing(kind=ask.kind, access=ask.access, max_results=PAGE, within=ask.within)
    found: dict[str, Asset] = {}
    missing = set(ask.names)
    if ask.names:
        for asset in await _all(session, cloud, replace(everything, names=ask.names), most):
            found[asset.id] = asset
            missing.discard(asset.name)
    named = await catalogue.find_each(session, cloud.id, ask.refs, within=ask.within)
    found |= {asset.id: asset for asset in named.values()}
    lost = [f"{ref.kind.value}/{ref.access.value}/{ref.name}" for ref in ask.refs if ref not in named]
    empty_prefixes, empty_tags = list[str](), list[str]()
    for prefix in ask.prefixes:
        assets = await _beginning_with(session, cloud, everything, prefix, most)
        found |= {asset.id: asset for asset in assets}
        empty_prefixes += [] if assets else [prefix]
    for tag in ask.tags:
        assets = await _all(session, cloud, replace(everything, tag=tag), most)
        found |= {asset.id: asset for asset in assets}
        empty_tags += [] if assets else [tag]
    assets = sorted(found.values(), key=lambda asset: (asset.name, asset.kind, asset.access))
    return Chosen(tuple(assets), (*sorted(missing), *lost), tuple(empty_tags), tuple(empty_prefixes))


async def _beginning_with(session: Session, cloud: Cloud, everything: Listing, prefix: str, most: int) -> list[Asset]:
    """By their names. Where folders are no part of names, and all kinds are asked for, those of the folder as well:
    so SDKs ask for a folder as a whole."""
    by_name = await _all(session, cloud, replace(everything, prefix=prefix), most)
    path = prefix.strip("/")
    if cloud.folder_mode is FolderMode.FIXED or everything.kind is not None or not path:
        return by_name
    found = {asset.id: asset for asset in by_name}
    try:
        paths = await folders.paths_of_tree(session, cloud.id, path)
    except NotFound:
        return by_name
    for one in paths:
        if len(found) > most:
            break
        for asset in await _all(session, cloud, replace(everything, folder=one), most):
            found[asset.id] = asset
    return list(found.values())


async def _all(session: Session, cloud: Cloud, listing: Listing, most: int) -> list[Asset]:
    found: list[Asset] = []
    while len(found) <= most:
        page = await catalogue.list(session, cloud.id, listing)
        found += page.items
        if page.next_cursor is None:
            break
        listing = replace(listing, cursor=page.next_cursor)
    return found[: most + 1]
