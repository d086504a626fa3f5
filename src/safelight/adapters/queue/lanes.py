"""Lanes: jobs that wait for machines that are not ours have hands of their own, so that no other job waits for them."""

HOUSE = "safelight"
OUTSIDE = "safelight-outside"
LANES = (HOUSE, OUTSIDE)

OUTSIDE_HANDS = 32
"""Jobs of the outer lane that one process runs at once. A receiver that hangs holds one of them for 20 seconds."""

_OUTSIDE = frozenset({"send_webhook", "send_letter"})


def lane_of(name: str) -> str:
    """Where a job of this name waits."""
    return OUTSIDE if name in _OUTSIDE else HOUSE
