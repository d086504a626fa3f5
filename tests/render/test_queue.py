"""The queue is bounded, and fair between tenants."""

import pytest

from safelight.kernel.errors import Busy
from safelight.render.queue import FairQueue


@pytest.mark.parametrize(
    ("put", "expected"),
    [
        ("a1 a2 a3", "a1 a2 a3"),
        ("a1 a2 a3 b1", "a1 b1 a2 a3"),
        ("a1 a2 a3 b1 b2 c1", "a1 b1 c1 a2 b2 a3"),
        ("a1 b1 a2 b2", "a1 b1 a2 b2"),
    ],
)
async def test_each_tenant_has_its_turn(put, expected):
    queue: FairQueue[str] = FairQueue(10)
    for item in put.split():
        queue.put(item[0], item)
    assert " ".join([await queue.get() for _ in put.split()]) == expected
    assert len(queue) == 0


async def test_a_full_queue_says_when_to_come_again():
    queue: FairQueue[int] = FairQueue(2)
    queue.put("a", 1)
    queue.put("b", 2)
    with pytest.raises(Busy) as refused:
        queue.put("a", 3)
    assert refused.value.retry_after_seconds
    assert await queue.get() == 1
    queue.put("a", 3)
