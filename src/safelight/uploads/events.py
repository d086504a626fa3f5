"""The facts that uploads tell."""

from dataclasses import dataclass, field
from typing import Any

from safelight.assets.model import AssetRef
from safelight.kernel.events import Event
from safelight.kernel.media import Access, Kind


@dataclass(frozen=True)
class UploadReceived(Event):
    """An asset came in and is whole. `eager` are those derived files that are still to be made."""

    asset_id: str
    version_id: str
    api_key: str | None = None
    notification_urls: list[str] = field(default_factory=list[str])
    is_overwrite: bool = False
    eager: list[str] = field(default_factory=list[str])
    batch_id: str | None = None
    eager_notification_urls: list[str] = field(default_factory=list[str])
    is_existing: bool = False
    """Nothing was stored: an asset was there, and might not be overwritten. Told only to who did not wait."""
    asked: list[str] = field(default_factory=list[str])
    """What the picture shall tell (wire/analyses.py)."""
    breakpoints: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """The fields of model.BreakpointsAsk."""
    insights: dict[str, Any] = field(default_factory=dict[str, Any])
    """The fields of model.InsightsAsk."""


@dataclass(frozen=True)
class ScriptBrought(Event):
    """An upload brought a script along, which is to run now that its asset is there."""

    asset_id: str
    version_id: str
    script: str
    asked: list[str] = field(default_factory=list[str])
    """What the picture shall tell (wire/analyses.py)."""
    is_overwrite: bool = False


@dataclass(frozen=True)
class UploadAsked(Event):
    """An upload was put aside, to be done later."""

    batch_id: str


@dataclass(frozen=True)
class UploadFailed(Event):
    """An upload that was put aside could not be done. `message` is what its sender would have been answered."""

    batch_id: str
    message: str
    kind: str
    name: str | None = None
    notification_urls: list[str] = field(default_factory=list[str])
    at: str = ""


@dataclass(frozen=True)
class ModerationAsked(Event):
    """Programs are to look at an asset before it counts as good."""

    asset_id: str
    version_id: str
    notification_urls: list[str] = field(default_factory=list[str])
    is_limited: bool = False
    """Who asked may not see every asset of the cloud."""


@dataclass(frozen=True)
class InsightsFound(Event):
    """Programs or models of this installation have looked at an asset. What they saw is kept with its analyses."""

    asset_id: str
    version_id: str
    words: list[str]
    """What they were asked (model.InsightsAsk)."""
    at: str
    notification_urls: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class EagerAsked(Event):
    """Derived files of an asset that was there already are to be made."""

    asset_id: str
    version_id: str
    batch_id: str
    eager: list[str] = field(default_factory=list[str])
    eager_notification_urls: list[str] = field(default_factory=list[str])
    cause: str = "explicit"
    """As what they count (derived/counted.Cause)."""


@dataclass(frozen=True)
class EagerReady(Event):
    """The derived files of a batch are made, or have failed. `items` are the fields of model.EagerItem."""

    asset_id: str
    version_id: str
    batch_id: str
    items: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    notification_urls: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class ComposeAsked(Event):
    """An asset is to be made of others, for who does not wait: an archive, an animation, a sheet of pictures."""

    about: str
    words: dict[str, str | list[str]]
    """What the client said."""
    ref: list[str]
    """Kind, access and name of what is to be made."""
    version_id: str
    """That it will have."""
    manner: str
    batch_id: str
    kind: str | None = None
    """Of the assets that it is made of."""
    api_key: str | None = None
    is_limited: bool = False
    """The key may not everything."""
    notification_urls: list[str] = field(default_factory=list[str])

    def asset_ref(self) -> AssetRef:
        kind, access, name = self.ref
        return AssetRef(Kind(kind), Access(access), name)


@dataclass(frozen=True)
class AssetComposed(Event):
    """An asset was made of others. `about`: how receivers know it, such as `generate_archive`."""

    about: str
    asset_id: str
    version_id: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    """What is told of it beyond the asset (uploads/composing.py)."""
    notification_urls: list[str] = field(default_factory=list[str])
    batch_id: str | None = None


@dataclass(frozen=True)
class ExplodeAsked(Event):
    """A derived picture of each page of an asset is to be made."""

    asset_id: str
    version_id: str
    batch_id: str
    transformation: str
    format: str
    notification_urls: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class ExplodeReady(Event):
    """The pictures of all pages are made, or have failed. `items` are the fields of model.EagerItem."""

    asset_id: str
    version_id: str
    batch_id: str
    items: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    notification_urls: list[str] = field(default_factory=list[str])
