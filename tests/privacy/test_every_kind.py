"""Every kind of request comes to a true end: at once, by a letter, by a person, after a copy, or with another."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Conflict, TooMany, WrongField
from safelight.ports.database import Database
from safelight.privacy import verify
from safelight.privacy.others import Known
from safelight.privacy.request import CHOICES, TOLD, Channel, Direction, Kind, Proof, Reason, Request, State
from safelight.privacy.room import ASKED_DAY_MAX
from safelight.privacy.tending import COPY_DAYS, Tend
from tests.privacy import asking, filling
from tests.privacy.test_requests import STRANGER, ann_of


@pytest.fixture
def tend(database: Database, clock: StillClock) -> Tend:
    return asking.tend_with(database, clock)


def by(ann: filling.Somebody) -> dict[str, object]:
    return {"by": Known(ann.account_id, ann.user_id, ann.email), "proof": Proof.SESSION, "channel": Channel.ACCOUNT}


async def letters(tend: Tend) -> list[str]:
    async with tend.database.transaction() as session:
        return [name for name, _, _ in await asking.letters(session)]


async def closed(tend: Tend, request: Request) -> bool:
    """Whether every letter about it has a term that runs."""
    async with tend.database.transaction() as session:
        rows = await session.fetch(text("SELECT closed_at FROM messages WHERE case_id = :id").bindparams(id=request.id))
    return bool(rows) and all(row["closed_at"] for row in rows)


@pytest.mark.parametrize("kind", sorted(CHOICES))
async def test_choices_hold_at_once_for_whoever_asks(tend: Tend, kind: Kind):
    """Whether we know the address or not, the answer is the same."""
    ann = await ann_of(tend)
    done = [await asking.ask(tend, email, kind) for email in (ann.email, STRANGER)]
    assert [each.state for each in done] == [State.FULFILLED] * 2
    name = "request_done" if kind is Kind.OPT_OUT else "request_chosen"
    assert await letters(tend) == [name] * 2
    assert await closed(tend, done[0])
    async with tend.database.transaction() as session:
        chosen = await session.fetch(text("SELECT kind FROM choices WHERE kind <> 'letters' AND way = 'request'"))
    assert bool(chosen) == (kind is not Kind.OPT_OUT)


@pytest.mark.parametrize("kind", sorted(TOLD))
async def test_what_a_program_can_tell_is_told_by_a_letter(tend: Tend, kind: Kind):
    ann = await ann_of(tend)
    done = await asking.ask(tend, ann.email, kind, text="I was never there.", **by(ann))
    assert done.state is State.FULFILLED
    assert await letters(tend) == ["request_answer"]
    async with tend.database.transaction() as session:
        [line] = await tend.requests.lines(session, done)
    assert line.direction is Direction.OUT
    expected = {
        Kind.ACCESS_CATEGORIES: "Nobody outside of this installation gets them.",
        Kind.SHINE_THE_LIGHT: "In 2025 nothing about you was passed on",
        Kind.AUTOMATED_DECISION_INFO: "made here by a program alone",
        Kind.AMENDMENT: "Your statement is kept with your data",
    }[kind]
    assert expected in line.text
    if kind is Kind.ACCESS_CATEGORIES:
        assert ann.email not in line.text
        assert line.text.count("\n- ") > 10


async def test_a_statement_stays_as_long_as_the_data(tend: Tend, clock: StillClock):
    ann = await ann_of(tend)
    kept = await asking.ask(tend, ann.email, Kind.AMENDMENT, text="I disagree.", **by(ann))
    with pytest.raises(WrongField):
        await asking.ask(tend, ann.email, Kind.AMENDMENT, **by(ann))
    clock.advance(timedelta(days=1000))
    await tend.sweep_requests({})
    assert (await asking.get(tend, kept)).text == "I disagree."


@pytest.mark.parametrize("kind", [Kind.RESTRICTION, Kind.OBJECTION])
async def test_until_somebody_decides_the_data_rest(tend: Tend, kind: Kind):
    ann = await ann_of(tend)
    request = await asking.ask(tend, ann.email, kind, text="Stop.", **by(ann))
    assert request.state is State.NEEDS_PERSON
    assert await letters(tend) == ["request_paused"]
    async with tend.database.transaction() as session:
        assert await session.fetch(text("SELECT 1 FROM choices WHERE kind = 'disclosure' AND state = 'refused'"))
        assert await session.fetch(text("SELECT 1 FROM mail_suppressions WHERE list = '*'"))


async def test_the_same_again_is_one(tend: Tend):
    ann = await ann_of(tend)
    first = await asking.ask(tend, ann.email, Kind.RECTIFICATION, text="My name is Anne.", **by(ann))
    again = await asking.ask(tend, ann.email, Kind.RECTIFICATION, text="my name  is anne.", **by(ann))
    other = await asking.ask(tend, ann.email, Kind.RECTIFICATION, text="My street is wrong.", **by(ann))
    assert (again.state, again.refers_to, other.state) == (State.DUPLICATE, first.id, State.NEEDS_PERSON)
    async with tend.database.transaction() as session:
        told = {name: facts for name, _, facts in await asking.letters(session)}
    assert told["request_duplicate"]["number"] == first.case


async def test_what_was_asked_three_times_and_proved_once_is_one(tend: Tend):
    """And who only asks about an address learns nothing of what was asked before."""
    ann = await ann_of(tend)
    made = [await asking.ask(tend, ann.email, Kind.ACCESS) for _ in range(3)]
    assert {each.state for each in made} == {State.IDENTITY_PENDING}
    proved = await asking.prove(tend)
    assert proved.state is State.EXECUTING
    others = [await asking.get(tend, each) for each in made[:2]]
    assert [(each.state, each.refers_to) for each in others] == [(State.DUPLICATE, proved.id)] * 2
    stranger = await asking.ask(tend, ann.email, Kind.ACCESS)
    assert (stranger.state, stranger.refers_to) == (State.IDENTITY_PENDING, "")


async def test_the_copy_comes_before_the_erasure(tend: Tend, clock: StillClock):
    ann = await ann_of(tend)
    asked = await asking.ask(tend, ann.email, Kind.ERASURE, wants_copy=True, **by(ann))
    assert (asked.state, bool(asked.export_id)) == (State.NEEDS_PERSON, True)
    async with tend.database.transaction() as session:
        waits = await tend.requests.approve(session, asked, now=clock.now())
        assert waits.state is State.WAITING
        with pytest.raises(Conflict):
            await tend.requests.begin(session, waits, now=clock.now())
    await tend.tend_requests({})
    assert (await asking.get(tend, asked)).begins_at is None
    await tend.requests.export.export_subject({"id": asked.export_id})
    await tend.close_exported({"export_id": asked.export_id})
    await tend.tend_requests({})
    ready = await asking.get(tend, asked)
    assert (ready.state, ready.begins_at) == (State.WAITING, clock.now() + timedelta(days=COPY_DAYS))
    assert (await letters(tend))[-2:] == ["request_waiting", "request_copy_first"]
    clock.advance(timedelta(days=COPY_DAYS - 1))
    await tend.tend_requests({})
    assert (await asking.get(tend, asked)).state is State.WAITING
    clock.advance(timedelta(days=1))
    await tend.tend_requests({})
    assert (await asking.get(tend, asked)).state is State.APPROVED


async def test_who_has_the_copy_may_say_go_on(tend: Tend, clock: StillClock):
    """The copy may be one that was asked for apart."""
    ann = await ann_of(tend)
    copy = await asking.ask(tend, ann.email, Kind.ACCESS, **by(ann))
    erasure = await asking.ask(tend, ann.email, Kind.ERASURE, **by(ann))
    async with tend.database.transaction() as session:
        waits = await tend.requests.approve(session, erasure, now=clock.now())
    assert (waits.state, waits.refers_to) == (State.WAITING, copy.id)
    await tend.requests.export.export_subject({"id": copy.export_id})
    await tend.close_exported({"export_id": copy.export_id})
    await tend.tend_requests({})
    async with tend.database.transaction() as session:
        ready = await tend.requests.get(session, erasure.id, is_locked=True)
        assert (await tend.requests.begin(session, ready, now=clock.now())).state is State.APPROVED


async def test_who_was_refused_asks_somebody_else_to_look(tend: Tend):
    ann = await ann_of(tend)
    asked = await asking.ask(tend, ann.email, Kind.RESTRICTION, text="Stop.", **by(ann))
    async with tend.database.transaction() as session:
        answering = asking.answering_with(tend)
        denied = await answering.deny(session, asked, Reason.CLAIM_NOT_COVERED, "No.", now=tend.clock.now())
        with pytest.raises(WrongField):
            await tend.requests.appeal(session, denied, " ", now=tend.clock.now())
        appeal = await tend.requests.appeal(session, denied, "I do not agree.", now=tend.clock.now())
    assert (appeal.kind, appeal.state, appeal.refers_to) == (Kind.APPEAL, State.NEEDS_PERSON, denied.id)
    named = await asking.ask(tend, ann.email, Kind.APPEAL, text=f"About {denied.case}: you are wrong.", **by(ann))
    assert named.refers_to == denied.id


async def test_a_receipt_is_written_for_what_was_carried_out(tend: Tend, tmp_path):
    ann = await ann_of(tend)
    by_ann = await asking.ask(tend, ann.email, Kind.AUTOMATED_DECISION_INFO, **by(ann))
    by_nobody = await asking.ask(tend, STRANGER, Kind.OPT_OUT)
    copy = await asking.ask(tend, ann.email, Kind.ACCESS, **by(ann))
    await tend.tend_requests({})
    await tend.tend_requests({})
    for request, kind in ((by_ann, "information"), (by_nobody, "optout")):
        found = await asking.get(tend, request)
        assert found.has_receipt
        async with tend.database.transaction() as session:
            made = await tend.requests.receipt(session, found)
        told = json.loads(made)
        assert (told["claims"]["type"], told["claims"]["case"]) == (kind, request.case)
        path = tmp_path / "receipt.json"
        path.write_bytes(made)
        assert verify.main([str(path)]) == 0
    # A copy has its own within it.
    assert not (await asking.get(tend, copy)).has_receipt
    async with tend.database.transaction() as session:
        assert len(await session.fetch(text("SELECT 1 FROM ledger_entries WHERE body LIKE '%request.receipt%'"))) == 2


async def test_a_thread_is_closed_with_its_request_and_opens_again(tend: Tend):
    ann = await ann_of(tend)
    asked = await asking.ask(tend, ann.email, Kind.RECTIFICATION, text="Anne.", **by(ann))
    assert not await closed(tend, asked)
    async with tend.database.transaction() as session:
        answering = asking.answering_with(tend)
        await answering.deny(session, asked, Reason.NO_MATCH, "It is right.", now=tend.clock.now())
    assert await closed(tend, asked)
    async with tend.database.transaction() as session:
        await tend.requests.post(session, asked, "request_answer", tend.clock.now(), text="Once more.")
    assert not await closed(tend, asked)


async def test_that_it_came_in_is_said_in_time_where_a_law_wants_it(tend: Tend, clock: StillClock):
    asked = await asking.ask(tend, STRANGER, country="US")
    assert asked.confirm_by is not None
    clock.set(asked.confirm_by - timedelta(days=1))
    await tend.tend_requests({})
    async with tend.database.transaction() as session:
        jobs = await session.fetch(text("SELECT args FROM jobs.procrastinate_jobs WHERE args::text LIKE '%SL-2026%'"))
    assert len(jobs) == 1
    clock.set(asked.confirm_by + timedelta(hours=1))
    assert (await tend.late_by_kind())["confirmation"] == 1
    async with tend.database.transaction() as session:
        await session.execute(text("UPDATE letters SET state = 'sent', address = NULL"))
    await tend.tend_requests({})
    assert (await asking.get(tend, asked)).confirmed_at is not None
    assert (await tend.late_by_kind())["confirmation"] == 0


async def test_nobody_fills_a_mailbox_with_requests(tend: Tend, clock: StillClock):
    for _ in range(ASKED_DAY_MAX):
        await asking.ask(tend, STRANGER, Kind.QUESTION)
    with pytest.raises(TooMany):
        await asking.ask(tend, STRANGER.upper(), Kind.ACCESS)
    clock.advance(timedelta(days=1, minutes=1))
    assert (await asking.ask(tend, STRANGER)).state is State.IDENTITY_PENDING


async def test_letters_that_nobody_sees_are_not_kept(tend: Tend):
    said = await asking.ask(tend, STRANGER, Kind.QUESTION, text="a\x00b\u202ec\ud800d\n\te", subject_hint="x\x1by")
    assert (said.text, said.hint) == ("abcd\n\te", "xy")
