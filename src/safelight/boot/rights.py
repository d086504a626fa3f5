"""Rights: the privacy engine, put together for HTTP and for jobs out of its parts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from starlette.routing import BaseRoute

from safelight.boot import choosing, evidence, exposing, holding, identifying, promising, requests, retaining, subjects
from safelight.boot.assessing import Assess
from safelight.boot.house import House
from safelight.ports.database import Database
from safelight.ports.queue import Handler
from safelight.render.model import Render
from safelight.web.metrics import Late
from safelight.web.privacy.policy import PolicyDoor
from safelight.web.privacy.requests import RequestsDoor

PATHS_KEPT = 4096
"""Paths of which a process remembers what they read for."""


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    promises = promising.promises_of(rooms.settings, rooms.clock)
    door = identifying.door_of(rooms, database, identifying.identity_of(rooms, database))
    asked = requests.requests_of(replace(rooms, database=database))
    return [
        *evidence.routes(rooms, database),
        *PolicyDoor(database, promises, choosing.register_of(rooms)).routes(),
        *RequestsDoor(door, asked).routes(),
        *exposing.routes(door),
        *holding.routes(rooms, database),
    ]


def handlers(rooms: House, render: Render) -> Sequence[Handler]:
    return [
        *evidence.handlers(rooms),
        *subjects.handlers(rooms, render),
        *requests.handlers(rooms),
        *holding.handlers(rooms),
        *exposing.handlers(rooms),
        Assess(rooms).selfcheck,
    ]


def late_of(rooms: House) -> tuple[Late, Late]:
    """What the last round of retention found that should have gone, and what people asked and should have had."""
    return retaining.retention_of(rooms).late, requests.late_of(rooms)


def by_the_clock(rooms: House, others: Mapping[str, Handler]) -> Sequence[Handler]:
    """What calls other jobs, which are all those that there are."""
    return [*retaining.handlers(rooms, others)]


def purposed(rooms: House, handlers: Mapping[str, Handler]) -> Mapping[str, Handler]:
    """Jobs that say for what they read personal data."""
    return promising.purposed(promising.policy_of(rooms.settings), handlers)


def purposes_of(rooms: House) -> Callable[[str], frozenset[str]]:
    """The path of a request -> for what personal data are read to answer it."""
    return lru_cache(PATHS_KEPT)(promising.policy_of(rooms.settings).purposes_of_path)
