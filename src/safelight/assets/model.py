"""Asset: a row of the catalogue, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from safelight.assets.access import Rules
from safelight.kernel.media import Access, Kind

Rectangle = tuple[int, int, int, int]
"""Left, top, width and height in px of the original, upright."""
Corner = tuple[int, int]
"""Left and top in px of the original, upright."""

MetadataValue = str | int | list[str]
"""What stands in a field of structured metadata: a number, several entries of a list, or else a text."""


@dataclass(frozen=True)
class Facts:
    """What the bytes themselves say. Sizes in px as seen (orientation applied); None where it has no meaning."""

    size_bytes: int
    md5: str
    """32 hex digits; the `etag` on the wire."""
    format: str | None
    """A name of kernel/media.py; None for raw files."""
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    has_alpha: bool = False


@dataclass(frozen=True)
class Serving:
    """How an asset is served, beyond what its addresses say."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """More headers of its answers: `link` and `x-robots-tag`."""
    quality: str = ""
    """What `q_auto` means for it (transform/quality.py)."""


@dataclass(frozen=True)
class Lettering:
    """How the letters of a text asset look, so that text layers can borrow it."""

    style: str
    """As a text layer says it: `Arial_40_bold`."""
    color: str
    """As `co_` says it."""
    background: str = ""
    """As `b_` says it; empty: none."""


class Status(StrEnum):
    """How far a review is."""

    QUEUED = "queued"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    ABORTED = "aborted"


@dataclass(frozen=True)
class Review:
    """One of those who look at an asset before it counts as good: a person, or a program."""

    kind: str
    """`manual`, or `duplicate`."""
    status: Status
    updated_at: datetime
    argument: str = ""
    """What was said behind the kind: the `0.8` of `duplicate:0.8`."""
    response: tuple[Mapping[str, str | float], ...] = ()
    """What a program found."""


@dataclass(frozen=True)
class Asset:
    """One asset in its current version. `(cloud_id, kind, access, name)` is unique; `name` is the public_id."""

    id: str
    cloud_id: str
    kind: Kind
    access: Access
    name: str
    version: int
    """Unix seconds of the upload; the `v…` of URLs."""
    version_id: str
    facts: Facts
    folder: str
    """The asset folder; empty for the root."""
    display_name: str
    created_at: datetime
    updated_at: datetime
    tags: tuple[str, ...] = ()
    """Sorted, each once."""
    context: Mapping[str, str] = field(default_factory=dict[str, str])
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict[str, MetadataValue])
    """By the id of the field. The entries of lists stand by their ids."""
    coordinates: Mapping[str, tuple[Rectangle, ...]] = field(default_factory=dict[str, tuple[Rectangle, ...]])
    """What people said is where: `custom`, and `faces` in place of those that a machine finds."""
    regions: Mapping[str, tuple[Corner, ...]] = field(default_factory=dict[str, tuple[Corner, ...]])
    """Areas with names of their own, each by its corners."""
    original_filename: str | None = None
    """Without its extension."""
    moderation: tuple[Review, ...] = ()
    """In the order in which they look."""
    uploaded_by: str | None = None
    """The API key, where one was used."""
    access_control: Rules = ()
    """Who may see it and when, beyond what its type says; none: everybody, always."""
    access_control_updated_at: datetime | None = None
    tags_updated_at: datetime | None = None
    context_updated_at: datetime | None = None
    metadata_updated_at: datetime | None = None
    public_id_updated_at: datetime | None = None
    lettering: Lettering | None = None
    """Of text assets."""
    serving: Serving = field(default_factory=Serving)
    is_placeholder: bool = False
    """It was erased, and only versions of it are kept."""


@dataclass(frozen=True)
class NewAsset:
    """What an upload wants in the catalogue: everything but what the catalogue itself decides."""

    cloud_id: str
    kind: Kind
    access: Access
    name: str
    version_id: str
    facts: Facts
    folder: str
    display_name: str
    tags: tuple[str, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict[str, str])
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict[str, MetadataValue])
    coordinates: Mapping[str, tuple[Rectangle, ...]] = field(default_factory=dict[str, tuple[Rectangle, ...]])
    regions: Mapping[str, tuple[Corner, ...]] = field(default_factory=dict[str, tuple[Corner, ...]])
    access_control: Rules | None = None
    """None: what an older version had stays."""
    original_filename: str | None = None
    uploaded_by: str | None = None
    moderation: tuple[Review, ...] = ()
    is_display_name_unique: bool = False
    """Where another asset of the folder has the display name, this one gets some letters more."""
    lettering: Lettering | None = None
    serving: Serving = field(default_factory=Serving)
    is_developed: bool = False
    """The file is not the one that was sent: it was changed on its way in."""


@dataclass(frozen=True)
class Added:
    """What became of a NewAsset."""

    asset: Asset
    is_overwrite: bool = False
    """An older version was there and has been replaced."""
    is_existing: bool = False
    """An asset was there and may not be overwritten: nothing was changed, `asset` is that one."""
    before: Asset | None = None
    """What had the name until now: it was replaced, or erased before while versions of it are kept."""


@dataclass(frozen=True)
class AssetRef:
    """The words that name an asset from outside."""

    kind: Kind
    access: Access
    name: str


class Order(StrEnum):
    """Which way a list of assets runs."""

    ASCENDING = "asc"
    DESCENDING = "desc"


@dataclass(frozen=True)
class Listing:
    """Which assets to list, from where, how many. What is None does not narrow the list.

    Newest first; by name with a prefix. With `names` or `ids` all that are there come at once.
    """

    kind: Kind | None = None
    access: Access | None = None
    prefix: str | None = None
    names: tuple[str, ...] | None = None
    ids: tuple[str, ...] | None = None
    tag: str | None = None
    context: tuple[str, str | None] | None = None
    """A key, and the value that it must have; None for any value."""
    folder: str | None = None
    """The asset folder, in any case of letters; not those below it."""
    moderation: tuple[str, Status] | None = None
    """The kind of a review, and how far it is."""
    start_at: datetime | None = None
    """Only what was added at this moment or later."""
    within: tuple[str, ...] | None = None
    """Only these folders and those below them: who asks may not see more (kernel/rights.py)."""
    direction: Order | None = None
    max_results: int = 10
    cursor: str | None = None
    wants_count: bool = False
    """Count all that match, too."""
