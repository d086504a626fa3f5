"""Facts of privacy."""

from collections.abc import Mapping
from dataclasses import dataclass

from safelight.kernel.events import Event


@dataclass(frozen=True)
class RetentionOverdue(Event):
    """What should have gone a day ago is still there: how many of which kind. `cloud_id` is empty."""

    at: str
    late: Mapping[str, int]
