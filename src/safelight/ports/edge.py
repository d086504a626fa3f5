"""Edge: the cache in front of us."""

from collections.abc import Sequence
from typing import Protocol


class Edge(Protocol):
    async def purge(self, tags: Sequence[str]) -> None:
        """Forget what carries one of the tags. Purging what is not there is no error."""
        ...
