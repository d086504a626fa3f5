"""Reference: another stored file that a transformation needs, by the words that name it."""

from dataclasses import dataclass

from safelight.kernel.media import Access, Kind


@dataclass(frozen=True)
class Reference:
    """`name` is a public_id with slashes, as it was written (perhaps with an extension); of access `fetch`, a URL."""

    name: str
    kind: Kind = Kind.IMAGE
    access: Access = Access.UPLOAD
