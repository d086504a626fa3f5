"""Derived: a file that was made from an asset; Named: a transformation with a name; Profile: how films are streamed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Derived:
    """A derived file whose bytes are stored. It belongs to one version of one asset."""

    id: str
    cloud_id: str
    asset_id: str
    version_id: str
    key: str
    """The hash of what was asked (transform/canon.py), unique for a version."""
    transformation: str
    """What was asked, in the words of the language, parts sorted; without the format of the extension."""
    format: str
    """A name of kernel/media.py."""
    width: int | None
    height: int | None
    size_bytes: int
    md5: str
    blob_key: str
    created_at: datetime
    transformations: int = 1
    """As how many its making counted."""
    seconds: int = 0
    """Of film."""


@dataclass(frozen=True)
class Named:
    """A named transformation of a cloud; an unnamed one (`is_named` false) is listed once it was used."""

    cloud_id: str
    name: str
    transformation: str
    is_allowed_for_strict: bool
    is_used: bool
    is_named: bool
    created_at: datetime


@dataclass(frozen=True)
class Profile:
    """A streaming profile. `representations` are transformations, one for each size in which a film is made."""

    name: str
    display_name: str | None
    representations: tuple[str, ...]
    is_predefined: bool = False
    """It came along; changed, it can be taken back to what it was."""
