"""Is this file allowed, and what is it? Told from its content, never from its name or the client's word."""

from collections.abc import Sequence
from typing import Protocol

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import Format, Kind


class Sizes(Protocol):
    """The largest file of each kind; settings.UploadSettings says them."""

    @property
    def image_bytes_max(self) -> int: ...

    @property
    def video_bytes_max(self) -> int: ...

    @property
    def raw_bytes_max(self) -> int: ...


INVALID_IMAGE = "Invalid image file"
INVALID_VIDEO = "Unsupported video format or file"
EMPTY = "Empty file"


def check_not_empty(size_bytes: int) -> None:
    if size_bytes == 0:
        raise Invalid(EMPTY)


def kind_of(asked: Kind | None, sniffed: Format | None) -> Kind:
    """What the upload will be; raises Invalid where the endpoint is not for such content. `asked` None: any."""
    if asked is Kind.RAW:
        return Kind.RAW
    found = sniffed.kind if sniffed else Kind.RAW
    if asked is None or asked is found:
        return found
    raise Invalid(INVALID_IMAGE if asked is Kind.IMAGE else INVALID_VIDEO)


def may_be_raw_instead(asked: Kind | None, sniffed: Format) -> bool:
    """May content that no decoder can open still be stored, as a raw file?

    Only what looked like a picture by its text (an SVG inside of some other document) was perhaps none at all.
    """
    return asked is None and sniffed.name == "svg"


def size_bytes_max(kind: Kind | None, settings: Sizes) -> int:
    """The largest file of a kind; before the kind is known, the largest of all."""
    match kind:
        case Kind.IMAGE:
            return settings.image_bytes_max
        case Kind.VIDEO:
            return settings.video_bytes_max
        case Kind.RAW:
            return settings.raw_bytes_max
        case None:
            return max(settings.image_bytes_max, settings.video_bytes_max, settings.raw_bytes_max)


def check_size(kind: Kind, size_bytes: int, settings: Sizes) -> None:
    most = size_bytes_max(kind, settings)
    if size_bytes > most:
        raise TooMuch(f"File size too large. Got {size_bytes}. Maximum is {most}.")


def check_format(kind: Kind, found: str | None, allowed: Sequence[str]) -> None:
    """`allowed` are format names in our spelling, or extensions of raw files; empty: all."""
    if allowed and (found or "") not in allowed:
        raise Invalid(f"{kind.value.capitalize()} file format {found or 'unknown'} not allowed")
