"""Incoming, Preset and Received: what an upload asks, what a preset says, what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from safelight.assets.access import Rules
from safelight.assets.metadata import Said
from safelight.assets.model import Asset, Corner, Rectangle, Serving
from safelight.assets.moderation import Asked
from safelight.kernel.media import Access, Kind
from safelight.transform.breakpoints import BYTES_STEP, HIGH_PX, LOW_PX, WIDTHS_MAX


@dataclass(frozen=True)
class NameWishes:
    """How the uploader would like the asset to be called; naming.py makes a name of it."""

    public_id: str | None = None
    prefix: str | None = None
    folder: str | None = None
    asset_folder: str | None = None
    display_name: str | None = None
    filename_override: str | None = None
    uses_filename: bool = False
    is_unique: bool = True
    """Only with `uses_filename`: some random letters keep the name from meeting another."""
    uses_filename_as_display_name: bool = False
    uses_asset_folder_as_prefix: bool = False
    is_display_name_unique: bool = False
    """Some random letters keep the display name from being another's in the same folder."""
    discards_filename: bool = False


@dataclass(frozen=True)
class EagerAsk:
    """One derived file that is made at once: its transformation as written, and the extension if one was given."""

    transformation: str
    extension: str | None = None

    def text(self) -> str:
        """The form in which it was asked: `w_100,c_fill/jpg`."""
        return f"{self.transformation}/{self.extension}" if self.extension else self.transformation


@dataclass(frozen=True)
class BreakpointsAsk:
    """Widths of a picture that are worth having. What is not said is as in transform/breakpoints.py."""

    transformation: str = ""
    """Done before the picture is scaled."""
    extension: str | None = None
    """Of the files, if it is not the one of the picture."""
    is_kept: bool = False
    """The files are made to be delivered, and not only to be weighed."""
    low_px: int = LOW_PX
    high_px: int = HIGH_PX
    bytes_step: int = BYTES_STEP
    widths_max: int = WIDTHS_MAX


@dataclass(frozen=True)
class InsightsAsk:
    """What programs and models shall say of a picture."""

    words: tuple[str, ...] = ()
    """`ocr:adv_ocr`, `detection:coco_v2`, `categorization:google_tagging`."""
    tags_from: float | None = None
    """What they are at least so sure of becomes a tag; None: nothing."""
    notification_urls: tuple[str, ...] = ()
    """Who is told what they said."""


@dataclass(frozen=True)
class Incoming:
    """What an upload asks, apart from its bytes. `kind` is None where the content shall decide (`auto`)."""

    kind: Kind | None
    access: Access = Access.UPLOAD
    names: NameWishes = field(default_factory=NameWishes)
    filename: str | None = None
    """The name of the file where it came from."""
    tags: tuple[str, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict[str, str])
    metadata: Mapping[str, Said] = field(default_factory=dict[str, Said])
    """As it was written; assets/metadata_values.py looks whether it fits the fields of the cloud."""
    eager: tuple[EagerAsk, ...] = ()
    eager_is_async: bool = False
    is_noted_here: bool = False
    """No request waits for it whose record would tell of it (wire/noting.py): it is noted with the asset."""
    notification_urls: tuple[str, ...] = ()
    eager_notification_urls: tuple[str, ...] = ()
    transformation: str = ""
    """Done to the picture before it is stored; the file that came is not kept."""
    format: str | None = None
    """The format in which the picture is stored."""
    allowed_formats: tuple[str, ...] = ()
    fetch_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sent along when the file is fetched from elsewhere."""
    fetch_proxy: str | None = None
    """Through which it is fetched."""
    coordinates: Mapping[str, tuple[Rectangle, ...]] = field(default_factory=dict[str, tuple[Rectangle, ...]])
    regions: Mapping[str, tuple[Corner, ...]] = field(default_factory=dict[str, tuple[Corner, ...]])
    access_control: Rules | None = None
    """None: what an older version had stays."""
    analyses: frozenset[str] = frozenset()
    """What the picture shall tell in the answer, by the words of clients (wire/analyses.py)."""
    breakpoints: tuple[BreakpointsAsk, ...] = ()
    insights: InsightsAsk = field(default_factory=InsightsAsk)
    moderation: tuple[Asked, ...] = ()
    """Who shall look at the asset before it counts as good, in this order."""
    serving: Serving = field(default_factory=Serving)
    may_overwrite: bool = True
    returns_delete_token: bool = False
    strips_private: bool | None = None
    """Whether what tells of people and places is taken out of the file before it is stored; None: as the cloud has
    it."""
    is_backed_up: bool | None = None
    """Whether this version is kept when the next one comes or the asset is erased; None: as the cloud has it."""
    batch_id: str | None = None
    """Names an upload that is done later, for who was answered already."""
    letters: str | None = None
    """Random letters that were drawn before, so that the name could be told."""
    script: str = ""
    """JavaScript that may change what is asked, when the file is known."""
    words: Mapping[str, str | list[str]] = field(default_factory=dict[str, str | list[str]])
    """All of it as it was written, where a script may change it."""
    on_success: str = ""
    """JavaScript that may change words about the asset when it is stored."""


@dataclass(frozen=True)
class EagerItem:
    """What became of an EagerAsk: made (then its `format` is known), still to be made, or failed for a reason.

    Plain values, so that it can wait in the queue.
    """

    transformation: str
    """What was asked, parts sorted."""
    extension: str | None = None
    """As it was asked."""
    format: str | None = None
    width: int | None = None
    height: int | None = None
    size_bytes: int | None = None
    is_processing: bool = False
    reason: str | None = None
    may_be_tried_again: bool = False


@dataclass(frozen=True)
class BreakpointsFound:
    """What became of a BreakpointsAsk: a file for each width, the widest first, or why there are none."""

    transformation: str
    """What was asked, parts sorted."""
    items: tuple[EagerItem, ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Received:
    """What became of an upload."""

    asset: Asset
    is_overwrite: bool = False
    is_existing: bool = False
    eager: tuple[EagerItem, ...] = ()
    batch_id: str | None = None
    """Names the eager files that are still being made."""
    delete_token: str | None = None
    breakpoints: tuple[BreakpointsAsk, ...] = ()
    """What is to be found before the answer."""
    insights: InsightsAsk = field(default_factory=InsightsAsk)
    asked: frozenset[str] = frozenset()
    """What the picture shall tell in the answer: a script may have asked for more than the client."""
    privacy: Mapping[str, Any] | None = None
    """What the file tells of people and places (disclosing.py); None: it was not looked into now."""


@dataclass(frozen=True)
class Preset:
    """Upload parameters under a name. `words` are parameters as clients write them, lists joined by commas."""

    cloud_id: str
    name: str
    is_unsigned: bool
    disallows_public_id: bool
    words: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True)
class Part:
    """A piece of a large file: bytes `start` up to, not including, `end`, kept in the store under `blob_key`."""

    start: int
    end: int
    md5: str
    blob_key: str


@dataclass(frozen=True)
class UploadSession:
    """A large file that comes in pieces. `total_bytes` is None until a piece told it."""

    cloud_id: str
    id: str
    total_bytes: int | None
    asset_id: str | None
    """The asset that it became; None as long as it is unfinished."""
    parts: tuple[Part, ...]
    expires_at: datetime

    @property
    def received_bytes(self) -> int:
        return sum(part.end - part.start for part in self.parts)

    @property
    def is_complete(self) -> bool:
        """Parts never overlap, so their sum tells."""
        return self.total_bytes is not None and self.received_bytes == self.total_bytes
