"""NoEdge: there is no cache in front of us."""

from collections.abc import Sequence


class NoEdge:
    """An Edge with nothing to forget."""

    async def purge(self, tags: Sequence[str]) -> None:
        return None
