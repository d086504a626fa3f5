"""The facts that derived files tell."""

from dataclasses import dataclass, field

from safelight.kernel.events import Event


@dataclass(frozen=True)
class DerivedMade(Event):
    """A derived file has been made and is kept."""

    asset_id: str
    version_id: str
    derived_id: str
    format: str
    size_bytes: int


@dataclass(frozen=True)
class DerivedDropped(Event):
    """Rows of derived files are gone, while their asset stays; `blob_keys` names the bytes that may go."""

    asset_id: str
    version_id: str
    blob_keys: list[str] = field(default_factory=list[str])
