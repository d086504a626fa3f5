"""A letter to the address of privacy: a request with a number, one answer, and never a circle."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import text

from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Invalid, TooMany
from safelight.mail import correspondence
from safelight.mail.correspondence import Direction
from safelight.mail.desk import Desk
from safelight.mail.model import ANSWERS
from safelight.ports.arrivals import Came
from safelight.ports.database import Database
from safelight.privacy.request import Kind, Request, State
from safelight.worker.taking_in import LETTERS_DAY_MAX, OPENED_DAY_MAX, TakeIn, Taken
from tests.privacy import asking
from tests.privacy.test_erase import KEYS

ANN = "ann@example.net"


@pytest.fixture
def take_in(database: Database, clock: StillClock) -> TakeIn:
    requests = asking.tend_with(database, clock).requests
    return TakeIn(database, KEYS, clock, Desk("privacy@example.com", asking.SENDER), requests, 1000)


def letter(words: str = "Please delete all my data.", **heads: str) -> bytes:
    made = EmailMessage()
    for name, value in {"From": ANN, "Subject": "hello", "Message_ID": "<one@example.net>", **heads}.items():
        if value:
            made[name.replace("_", "-")] = value
    made.set_content(words)
    return bytes(made)


async def take(take_in: TakeIn, raw: bytes) -> Taken:
    async with take_in.database.transaction() as session:
        return await take_in(session, raw)


async def asked(take_in: TakeIn) -> list[Request]:
    async with take_in.database.transaction() as session:
        return await take_in.requests.list(session, only_open=False)


async def posted(take_in: TakeIn) -> list[tuple[str, str, str]]:
    async with take_in.database.transaction() as session:
        return [(name, to, facts[ANSWERS]) for name, to, facts in await asking.letters(session)]


async def test_a_letter_opens_a_request_and_is_answered_below_it(take_in: TakeIn):
    taken = await take(take_in, letter(References="<before@example.net>"))
    assert taken.case == "SL-2026-000001"
    (request,) = await asked(take_in)
    assert (request.kind, request.state, request.channel) == (Kind.ERASURE, State.IDENTITY_PENDING, "mail")
    assert request.text == "hello\n\nPlease delete all my data."
    assert await posted(take_in) == [("request_confirm", ANN, "one@example.net before@example.net")]
    async with take_in.database.transaction() as session:
        out, came = sorted(await correspondence.of_case(session, KEYS, request.id), key=lambda each: each.direction)[
            ::-1
        ]
    assert (out.direction, came.direction) == (Direction.OUT, Direction.IN)
    assert (came.address, came.text, came.case_number) == (ANN, "Please delete all my data.", "SL-2026-000001")
    assert "SL-2026-000001" in out.subject
    assert "key=" not in out.text


async def test_its_words_lie_nowhere_in_the_clear(take_in: TakeIn):
    await take(take_in, letter("canary words, delete my data"))
    async with take_in.database.transaction() as session:
        rows = [str(dict(row)) for row in await session.fetch(text("SELECT * FROM messages"))]
    assert rows
    assert not any("canary" in row or ANN in row for row in rows)


async def test_the_same_letter_twice_is_one(take_in: TakeIn):
    await take(take_in, letter())
    assert (await take(take_in, letter())).case is None
    await take(take_in, letter(Message_ID=""))
    await take(take_in, letter(Message_ID=""))
    assert len(await asked(take_in)) == 2


async def test_an_answer_goes_on_with_its_request_and_is_not_answered(take_in: TakeIn):
    await take(take_in, letter())
    async with take_in.database.transaction() as session:
        sent = (await correspondence.of_case(session, KEYS, (await take_in.requests.list(session))[0].id))[0]
    by_id = letter("and my photos", Message_ID="<2@x>", In_Reply_To=f"<{sent.message_id}>")
    by_number = letter("and my keys", Message_ID="<3@x>", Subject="Re: [SL-2026-000001]")
    assert [(await take(take_in, raw)).case for raw in (by_id, by_number)] == ["SL-2026-000001"] * 2
    (request,) = await asked(take_in)
    async with take_in.database.transaction() as session:
        lines = await take_in.requests.lines(session, request)
    assert [line.text for line in lines] == ["hello\n\nand my photos", "Re: [SL-2026-000001]\n\nand my keys"]
    assert len(await posted(take_in)) == 1


async def test_nobody_gets_into_a_request_of_another_address(take_in: TakeIn):
    await take(take_in, letter())
    raw = letter("me too", From="eve@example.net", Message_ID="<e@x>", Subject="Re: [SL-2026-000001]",
                 In_Reply_To="<one@example.net>")  # fmt: skip
    assert (await take(take_in, raw)).case == "SL-2026-000002"
    assert len(await asked(take_in)) == 2


async def test_whoever_wants_no_letters_gets_none_from_now_on(take_in: TakeIn):
    await take(take_in, letter("unsubscribe"))
    (request,) = await asked(take_in)
    assert (request.kind, request.state) == (Kind.OPT_OUT, State.FULFILLED)
    assert [name for name, _, _ in await posted(take_in)] == ["request_done"]
    async with take_in.database.transaction() as session:
        (row,) = await session.fetch(text("SELECT list, reason FROM mail_suppressions"))
    assert (row["list"], row["reason"]) == ("*", "refused")


@pytest.mark.parametrize(
    "heads",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<l.example.org>"},
        {"Return_Path": "<>"},
        {"From": "mailer-daemon@example.net"},
    ],
)
async def test_machines_are_never_answered(take_in: TakeIn, heads: dict[str, str]):
    assert (await take(take_in, letter("I am away until Monday.", **heads))).case is None
    assert (await asked(take_in), await posted(take_in)) == ([], [])
    # What somebody asks through one is read by a person.
    await take(take_in, letter("Please delete my data.", **{"Message_ID": "<2@x>", **heads}))
    assert [(each.kind, each.state) for each in await asked(take_in)] == [(Kind.QUESTION, State.NEEDS_PERSON)]
    assert await posted(take_in) == []


@pytest.mark.parametrize("own", ["privacy@example.com", "letters@example.com", "BOUNCES@Example.com"])
async def test_our_own_letters_that_come_round_are_dropped(take_in: TakeIn, own: str):
    assert (await take(take_in, letter(From=own))).case is None
    assert await asked(take_in) == []


async def test_two_that_answer_each_other_come_to_an_end(take_in: TakeIn, clock: StillClock):
    """A machine that says nothing of itself answers each letter with a new one."""
    for number in range(OPENED_DAY_MAX):
        await take(take_in, letter(Message_ID=f"<{number}@x>"))
    with pytest.raises(TooMany):
        await take(take_in, letter(Message_ID="<more@x>"))
    assert len(await posted(take_in)) == OPENED_DAY_MAX
    # It may go on with what is there, for a while.
    for number in range(LETTERS_DAY_MAX - OPENED_DAY_MAX):
        await take(take_in, letter(Message_ID=f"<r{number}@x>", Subject="SL-2026-000001"))
    with pytest.raises(TooMany):
        await take(take_in, letter(Message_ID="<r@x>", Subject="SL-2026-000001"))
    assert len(await posted(take_in)) == OPENED_DAY_MAX
    clock.advance(timedelta(days=1, seconds=1))
    assert (await take(take_in, letter(Message_ID="<more@x>"))).case is not None


async def test_after_its_term_nothing_of_a_thread_is_left(take_in: TakeIn, clock: StillClock):
    await take(take_in, letter())
    counts: list[int] = []
    for days in (correspondence.SILENT_DAYS - 1, 2, correspondence.KEPT_DAYS - 2, 3):
        clock.advance(timedelta(days=days))
        async with take_in.database.transaction() as session:
            await correspondence.sweep(session, clock.now())
            counts.append(len(await session.fetch(text("SELECT id FROM messages"))))
    assert counts == [2, 2, 2, 0]


async def test_what_was_brought_is_kept_when_it_returns(take_in: TakeIn):
    await take_in.take(Came(ANN, letter()))
    assert len(await asked(take_in)) == 1
    with pytest.raises(Invalid):
        await take_in.take(Came(ANN, b"nothing"))


@pytest.mark.parametrize(
    ("address", "contact", "is_taken"),
    [
        ("privacy@example.com", "privacy@example.com", True),
        ("Privacy+SL-2026-000001@EXAMPLE.com", "privacy@example.com", True),
        ("bounces@example.com", "privacy@example.com", True),
        ("letters@example.com", "privacy@example.com", True),
        ("ann@example.com", "privacy@example.com", False),
        ("privacy@elsewhere.example", "privacy@example.com", False),
        ("privacy@elsewhere.example", "", True),
        ("ann@elsewhere.example", "", False),
        ("privacy", "", False),
        ("", "", False),
    ],
)
def test_letters_are_taken_for_our_own_addresses_alone(address: str, contact: str, is_taken: bool):
    assert Desk(contact, asking.SENDER).takes(address) is is_taken
