"""DeliveryRequest and Media: what a client asks of delivery, and what is handed out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from safelight.transform.auto import Hints


@dataclass(frozen=True)
class DeliveryRequest:
    """A request, with nothing of HTTP left but its words. The path is the one of the wire, still escaped."""

    raw_path: str
    query: str
    hints: Hints
    cloud: str | None = None
    """The cloud that the host stands for, where the path does not name one."""
    referrer: str | None = None
    """The page that shows it, as the client says."""
    cookies: str = ""
    """The header, as it came: tokens may be in it."""
    host: str = ""
    """The header; a token may be for a URL with it."""
    address: str | None = None
    """Of the client."""
    came_through: tuple[str, ...] = ()
    """Who asks in order to answer somebody else, and so on (RFC 8586)."""


@dataclass(frozen=True)
class Media:
    """A stored file, and how it may be handed out."""

    cloud_id: str
    asset_id: str
    blob_key: str
    size_bytes: int
    md5: str
    mime: str
    modified_at: datetime
    varies_by: tuple[str, ...] = ()
    """Names of the request headers that chose this file among others."""
    is_private: bool = False
    """A signature was needed, or given: no cache in between may keep it."""
    is_immutable: bool = False
    seconds_left: int | None = None
    """How long it may be seen by everybody; None: as long as nobody changes that."""
    is_sandboxed: bool = False
    """A browser might run it: it must not."""
    is_made_now: bool = False
    is_first_choice: bool = True
    """False: another asset, were it there, would have been meant by the same path."""
    depends_on: tuple[str, ...] = ()
    """The other assets that the file was made with."""
    attachment_name: str | None = None
    """Save it under this name instead of showing it."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """More headers of the answer, as the owner of the asset has said."""
    kind: str = ""
    """What the asset is."""
    is_derived: bool = False
    """It was made of the asset, and is not the file that came in."""
    stands_in_for: str | None = None
    """Why this default picture stands here instead of what was asked for."""
