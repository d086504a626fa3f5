"""Identifying: what people sign in by, put together for HTTP, for pages, for jobs and for the shell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.routing import BaseRoute

from safelight.activity import address, agent
from safelight.boot.house import House
from safelight.identity.arriving import Arrive
from safelight.identity.emails import Emails
from safelight.identity.failures import Failures
from safelight.identity.forgetting import ForgetPerson
from safelight.identity.idle import WatchAccounts
from safelight.identity.invitations import Invitations, Setup
from safelight.identity.letters import Letters
from safelight.identity.model import Visitor
from safelight.identity.passwords import Hasher
from safelight.identity.registration import Register
from safelight.identity.resets import Resets
from safelight.identity.sign_in import SignIn
from safelight.identity.sweeping import SweepIdentity
from safelight.identity.totp import Totps
from safelight.identity.tries import Tries
from safelight.kernel.choice import ChoiceKind, Wanted, Way
from safelight.people import choices
from safelight.people.model import User
from safelight.ports.database import Database, Session
from safelight.ports.queue import Handler
from safelight.privacy import policy_read, wordings
from safelight.web.client import client_address, networks_of
from safelight.web.identity.account import AccountDoor
from safelight.web.identity.activity import ActivityDoor
from safelight.web.identity.auth import AuthDoor
from safelight.web.identity.door import IdentityDoor
from safelight.web.identity.proofs import ProofsDoor
from safelight.wire import gpc

VisitorOf = Callable[[Request], Visitor]


@dataclass(frozen=True)
class Identity:
    """Every verb of it, built once in a process: the pages of the console use the same."""

    letters: Letters
    hasher: Hasher
    totps: Totps
    failures: Failures
    sign_in: SignIn
    arrive: Arrive
    registering: Register
    resets: Resets
    invitations: Invitations
    emails: Emails
    setup: Setup
    tries: Tries


def identity_of(rooms: House, database: Database, address: str | None = None) -> Identity:
    """`address` is where links of letters lead, if it is not known from the settings."""
    settings, base_url = rooms.settings.identity, address or rooms.base_url
    letters, hasher = Letters(base_url), Hasher(settings)
    totps, failures = Totps(rooms.keys.store), Failures(rooms.keys.store, settings)
    return Identity(
        letters=letters,
        hasher=hasher,
        totps=totps,
        failures=failures,
        sign_in=SignIn(database, hasher, totps, failures, settings),
        arrive=Arrive(database, letters, settings, opted_out),
        registering=Register(database, hasher, letters, settings),
        resets=Resets(database, hasher, failures, letters, settings),
        invitations=Invitations(database, hasher, letters, settings),
        emails=Emails(letters, settings, rooms.keys.store),
        setup=Setup(database, hasher, base_url, settings),
        tries=Tries(database, rooms.keys.store, rooms.clock, settings.tries_per_minute_address),
    )


def inviting(rooms: House, database: Database) -> Invitations:
    """For who adds people over the API."""
    settings = rooms.settings.identity
    return Invitations(database, Hasher(settings), Letters(rooms.base_url), settings)


def visitor_of(rooms: House) -> VisitorOf:
    """What is kept of a browser. The whole address is looked at here and nowhere kept."""
    proxies = networks_of(rooms.settings.server.proxies)

    def visitor(request: Request) -> Visitor:
        forwarded = request.headers.get("x-forwarded-for", "")
        network = address.network_of(client_address(request.scope, forwarded, proxies) or "")
        family = agent.family_of(request.headers.get("user-agent", ""))
        has_signal = gpc.is_set(request.headers.getlist(gpc.HEADER))
        return Visitor(family, rooms.geo.country(network), network, has_signal)

    return visitor


async def opted_out(session: Session, user: User, now: datetime) -> None:
    """PP-36: a choice that lasts, as any other."""
    kind = ChoiceKind.DISCLOSURE
    wording = wordings.hash_of(policy_read.shipped(), kind, "")
    wanted = Wanted(kind, is_wanted=False, way=Way.SIGNAL, language=user.language or "en", wording=wording)
    await choices.choose(session, user.id, wanted, now)


def door_of(rooms: House, database: Database, found: Identity) -> IdentityDoor:
    """For the other rooms' routes of a person's own account too."""
    settings = rooms.settings
    return IdentityDoor(
        database=database,
        clock=rooms.clock,
        settings=settings.identity,
        upload=settings.upload,
        base_url=rooms.base_url,
        arrive=found.arrive,
        sign_in=found.sign_in,
        visitor_of=visitor_of(rooms),
        proxies=networks_of(settings.server.proxies),
        tries=found.tries,
    )


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    """To be put before the pages: a program's POST goes here, a browser's to the page of the same path."""
    found = identity_of(rooms, database)
    door = door_of(rooms, database, found)
    auth = AuthDoor(door, found.registering, found.resets, found.invitations, found.emails, found.setup)
    return [
        *auth.routes(),
        *AccountDoor(door, found.resets, found.emails, found.letters).routes(),
        *ProofsDoor(door, found.totps).routes(),
        *ActivityDoor(door).routes(),
    ]


def handlers(rooms: House) -> Sequence[Handler]:
    failures = Failures(rooms.keys.store, rooms.settings.identity)
    forget = ForgetPerson(rooms.database)
    sweep = SweepIdentity(rooms.database, rooms.clock, failures)
    watch = WatchAccounts(rooms.database, rooms.clock, Letters(rooms.base_url), rooms.settings.identity)
    return [sweep.sweep_identity, watch.watch_accounts, forget.forget_person, forget.shut_out]
