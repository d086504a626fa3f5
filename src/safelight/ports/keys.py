"""KeyStore: seals small secrets at rest. To destroy a key is to forget what it sealed."""

from typing import Protocol


class KeyStore(Protocol):
    def seal(self, plain: bytes, context: str) -> bytes:
        """Encrypt and authenticate; `context` (whose secret it is) must be the same at `open`."""
        ...

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises Internal if the bytes were not sealed here in this context."""
        ...

    def renewed(self, sealed: bytes, context: str) -> bytes | None:
        """The same, sealed with the newest key; None where it is. Raises Internal as `open` does."""
        ...

    def mark(self, plain: bytes, context: str) -> str:
        """A keyed hash, 64 hex digits: the same for the same bytes, and nobody without the key can try them out."""
        ...
