"""MemoryEdge: the twin of every Edge; it notes what it was told to forget."""

from collections.abc import Sequence


class MemoryEdge:
    """An Edge to look at."""

    def __init__(self) -> None:
        self.purged: list[str] = []

    async def purge(self, tags: Sequence[str]) -> None:
        self.purged.extend(tags)
