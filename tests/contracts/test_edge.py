"""What every cache in front promises, asked of each of them."""

import pytest

from safelight.adapters.edge.memory import MemoryEdge
from safelight.adapters.edge.none import NoEdge
from safelight.ports.edge import Edge


@pytest.mark.parametrize("edge", [NoEdge(), MemoryEdge()], ids=["none", "memory"])
@pytest.mark.parametrize("tags", [(), ("never/seen",), ("a", "a", "b")])
async def test_purging_what_is_not_there_is_no_error(edge: Edge, tags: tuple[str, ...]):
    await edge.purge(tags)
    await edge.purge(tags)


async def test_the_twin_remembers():
    edge = MemoryEdge()
    await edge.purge(["a", "b"])
    await edge.purge(["a"])
    assert edge.purged == ["a", "b", "a"]
