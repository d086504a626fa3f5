"""Holding: holds, cases and figures, put together for HTTP, for jobs, for the shell and for the selfcheck."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from starlette.routing import BaseRoute

from safelight.accounts import clouds
from safelight.assets import subjects as of_assets
from safelight.boot import identifying, subjects
from safelight.boot.house import House
from safelight.kernel.errors import Invalid
from safelight.people import roster
from safelight.people import subjects as of_people
from safelight.ports.database import Database, Session
from safelight.ports.queue import Handler
from safelight.privacy import hold_checks, members
from safelight.privacy.figures import Figures
from safelight.privacy.hold import Scope, Sort
from safelight.privacy.hold_checks import HoldChecks
from safelight.privacy.release import Cube, Parts, Span
from safelight.privacy.selfcheck import Check
from safelight.usage import report
from safelight.usage.model import Meter
from safelight.web.privacy.figures import FiguresDoor
from safelight.web.privacy.holds import HoldsDoor
from safelight.worker.holding import TellHolds

DELIVERIES = Cube(
    "deliveries-by-kind",
    "deliveries",
    "kind of file",
    Span.MONTH,
    "How often files were handed out, of all accounts together, by the kind of file",
)
ASKED = Cube(
    "requests-by-kind",
    "people who asked",
    "what was asked for",
    Span.YEAR,
    "How many people asked about their data, by what they asked for",
    most=1,
)
CUBES = (DELIVERIES, ASKED)
"""Whatever is told of several accounts together. A new one is a decision: it can never be cut otherwise again."""


async def scope_named(session: Session, word: str) -> Scope:
    """`account:ID`, `user:ID`, `cloud:NAME`, `asset:ID` or an e-mail address. Raises Invalid, NotFound."""
    sort, colon, name = word.strip().partition(":")
    if colon and sort == Sort.ASSET:
        return Scope(Sort.ASSET, cloud_id=await of_assets.cloud_of(session, name), asset_id=name)
    subject = await of_people.subject_named(session, word)
    match sort if colon else "":
        case Sort.ACCOUNT:
            return Scope(Sort.ACCOUNT, account_id=subject.account_id or "")
        case Sort.CLOUD:
            return Scope(Sort.CLOUD, cloud_id=subject.cloud_ids[0])
        case Sort.USER:
            return Scope(Sort.USER, account_id=subject.account_id or "", user_id=name)
        case _:
            user = await roster.find_by_email(session, name if sort == "email" else word)
            if user is None:
                raise Invalid("Nobody here has this address; name account:ID, user:ID, cloud:NAME or asset:ID.")
            return Scope(Sort.USER, account_id=user.account_id, user_id=user.id)


def figures_of(rooms: House) -> Figures:
    return Figures(rooms.database, rooms.clock, [(DELIVERIES, deliveries_by_kind), (ASKED, members.who_asked)])


async def deliveries_by_kind(session: Session, first: date, end: date) -> Mapping[str, Parts]:
    """A member is an account: of its clouds, all together."""
    owner = {cloud.id: cloud.account_id for cloud in await clouds.list(session)}
    cells: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for figure in await report.figures(session, None, first, end - timedelta(days=1)):
        if figure.meter is Meter.DELIVERIES and figure.day >= first and figure.cloud_id in owner:
            cells[figure.kind or "other"][owner[figure.cloud_id]] += figure.amount
    return cells


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    door = identifying.door_of(rooms, database, identifying.identity_of(rooms, database))
    preserve = replace(subjects.preserve_of(rooms), database=database)
    erase = replace(subjects.erase_of(rooms), database=database)
    return [*HoldsDoor(door, preserve, erase, scope_named).routes(), *FiguresDoor(database, CUBES).routes()]


def checks_of(rooms: House, session: Session) -> Mapping[str, Check]:
    """Whether cases are needed, holds end, and figures have passed the gate."""
    preserve = subjects.preserve_of(rooms)
    checks = HoldChecks(preserve.sheets, preserve.columns, CUBES, rooms.clock.now())
    return hold_checks.checks_of(checks, session)


def handlers(rooms: House) -> Sequence[Handler]:
    preserve = subjects.preserve_of(rooms)
    return [
        preserve.keep_held,
        preserve.drop_held,
        preserve.sweep_held,
        TellHolds(rooms.database, rooms.clock).tell_holds,
        figures_of(rooms).release_figures,
    ]
