"""ArchiveAsk and Chosen: what someone wants in one file, and the assets that were found for it."""

from dataclasses import dataclass, field

from safelight.assets.model import Asset, AssetRef
from safelight.kernel.media import Access, Kind
from safelight.uploads.archive_packing import ArchiveFormat
from safelight.uploads.model import EagerAsk


@dataclass(frozen=True)
class ArchiveAsk:
    """What goes into an archive, and how it is called there. What is None does not narrow the choice."""

    kind: Kind | None = Kind.IMAGE
    access: Access | None = Access.UPLOAD
    names: tuple[str, ...] = ()
    refs: tuple[AssetRef, ...] = ()
    """Assets by all that names them, of whatever kind and type."""
    prefixes: tuple[str, ...] = ()
    """An empty one is that of all names."""
    tags: tuple[str, ...] = ()
    transformations: tuple[EagerAsk, ...] = ()
    """What is made of each picture; none: it goes in as it is."""
    format: ArchiveFormat = ArchiveFormat.ZIP
    allows_missing: bool = False
    keeps_derived: bool = False
    """What had to be made stays when the archive is packed."""
    flattens_folders: bool = False
    flattens_transformations: bool = False
    """Which transformation it was stands in the name of the file, and not in that of its folder."""
    skips_transformation_name: bool = False
    uses_original_filename: bool = False
    target_name: str | None = None
    target_folder: str = ""
    target_tags: tuple[str, ...] = ()
    notification_urls: tuple[str, ...] = ()
    within: tuple[str, ...] | None = None
    """Only these folders and those below them: who asks may not see more (kernel/rights.py)."""


@dataclass(frozen=True)
class Chosen:
    """The assets that were found, by name, and what was asked for in vain."""

    assets: tuple[Asset, ...]
    missing_names: tuple[str, ...] = ()
    empty_tags: tuple[str, ...] = ()
    empty_prefixes: tuple[str, ...] = ()


@dataclass
class Packed:
    """What has gone into an archive so far."""

    sees_all: bool = True
    """Who asked may see every asset of the cloud, also in layers."""
    file_count: int = 0
    size_bytes: int = 0
    faults: list[str] = field(default_factory=list[str])
    made_ids: list[str] = field(default_factory=list[str])
    """Derived files that were made only to be packed."""
