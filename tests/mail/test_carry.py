"""A letter leaves once, to who wants it; what it said is forgotten, and that it was sent is known for a while."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.mail.model import State
from safelight.ports.mailer import Answer, Outcome


async def rows_of(database) -> str:
    """All that the tables of mail hold, as text."""
    async with database.transaction() as session:
        found = []
        for table in ("letters", "choices", "mail_suppressions"):
            found += [str(dict(row)) for row in await session.fetch(text(f"SELECT * FROM {table}"))]
        return "\n".join(found)


async def test_a_letter_is_sent_once_however_often_its_job_runs(office):
    posted = await office.send()
    assert (posted.state, posted.tries) == (State.SENT, 1)
    await office.carried(posted.id)
    assert office.mailer.tries == 1
    assert office.read(posted.id)["Message-ID"] == f"<{posted.id}@example.org>"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(Outcome.TAKEN, 250, "2.0.0"), State.SENT),
        (Answer(Outcome.UNCLEAR), State.UNCLEAR),
        (Answer(Outcome.NEVER, 550, "5.1.1", is_about_recipient=True), State.BOUNCED),
        (Answer(Outcome.NEVER, 554, "5.7.1"), State.GIVEN_UP),
    ],
)
async def test_when_it_is_over_neither_address_nor_words_are_kept(office, database, answer, state):
    office.mailer.answer = answer
    posted = await office.send(place="a secret place")
    assert (posted.state, posted.to, dict(posted.facts), posted.answer) == (state, None, {}, answer.codes)
    assert posted.address_mark
    assert posted.ended_at
    kept = await rows_of(database)
    assert "ada@" not in kept
    assert "secret place" not in kept


async def test_who_cannot_take_it_now_is_asked_again_until_three_days_are_over(office, clock, jobs):
    office.mailer.answer = Answer(Outcome.LATER, 451)
    posted = await office.send()
    begun, waits = clock.now(), []
    while posted.state is State.WAITING:
        assert posted.to == "ada@example.net"
        waits.append(wait := min(60 * 4 ** len(waits), 6 * 60 * 60))
        clock.advance(timedelta(seconds=wait))
        posted = await office.carried(posted.id)
    assert posted.state is State.GIVEN_UP
    assert timedelta(days=2.5) < clock.now() - begun <= timedelta(days=3)
    assert len([name for name, _ in await jobs() if name == "send_letter"]) == len(waits) + 1


async def test_what_was_in_hand_when_its_worker_died_is_not_sent_again(office, database):
    letter_id = await office.post()
    async with database.transaction() as session:
        await session.execute(text("UPDATE letters SET state = 'handing'"))
    assert (await office.carried(letter_id)).state is State.UNCLEAR
    assert office.mailer.tries == 0


async def test_a_letter_that_nobody_knows_is_no_error(office):
    await office.carry.send_letter({"letter_id": "0" * 32})
    assert office.mailer.tries == 0


async def test_an_hour_has_its_limit_and_what_is_more_waits(office, clock):
    office.set(per_hour=2)
    for name in ("a", "b"):
        assert (await office.send(to=f"{name}@example.net")).state is State.SENT
    posted = await office.send(to="c@example.net")
    assert posted.state is State.WAITING
    clock.advance(timedelta(minutes=61))
    assert (await office.carried(posted.id)).state is State.SENT


async def test_one_address_has_a_limit_of_its_own_and_what_is_more_is_not_sent(office):
    office.set(per_hour_address=2)
    states = [(await office.send(to=to)).state for to in ("a@example.net", "A@example.net", "a@EXAMPLE.net")]
    assert states == [State.SENT, State.SENT, State.TOO_MANY]
    assert (await office.send(to="b@example.net")).state is State.SENT


async def test_an_address_that_bounced_gets_service_letters_alone(office):
    office.mailer.answer = Answer(Outcome.NEVER, 550, "5.1.1", is_about_recipient=True)
    await office.send()
    office.mailer.answer = Answer(Outcome.TAKEN)
    assert (await office.send("notice")).state is State.UNWANTED
    assert (await office.send("reminder")).state is State.UNWANTED
    assert (await office.send("test")).state is State.SENT


async def test_a_mailbox_that_was_full_is_tried_with_the_next_letter(office):
    office.mailer.answer = Answer(Outcome.NEVER, 552, "5.2.2", is_about_recipient=True)
    assert (await office.send("notice")).state is State.BOUNCED
    office.mailer.answer = Answer(Outcome.TAKEN)
    assert (await office.send("notice")).state is State.SENT


async def test_the_log_knows_a_letter_for_180_days(office, clock):
    posted = await office.send()
    for days, is_known in ((179, True), (2, False)):
        clock.advance(timedelta(days=days))
        await office.carry.sweep_letters({})
        assert (await office.find(posted.id) is not None) == is_known
    assert posted.id not in office.mailer.taken


async def test_what_nobody_carries_is_forgotten_after_three_days(office, clock):
    letter_id = await office.post(place="a secret place")
    clock.advance(timedelta(days=3, minutes=1))
    await office.carry.sweep_letters({})
    posted = await office.find(letter_id)
    assert (posted.state, posted.to, dict(posted.facts)) == (State.GIVEN_UP, None, {})
