"""Who refuses letters gets none from that moment on; nobody gets marketing who did not ask for it."""

import pytest

from safelight.kernel.choice import Way
from safelight.kernel.errors import Invalid, NotFound
from safelight.mail import preferences
from safelight.mail.lists import ALL
from safelight.mail.marks import Token, mark_of, read_token, token_text
from safelight.mail.model import State

KINDS = ("test", "reminder", "notice", "news")


async def sent(office, **words) -> set[str]:
    """The templates whose letters leave."""
    return {kind for kind in KINDS if (await office.send(kind, **words)).state is State.SENT}


async def choose(office, user_id="user-one", to="ada@example.net", **wanted) -> None:
    async with office.database.transaction() as session:
        mark = mark_of(office.keys, to)
        await preferences.choose(session, user_id, wanted, address_mark=mark, way=Way.ACCOUNT, now=office.clock.now())


async def refuse(office, token: Token, **words) -> None:
    async with office.database.transaction() as session:
        await preferences.refuse(session, token, way=Way.ONE_CLICK, now=office.clock.now(), **words)


async def test_marketing_goes_to_those_alone_who_asked_for_it(office):
    assert await sent(office, user_id="user-one") == {"test", "reminder", "notice"}
    assert await sent(office) == {"test", "reminder", "notice"}
    await choose(office, news=True)
    assert await sent(office, user_id="user-one") == set(KINDS)


async def test_what_is_refused_is_not_sent_and_service_letters_always_are(office):
    await choose(office, reminders=False, changes=False, usage=False, news=False)
    assert await sent(office, user_id="user-one") == {"test"}


@pytest.mark.parametrize("user_id", [None, "user-one"])
async def test_one_click_ends_exactly_the_list_of_its_letter(office, user_id):
    token = Token(mark_of(office.keys, "ada@example.net"), "reminders", user_id)
    await refuse(office, token)
    await refuse(office, token)
    assert await sent(office, user_id=user_id) == {"test", "notice"}
    assert "reminder" in await sent(office, to="eve@example.net")


async def test_all_lists_can_be_ended_at_once_and_taken_back_one_by_one(office):
    await refuse(office, Token(mark_of(office.keys, "ada@example.net"), "reminders", "user-one"), all_lists=True)
    assert await sent(office, user_id="user-one") == {"test"}
    await choose(office, reminders=True)
    assert await sent(office, user_id="user-one") == {"test", "reminder"}
    # The address that belongs to nobody keeps what it said of the other lists.
    assert await sent(office) == {"test", "reminder"}


async def test_who_said_something_is_told_when(office):
    await choose(office, news=True)
    async with office.database.transaction() as session:
        told = {each.list.name: each for each in await preferences.choices(session, "user-one", office.clock.now())}
    assert told["news"].is_wanted
    assert told["news"].changed_at == office.clock.now()
    assert (told["reminders"].is_wanted, told["reminders"].changed_at) == (True, None)


async def test_a_list_that_is_none_is_refused(office):
    with pytest.raises(Invalid, match="reminders"):
        await choose(office, gossip=True)


def test_a_token_says_nothing_and_cannot_be_made_up(office):
    token = Token(mark_of(office.keys, "ada@example.net"), ALL, "user-one")
    made = {token_text(office.keys, token) for _ in range(3)}
    assert len(made) == 3
    assert {read_token(office.keys, each) for each in made} == {token}
    assert not any("ada" in each or "user" in each for each in made)
    for wrong in ("", "x", "ä", made.pop()[:-4], "A" * 200, "A" * 5000):
        with pytest.raises(NotFound):
            read_token(office.keys, wrong)


async def test_an_address_that_was_proved_is_written_to_again(office):
    mark = mark_of(office.keys, "ada@example.net")
    async with office.database.transaction() as session:
        await preferences.note_bounce(session, mark, office.clock.now())
        assert await preferences.has_bounced(session, mark)
        await preferences.forget_bounce(session, mark)
        assert not await preferences.has_bounced(session, mark)
