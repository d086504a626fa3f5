"""Facts of privacy."""

from collections.abc import Mapping
from dataclasses import dataclass

from safelight.kernel.events import Event


@dataclass(frozen=True)
class RetentionOverdue(Event):
    """What should have gone a day ago is still there: how many of which kind. `cloud_id` is empty."""

    at: str
    late: Mapping[str, int]


@dataclass(frozen=True)
class RequestsDue(Event):
    """Requests that must be answered soon, or should have been: by when, by their case numbers. No `cloud_id`."""

    at: str
    due: Mapping[str, str]


@dataclass(frozen=True)
class HoldsDue(Event):
    """Somebody must look at these holds again: by when, by their ids. No `cloud_id`."""

    at: str
    due: Mapping[str, str]


@dataclass(frozen=True)
class ExportReady(Event):
    """An archive of everything about somebody can be fetched by who asked for it. `cloud_id` is empty."""

    account_id: str
    user_id: str
    export_id: str
    at: str
