"""Who is shown in a file of a customer is heard by its owner, who learns no more than they allow, and must answer."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.ports.database import Database, Session
from safelight.privacy.relay import RELAY_DAYS, Outcome, Owner
from safelight.privacy.relaying import Relaying
from safelight.privacy.request import Direction, Kind, Request, State
from safelight.privacy.tending import Tend
from tests.privacy import asking
from tests.privacy.test_requests import STRANGER, ann_of

URL = "https://media.example.com/firm/image/upload/party.jpg"
FACES = f"I am the one on the left of {URL}"


@pytest.fixture
async def tend(database: Database, clock: StillClock) -> Tend:
    """Ann owns the only file that there is."""
    tend = asking.tend_with(database, clock)
    ann = await ann_of(tend)

    async def owner_of(_session: Session, words: str) -> Owner | None:
        return Owner(ann.account_id, URL) if URL in words else None

    others = tend.requests.others
    relays = replace(others.relays, owner_of=owner_of)
    return replace(tend, requests=replace(tend.requests, others=replace(others, relays=relays)))


async def owner(tend: Tend) -> tuple[str, str]:
    async with tend.database.transaction() as session:
        [row] = await session.fetch(text("SELECT account_id, email FROM users"))
    return row["account_id"], row["email"]


async def report(tend: Tend, words: str = FACES, **more: bool) -> Request:
    return await asking.ask(tend, STRANGER, Kind.REPORT, text=words, **more)


async def sent(tend: Tend) -> list[tuple[str, str]]:
    async with tend.database.transaction() as session:
        return [(name, to) for name, to, _ in await asking.letters(session)]


async def answer(tend: Tend, request: Request, outcome: str, words: str, now: datetime) -> None:
    async with tend.database.transaction() as session:
        await Relaying(tend.requests).answer(session, (await owner(tend))[0], request.id, outcome, words, now=now)


async def test_it_is_passed_on_once_it_is_proved_who_wrote(tend: Tend):
    account_id, email = await owner(tend)
    asked = await report(tend)
    assert (asked.state, await sent(tend)) == (State.NEEDS_PERSON, [("request_report", STRANGER)])
    assert (await asking.prove(tend)).state is State.ROUTED
    assert await sent(tend) == [
        ("request_report", STRANGER), ("relay", email), ("request_passed_on", STRANGER),
    ]  # fmt: skip
    async with tend.database.transaction() as session:
        [relay] = await tend.requests.others.relays.of_account(session, account_id)
        facts = [facts for name, _, facts in await asking.letters(session) if name == "relay"]
    assert (relay.url, relay.text, relay.email, relay.is_open) == (URL, FACES, "", True)
    assert STRANGER not in str(facts)
    assert relay.due_at == tend.clock.now() + timedelta(days=RELAY_DAYS)


async def test_the_owner_learns_who_asks_where_they_allow_it(tend: Tend):
    await report(tend, shares_address=True)
    await asking.prove(tend)
    async with tend.database.transaction() as session:
        [relay] = await tend.requests.others.relays.of_account(session, (await owner(tend))[0])
    assert relay.email == STRANGER


@pytest.mark.parametrize(
    ("outcome", "words", "state", "letter"),
    [
        (Outcome.REMOVED, "", State.FULFILLED, "request_owner_removed"),
        (Outcome.CHANGED, "Cropped.", State.FULFILLED, "request_owner_changed"),
        (Outcome.DECLINED, "A crowd.", State.PARTLY_FULFILLED, "request_owner_declined"),
    ],
)
async def test_what_the_owner_answers_goes_to_who_asked(
    tend: Tend, outcome: Outcome, words: str, state: State, letter: str
):
    _, email = await owner(tend)
    asked = await report(tend)
    await asking.prove(tend)
    await answer(tend, asked, outcome, words, tend.clock.now())
    done = await asking.get(tend, asked)
    assert done.state is state
    assert (await sent(tend))[-1] == (letter, STRANGER)
    async with tend.database.transaction() as session:
        lines = await tend.requests.lines(session, done)
        facts = (await asking.letters(session))[-1][2]
    assert [(line.direction, line.text) for line in lines] == ([(Direction.OWNER, words)] if words else [])
    assert email not in str(facts)
    with pytest.raises(Conflict):
        await answer(tend, asked, Outcome.REMOVED, "", tend.clock.now())


async def test_an_owner_says_why_not_and_nobody_else_answers(tend: Tend):
    asked = await report(tend)
    await asking.prove(tend)
    for outcome, words in (
        (Outcome.DECLINED, " "),
        ("maybe", "x"),
        (Outcome.SILENT, "x"),
        (Outcome.REMOVED, "x" * 10_001),
    ):
        with pytest.raises(Invalid):
            await answer(tend, asked, outcome, words, tend.clock.now())
    async with tend.database.transaction() as session:
        with pytest.raises(NotFound):
            await Relaying(tend.requests).answer(session, "other", asked.id, "removed", "", now=tend.clock.now())


async def test_where_no_owner_answers_whoever_runs_this_must(tend: Tend, clock: StillClock):
    asked = await report(tend)
    await asking.prove(tend)
    clock.advance(timedelta(days=RELAY_DAYS, minutes=1))
    assert (await tend.late_by_kind())["owner"] == 1
    await tend.tend_requests({})
    await tend.tend_requests({})
    assert (await asking.get(tend, asked)).state is State.NEEDS_PERSON
    assert [name for name, _ in await sent(tend)][-1] == "request_owner_silent"
    assert (await tend.late_by_kind())["owner"] == 0
    async with tend.database.transaction() as session:
        jobs = await session.fetch(text("SELECT 1 FROM jobs.procrastinate_jobs WHERE args::text LIKE '%SL-2026%'"))
    assert len(jobs) == 1
    with pytest.raises(Conflict):
        await answer(tend, asked, Outcome.REMOVED, "", clock.now())


async def test_whoever_runs_this_passes_on_what_names_its_file_badly(tend: Tend):
    asked = await report(tend, "The photo of the party.")
    assert (await asking.prove(tend)).state is State.NEEDS_PERSON
    async with tend.database.transaction() as session:
        request = await tend.requests.get(session, asked.id, is_locked=True)
        with pytest.raises(NotFound):
            await tend.requests.pass_on(session, request, now=tend.clock.now(), url="https://elsewhere.example/x.jpg")
        assert (await tend.requests.pass_on(session, request, now=tend.clock.now(), url=URL)).state is State.ROUTED


async def test_who_takes_it_back_frees_the_owner(tend: Tend):
    asked = await report(tend)
    proved = await asking.prove(tend)
    async with tend.database.transaction() as session:
        await tend.requests.withdraw(session, proved, now=tend.clock.now())
        [relay] = await tend.requests.others.relays.of_account(session, (await owner(tend))[0])
    assert (relay.outcome, relay.is_open) == (Outcome.CLOSED, False)
    with pytest.raises(Conflict):
        await answer(tend, asked, Outcome.REMOVED, "", tend.clock.now())


async def test_an_owner_who_is_gone_cannot_answer(tend: Tend):
    asked = await report(tend)
    await asking.prove(tend)
    async with tend.database.transaction() as session:
        await session.execute(text("DELETE FROM privacy_relays"))
    await tend.tend_requests({})
    assert (await asking.get(tend, asked)).state is State.NEEDS_PERSON


async def test_what_one_owner_did_not_answer_can_be_passed_on_once_more(tend: Tend, clock: StillClock):
    asked = await report(tend)
    await asking.prove(tend)
    clock.advance(timedelta(days=RELAY_DAYS, minutes=1))
    await tend.tend_requests({})
    async with tend.database.transaction() as session:
        request = await tend.requests.get(session, asked.id, is_locked=True)
        again = await tend.requests.pass_on(session, request, now=clock.now(), url=URL)
        [relay] = await tend.requests.others.relays.of_account(session, (await owner(tend))[0])
    assert (again.state, relay.is_open, relay.outcome) == (State.ROUTED, True, None)
    assert relay.due_at == clock.now() + timedelta(days=RELAY_DAYS)
    await answer(tend, asked, Outcome.REMOVED, "", clock.now())
    assert (await asking.get(tend, asked)).state is State.FULFILLED


async def test_a_proof_that_comes_late_passes_it_on_once_more(tend: Tend, clock: StillClock):
    asked = await report(tend)
    key = await asking.newest_key(tend)
    async with tend.database.transaction() as session:
        request = await tend.requests.get(session, asked.id, is_locked=True)
        await tend.requests.pass_on(session, request, now=clock.now())
    clock.advance(timedelta(days=RELAY_DAYS, minutes=1))
    await tend.tend_requests({})
    async with tend.database.transaction() as session:
        assert (await tend.requests.prove(session, key, now=clock.now())).state is State.ROUTED
