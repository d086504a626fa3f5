"""What becomes of a request: who proves who they are is answered, a stranger learns nothing, and time is kept."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Conflict, Gone, Invalid, NotFound, TooMuch
from safelight.ports.database import Database
from safelight.privacy.erasure import State as Erased
from safelight.privacy.others import Known
from safelight.privacy.policy import Controller
from safelight.privacy.request import Channel, Direction, Kind, Proof, Reason, State
from safelight.privacy.room import OPEN_MAX
from safelight.privacy.tending import Tend
from tests.privacy import asking, filling
from tests.privacy.test_erase import KEYS

STRANGER = "nobody@elsewhere.example"


@pytest.fixture
def tend(database: Database, clock: StillClock) -> Tend:
    return asking.tend_with(database, clock)


async def ann_of(tend: Tend, word: str = "canaryann") -> filling.Somebody:
    ann = filling.somebody(word)
    async with tend.database.transaction() as session:
        await filling.fill(session, ann, KEYS, tend.clock.now())
        # Of her there is no request yet, and no letter.
        await session.execute(text("DELETE FROM privacy_requests"))
        await session.execute(text("DELETE FROM privacy_relays"))
        await session.execute(text("DELETE FROM letters"))
        await session.execute(text("UPDATE users SET language = 'en', role = 'master_admin'"))
    return ann


async def kinds_in_ledger(tend: Tend) -> list[str]:
    async with tend.database.transaction() as session:
        rows = await session.fetch(text("SELECT body FROM ledger_entries ORDER BY seq"))
    return [json.loads(row["body"])["type"] for row in rows]


async def test_a_stranger_and_a_customer_are_told_the_same(tend: Tend):
    """The same state, the same letter, and no look for who has the address before it is proved."""
    ann = await ann_of(tend)
    known, unknown = await asking.ask(tend, ann.email), await asking.ask(tend, STRANGER)
    told = [(each.state, each.due_at, each.user_id, each.account_id) for each in (known, unknown)]
    assert told == [(State.IDENTITY_PENDING, None, "", "")] * 2
    async with tend.database.transaction() as session:
        written = await asking.letters(session)
    assert [(template, to) for template, to, _ in written] == [
        ("request_confirm", ann.email),
        ("request_confirm", STRANGER),
    ]
    assert [{*facts} for _, _, facts in written] == [{*written[0][2]}] * 2
    assert (known.case, unknown.case) == ("SL-2026-000001", "SL-2026-000002")


async def test_whoever_proves_it_gets_everything(tend: Tend):
    ann = await ann_of(tend)
    asked = await asking.ask(tend, ann.email.upper(), Kind.ACCESS, text="All of it, please.")
    proved = await asking.prove(tend)
    assert (proved.state, proved.proof, proved.user_id) == (State.EXECUTING, Proof.LINK, ann.user_id)
    assert proved.due_at is not None
    assert proved.text == "All of it, please."
    assert (await asking.prove(tend)).state is State.EXECUTING
    await tend.close_exported({"export_id": proved.export_id})
    await tend.close_exported({"export_id": proved.export_id})
    done = await asking.get(tend, asked)
    assert (done.state, done.due_at) == (State.FULFILLED, None)
    kinds = await kinds_in_ledger(tend)
    assert [kind for kind in kinds if kind.startswith("request.")] == [
        "request.opened", "request.verified", "request.step", "request.fulfilled",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [Kind.ACCESS, Kind.PORTABILITY, Kind.ERASURE])
async def test_who_has_nothing_here_is_told_so_after_the_proof(tend: Tend, kind: Kind):
    await asking.ask(tend, STRANGER, kind)
    proved = await asking.prove(tend)
    assert proved.state is State.NO_DATA
    async with tend.database.transaction() as session:
        assert [name for name, _, _ in await asking.letters(session)] == ["request_confirm", "request_no_data"]


async def test_an_erasure_waits_for_a_person_and_for_its_last_letter(tend: Tend, clock: StillClock):
    ann = await ann_of(tend)
    asked = await asking.ask(tend, ann.email, Kind.ERASURE)
    proved = await asking.prove(tend)
    assert proved.state is State.NEEDS_PERSON
    async with tend.database.transaction() as session:
        await tend.requests.approve(session, proved, now=clock.now())
    key = await asking.newest_key(tend)
    await tend.tend_requests({})
    assert (await asking.get(tend, asked)).state is State.APPROVED
    async with tend.database.transaction() as session:
        await session.execute(text("UPDATE letters SET state = 'sent', address = NULL"))
    await tend.tend_requests({})
    under_way = await asking.get(tend, asked)
    assert under_way.state is State.EXECUTING
    assert (await tend.requests.erase.run(under_way.erasure_id)).state is Erased.DONE
    await tend.tend_requests({})
    async with tend.database.transaction() as session:
        done = await tend.requests.shown(session, key)
    # Nobody knows any more who it was; who has the letter sees how it ended.
    assert (done.state, done.email, done.user_id, done.text) == (State.PARTLY_FULFILLED, "", "", "")
    assert await tend.requests.erase.receipt(done.erasure_id)


async def test_letters_are_off_at_once_and_without_a_proof(tend: Tend):
    done = await asking.ask(tend, STRANGER, Kind.OPT_OUT, channel=Channel.MAIL)
    assert done.state is State.FULFILLED
    async with tend.database.transaction() as session:
        rows = await session.fetch(text("SELECT list, reason FROM mail_suppressions"))
        assert [(row["list"], row["reason"]) for row in rows] == [("*", "refused")]
        assert [name for name, _, _ in await asking.letters(session)] == ["request_done"]


@pytest.mark.parametrize("kind", [Kind.RECTIFICATION, Kind.RESTRICTION, Kind.OBJECTION, Kind.QUESTION])
async def test_what_no_program_can_answer_waits_for_a_person(tend: Tend, kind: Kind):
    ann = await ann_of(tend)
    by = Known(ann.account_id, ann.user_id, ann.email)
    request = await asking.ask(tend, ann.email, kind, by=by, proof=Proof.SESSION, channel=Channel.ACCOUNT)
    assert (request.state, request.proof, request.user_id) == (State.NEEDS_PERSON, Proof.SESSION, ann.user_id)
    assert request.due_at is not None
    answered = asking.answering_with(tend)
    async with tend.database.transaction() as session:
        closed = await answered.answer(session, request, "Done.", now=tend.clock.now(), close=State.FULFILLED)
        assert [(line.direction, line.text) for line in await tend.requests.lines(session, closed)] == [
            (Direction.OUT, "Done.")
        ]
        with pytest.raises(Conflict):
            await answered.answer(session, closed, "Once more.", now=tend.clock.now(), close=State.FULFILLED)


async def test_one_who_was_refused_is_told_where_to_go_from_there(tend: Tend):
    ann = await ann_of(tend)
    by = Known(ann.account_id, ann.user_id, ann.email)
    request = await asking.ask(tend, ann.email, Kind.RESTRICTION, by=by, proof=Proof.SESSION, language="de")
    async with tend.database.transaction() as session:
        nobody = asking.answering_with(tend, Controller("Example Ltd", "1 Way", "privacy@example.com"))
        with pytest.raises(Invalid, match=r"controller\.authority"):
            await nobody.deny(session, request, Reason.HOLD, "Ein Gesetz.", now=tend.clock.now())
        denied = await asking.answering_with(tend).deny(
            session, request, Reason.HOLD, "Das Steuerrecht.", now=tend.clock.now()
        )
        assert (denied.state, denied.reason) == (State.DENIED, Reason.HOLD)
        name, _, facts = (await asking.letters(session))[-1]
    assert (name, facts["authority"]) == ("request_denied", "BfDI https://bfdi")
    assert facts["reason"] == "Das Steuerrecht."
    assert "Gericht" in facts["court"]


async def test_it_is_put_off_once_and_who_asks_is_told_why(tend: Tend):
    ann = await ann_of(tend)
    by = Known(ann.account_id, ann.user_id, ann.email)
    request = await asking.ask(tend, ann.email, Kind.OBJECTION, by=by, proof=Proof.SESSION)
    answering = asking.answering_with(tend)
    async with tend.database.transaction() as session:
        later = await answering.extend(session, request, "There is a lot of it.", now=tend.clock.now())
        assert request.due_at
        assert later.due_at
        assert later.due_at > request.due_at + timedelta(days=50)
        with pytest.raises(Conflict, match="twice"):
            await answering.extend(session, later, "Still.", now=tend.clock.now())
        assert (await asking.letters(session))[-1][2]["reason"] == "There is a lot of it."


async def test_nobody_answers_a_stranger_before_the_proof(tend: Tend):
    request = await asking.ask(tend, STRANGER, Kind.RESTRICTION)
    answering = asking.answering_with(tend)
    async with tend.database.transaction() as session:
        for act in (
            answering.answer(session, request, "Dear Ann", now=tend.clock.now()),
            answering.extend(session, request, "It is much.", now=tend.clock.now()),
        ):
            with pytest.raises(Conflict, match="proved"):
                await act
        await answering.deny(session, request, Reason.INSUF_VERIFICATION, "No proof.", now=tend.clock.now())
        assert len(await asking.letters(session)) == 1


async def test_who_proves_nothing_is_let_go_without_a_letter(tend: Tend, clock: StillClock):
    request = await asking.ask(tend, STRANGER)
    key = await asking.newest_key(tend)
    clock.advance(timedelta(days=31))
    await tend.tend_requests({})
    gone = await asking.get(tend, request)
    assert (gone.state, gone.email, gone.text) == (State.EXPIRED, "", "")
    async with tend.database.transaction() as session:
        assert len(await asking.letters(session)) == 1
        with pytest.raises(Gone):
            await tend.requests.prove(session, key, now=clock.now())


async def test_whoever_runs_it_is_told_before_it_is_too_late_and_when_it_is(tend: Tend, clock: StillClock):
    ann = await ann_of(tend)
    by = Known(ann.account_id, ann.user_id, ann.email)
    request = await asking.ask(tend, ann.email, Kind.OBJECTION, by=by, proof=Proof.SESSION)
    assert request.due_at
    told: list[int] = []
    for days in (-8, -6, -5, -1, 1, 2):
        clock.set(request.due_at + timedelta(days=days))
        await tend.tend_requests({})
        async with tend.database.transaction() as session:
            rows = await session.fetch(
                text("SELECT 1 FROM jobs.procrastinate_jobs WHERE task_name = 'privacy.RequestsDue'")
            )
            names = await session.fetch(text("SELECT task_name FROM jobs.procrastinate_jobs"))
            told.append(sum("equests" in row["task_name"] and "ue" in row["task_name"] for row in names) or len(rows))
    assert told == [0, 1, 1, 2, 3, 3]
    async with tend.database.transaction() as session:
        assert await tend.late(session) == 1
    assert "request.overdue" in await kinds_in_ledger(tend)


async def test_what_was_answered_goes_after_its_time(tend: Tend, clock: StillClock):
    request = await asking.ask(tend, STRANGER, Kind.QUESTION, text="Who are you?")
    async with tend.database.transaction() as session:
        await asking.answering_with(tend).answer(
            session, request, "Example Ltd.", now=clock.now(), close=State.FULFILLED
        )
    clock.advance(timedelta(days=730))
    await tend.sweep_requests({})
    assert (await asking.get(tend, request)).email == STRANGER
    clock.advance(timedelta(days=2))
    await tend.sweep_requests({})
    with pytest.raises(NotFound):
        await asking.get(tend, request)
    async with tend.database.transaction() as session:
        assert await session.fetch(text("SELECT 1 FROM privacy_request_lines")) == []


async def test_words_and_addresses_lie_sealed(tend: Tend):
    await asking.ask(tend, STRANGER, Kind.QUESTION, text="kanarienvogel", subject_hint="spatz")
    async with tend.database.transaction() as session:
        [row] = await session.fetch(text("SELECT row_to_json(r)::text AS said FROM privacy_requests r"))
        [listed] = await tend.requests.list(session)
    assert not {word for word in (STRANGER, "kanarienvogel", "spatz") if word in row["said"]}
    assert (listed.email, listed.text, listed.hint) == (STRANGER, "kanarienvogel", "spatz")


async def test_there_are_limits(tend: Tend):
    ann = await ann_of(tend)
    by = Known(ann.account_id, ann.user_id, ann.email)
    for number in range(OPEN_MAX):
        await asking.ask(tend, ann.email, Kind.QUESTION, by=by, proof=Proof.SESSION, text=f"Who? ({number})")
    with pytest.raises(TooMuch, match=str(OPEN_MAX)):
        await asking.ask(tend, ann.email, Kind.QUESTION, by=by, proof=Proof.SESSION)
    with pytest.raises(TooMuch):
        await asking.ask(tend, STRANGER, Kind.QUESTION, text="x" * 10_001)
    with pytest.raises(Invalid):
        await asking.ask(tend, "no address", Kind.QUESTION)
    with pytest.raises(Invalid, match="gdpr"):
        await asking.ask(tend, STRANGER, regime="moon")


async def test_a_request_is_found_by_its_case_number(tend: Tend):
    request = await asking.ask(tend, STRANGER, Kind.QUESTION)
    async with tend.database.transaction() as session:
        for word in (request.case, request.case.lower(), "SL-2026-1", request.id):
            assert (await tend.requests.named(session, word)).id == request.id
        for word in ("SL-2026-000002", "SL-2027-000001", "SL-x-1", "", "-", "SL-999999999999-1"):
            with pytest.raises(NotFound):
                await tend.requests.named(session, word)
        taken = await tend.requests.withdraw(session, request, now=tend.clock.now())
        assert taken.state is State.WITHDRAWN
        # As it stands now, and not as somebody read it a while ago.
        with pytest.raises(Conflict, match=f"too late to take back the request {request.case}"):
            await tend.requests.withdraw(session, request, now=tend.clock.now())
