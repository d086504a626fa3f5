"""Requests: what people ask about their data, put together for HTTP, for jobs and for the shell."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from safelight.boot import choosing, letters, promising, subjects
from safelight.boot.house import House
from safelight.ports.queue import Handler
from safelight.privacy import deadlines
from safelight.privacy.answering import Answering
from safelight.privacy.requests import Requests
from safelight.privacy.telling import Tell
from safelight.privacy.tending import Tend
from safelight.web.delivery import hosts_of
from safelight.web.metrics import Late
from safelight.worker.requesting import Requesting


def requests_of(rooms: House) -> Requests:
    return Requests(
        rooms.keys.store,
        deadlines.shipped(),
        _requesting(rooms).others,
        subjects.export_of(rooms),
        subjects.erase_of(rooms),
        Tell(promising.policy_of(rooms.settings), subjects.keepers_of(rooms), choosing.disclosures_of(rooms).shine),
        rooms.base_url,
    )


def answering_of(rooms: House) -> Answering:
    return Answering(requests_of(rooms), promising.policy_of(rooms.settings).controller)


def late_of(rooms: House) -> Late:
    """What should have been done by now about what people ask."""
    return tend_of(rooms).late_by_kind


def tend_of(rooms: House) -> Tend:
    return Tend(rooms.database, rooms.clock, requests_of(rooms))


def handlers(rooms: House) -> Sequence[Handler]:
    tend = tend_of(rooms)
    return [tend.tend_requests, tend.sweep_requests, tend.close_exported, _requesting(rooms).tell_due]


def _requesting(rooms: House) -> Requesting:
    place, page = urlsplit(rooms.base_url).netloc, f"{rooms.base_url}/privacy/request"
    return Requesting(
        rooms.database,
        rooms.keys.store,
        rooms.clock,
        place,
        letters.who_writes(rooms),
        page,
        f"{rooms.base_url}/account/reports",
        choosing.choices_of(rooms),
        hosts_of(rooms.settings.server.cloud_hosts),
    )
