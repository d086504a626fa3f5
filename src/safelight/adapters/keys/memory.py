"""MemoryKeys: the twin of every KeyStore; it keeps what it sealed and hands out a ticket."""

from safelight.kernel.errors import Internal
from safelight.kernel.ids import new_id


class MemoryKeys:
    """A KeyStore that cannot be read from outside, because a sealed text is only a number."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[bytes, str]] = {}
        self._marks: dict[tuple[bytes, str], str] = {}

    def seal(self, plain: bytes, context: str) -> bytes:
        ticket = new_id().encode()
        self._kept[ticket] = (plain, context)
        return ticket

    def open(self, sealed: bytes, context: str) -> bytes:
        plain, sealed_context = self._kept.get(sealed, (b"", None))
        if sealed_context != context:
            raise Internal("A stored secret cannot be read: it was not sealed here.", context=context)
        return plain

    def renewed(self, sealed: bytes, context: str) -> bytes | None:
        self.open(sealed, context)

    def mark(self, plain: bytes, context: str) -> str:
        return self._marks.setdefault((plain, context), new_id() + new_id())
