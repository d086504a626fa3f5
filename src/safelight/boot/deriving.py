"""Deriving: how derived files are made, and what they are made of, as the settings want it."""

from safelight.boot import containing
from safelight.boot.house import House
from safelight.derived.ensure import Ensure
from safelight.derived.failures import Failures
from safelight.derived.intermediates import Intermediates
from safelight.ports.database import Database
from safelight.render.model import Render


def ensure_of(rooms: House, database: Database, render: Render, failures: Failures) -> Ensure:
    return Ensure(
        database,
        rooms.blobs,
        rooms.originals,
        render,
        rooms.clock,
        containing.limits_of(rooms.settings.render),
        containing.maker_of(rooms.settings.derived, failures),
        rooms.gate.check_new,
        intermediates_of(rooms, database, render),
    )


def intermediates_of(rooms: House, database: Database, render: Render) -> Intermediates:
    return Intermediates(database, rooms.blobs, rooms.originals, render, rooms.settings.render.intermediate_px)
