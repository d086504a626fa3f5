"""Whether the checks of requests see what is wrong: each planted fault fails its own clause, and no other."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from safelight.kernel.clock import StillClock
from safelight.ports.database import Database, Session
from safelight.privacy.relay import Relays
from safelight.privacy.request import Kind, Pause, Proof, Request, State
from safelight.privacy.request_checks import RequestChecks, checks_of
from safelight.privacy.requests import Requests
from safelight.privacy.selfcheck import Status
from safelight.privacy.tending import Tend
from tests.privacy import asking

ALL = ("PP-35", "PP-42", "PP-43", "PP-44", "PP-46")
PLANT = {
    "PP-42": "UPDATE privacy_requests SET due_at = received_at - interval '1 day'",
    "PP-43": "UPDATE privacy_requests SET state = 'executing', due_at = NULL",
}


@pytest.fixture
def tend(database: Database, clock: StillClock) -> Tend:
    return asking.tend_with(database, clock)


async def failed(tend: Tend, requests: Requests) -> list[str]:
    answering = replace(asking.answering_with(tend), requests=requests)
    async with tend.database.transaction() as session:
        checks = checks_of(RequestChecks(requests, tend.clock.now()), session, answering)
        found = {clause: await check() for clause, check in checks.items()}
        assert tuple(found) == ALL
        return [clause for clause, finding in found.items() if finding.status is not Status.PASS]


async def test_as_it_is_none_fails_and_nothing_stays(tend: Tend):
    assert await failed(tend, tend.requests) == []
    async with tend.database.transaction() as session:
        for table in ("privacy_requests", "privacy_request_lines", "letters", "messages", "ledger_entries"):
            assert await session.fetch(text(f"SELECT 1 FROM {table}")) == []


@pytest.mark.parametrize(("clause", "statement"), PLANT.items())
async def test_a_fault_in_the_database_fails_its_clause_alone(tend: Tend, clause: str, statement: str):
    await asking.ask(tend, "nobody@elsewhere.example", Kind.RESTRICTION)
    async with tend.database.transaction() as session:
        await session.execute(text(statement))
    assert await failed(tend, tend.requests) == [clause]


async def test_an_address_that_nobody_proved_must_not_stay(tend: Tend, clock: StillClock):
    await asking.ask(tend, "nobody@elsewhere.example")
    clock.advance(timedelta(days=31))
    await tend.tend_requests({})
    assert await failed(tend, tend.requests) == []
    async with tend.database.transaction() as session:
        await session.execute(text("UPDATE privacy_requests SET sealed = 'x'"))
    assert await failed(tend, tend.requests) == ["PP-43"]


async def test_an_owner_who_does_not_answer_is_noticed(tend: Tend, clock: StillClock):
    async with tend.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO privacy_relays (request_id, account_id, relayed_at, due_at, sealed)"
                " VALUES ('x', 'y', now(), :due, 'z')"
            ).bindparams(due=clock.now() - timedelta(days=1))
        )
    assert await failed(tend, tend.requests) == ["PP-35"]


async def test_a_relay_that_tells_who_asks_fails_its_clause_alone(tend: Tend):
    class Chatty(Relays):
        """Tells the owner who asks, allowed or not."""

        async def add(self, session: Session, request: Request, words: str, now: datetime) -> bool:
            return await super().add(session, replace(request, shares_address=True), words, now)

    known = tend.requests.others.relays
    relays = Chatty(known.keys, known.owner_of, known.tell_owner, known.page)
    twin = replace(tend.requests, others=replace(tend.requests.others, relays=relays))
    assert await failed(tend, twin) == ["PP-35"]


async def test_who_is_not_told_in_time_that_it_came_in_is_noticed(tend: Tend):
    await asking.ask(tend, "nobody@elsewhere.example", country="US")
    async with tend.database.transaction() as session:
        await session.execute(text("UPDATE privacy_requests SET confirm_by = received_at - interval '1 day'"))
    assert await failed(tend, tend.requests) == ["PP-42"]


class NoLetter(Requests):
    """Tells nobody that there is nothing."""

    async def post(self, session: Session, request: Request, template: str, now: datetime, **facts: str) -> str:
        if template == "request_no_data":
            return ""
        return await super().post(session, request, template, now, **facts)


class NoProof(Requests):
    """Believes whatever secret it is shown."""

    async def prove(self, session: Session, secret: str, *, now: datetime) -> Request:
        return Request("x", 1, 1, Kind.ACCESS, State.EXECUTING, asking.Channel.WEB, "en", (), now, pauses=[Pause(now)])


class Hasty(Requests):
    """Takes a correction for done as soon as it was proved."""

    async def verify(self, session: Session, request: Request, *, now: datetime) -> Request:
        proved = await super().verify(session, request, now=now)
        if request.kind is not Kind.RECTIFICATION:
            return proved
        return replace(proved, state=State.FULFILLED, proof=Proof.OPERATOR)


async def no_letter(_s: Session, _r: Request, _t: str, _f: Mapping[str, str], _n: datetime) -> str:
    return "a letter that was never written"


@pytest.mark.parametrize(
    ("clauses", "broken"),
    [(["PP-44"], NoLetter), (["PP-43"], NoProof), (["PP-46"], Hasty)],
)
async def test_a_fault_in_the_engine_fails_its_clause_alone(tend: Tend, clauses: list[str], broken: type[Requests]):
    known = tend.requests
    twin = broken(known.keys, known.deadlines, known.others, known.export, known.erase, known.tell, known.base_url)
    assert await failed(tend, twin) == clauses


async def test_who_asks_and_hears_nothing_is_noticed(tend: Tend):
    silent = replace(tend.requests, others=replace(tend.requests.others, post=no_letter))
    assert await failed(tend, silent) == ["PP-42", "PP-44"]
