"""Of a card whose number somebody writes to us nothing is kept: not in the letter, not in the request (PP-02)."""

import pytest
from sqlalchemy import text

from safelight.kernel.clock import StillClock
from safelight.mail import correspondence
from safelight.mail.desk import Desk
from safelight.ports.database import Database
from safelight.privacy.probes import search_words
from safelight.worker.taking_in import TakeIn
from tests.privacy import asking
from tests.privacy.test_erase import KEYS

CARDS = ("4111111111111111", "4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005")
PLAIN = ("4111111111111112", "1234 5678")
"""Numbers that are of no card."""


@pytest.fixture
def take_in(database: Database, clock: StillClock) -> TakeIn:
    requests = asking.tend_with(database, clock).requests
    return TakeIn(database, KEYS, clock, Desk("privacy@example.com", asking.SENDER), requests, 1000)


@pytest.mark.parametrize("number", CARDS)
@pytest.mark.parametrize("where", ["subject", "text", "html"])
async def test_of_a_card_in_a_letter_nothing_is_kept(database: Database, take_in: TakeIn, number: str, where: str):
    said = {name: f"my card {number} and {PLAIN[1]}" if name == where else "hello" for name in ("subject", "text")}
    body, kind = said["text"], "text/plain"
    if where == "html":
        body, kind = f"<p>my card <b>{number}</b> and {PLAIN[1]}</p>", "text/html"
    head = f"From: ann@example.org\r\nSubject: {said['subject']}\r\nContent-Type: {kind}; charset=utf-8\r\n"
    async with database.transaction() as session:
        taken = await take_in(session, f"{head}\r\n{body}\r\n".encode())
        assert taken.case is not None
        [asked] = await session.fetch(text("SELECT id FROM privacy_requests"))
        letters = await correspondence.of_case(session, KEYS, asked["id"])
        lines = await take_in.requests.lines(session, await take_in.requests.get(session, asked["id"]))
        words = " ".join([*(f"{each.subject} {each.text}" for each in letters), *(f"{each.text}" for each in lines)])
        assert number not in words
        assert number.replace(" ", "").replace("-", "") not in words.replace(" ", "").replace("-", "")
        assert PLAIN[1] in words
        assert await search_words(session, [number]) == []


@pytest.mark.parametrize("number", PLAIN)
async def test_other_numbers_stay(database: Database, take_in: TakeIn, number: str):
    async with database.transaction() as session:
        await take_in(session, f"From: ann@example.org\r\nSubject: hello\r\n\r\ninvoice {number}\r\n".encode())
        [asked] = await session.fetch(text("SELECT id FROM privacy_requests"))
        letters = await correspondence.of_case(session, KEYS, asked["id"])
    assert any(number in each.text for each in letters)
