"""A letter is written down with what caused it, or not at all."""

import pytest

from safelight.kernel.errors import Conflict
from safelight.mail.model import Letter, LetterClass
from safelight.mail.send import post

LETTER = Letter("test", LetterClass.SERVICE, "ada@example.org", "de", {"place": "Safelight"}, "user-one")


async def test_a_letter_waits_and_its_sending_is_asked_for(database, clock, jobs):
    async with database.transaction() as session:
        letter_id = await post(session, LETTER, now=clock.now())
    assert await jobs() == [("send_letter", {"letter_id": letter_id})]


async def test_what_is_taken_back_is_never_sent(database, clock, jobs):
    async def fail() -> None:
        async with database.transaction() as session:
            await post(session, LETTER, now=clock.now())
            raise Conflict("Somebody else was quicker")

    with pytest.raises(Conflict):
        await fail()
    assert await jobs() == []
