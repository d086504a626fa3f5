"""Of whom a hold or a case is, as somebody who runs the installation says it."""

import pytest

from safelight.accounts import owners
from safelight.boot import holding
from safelight.kernel.errors import Invalid, NotFound
from safelight.people import users
from safelight.people.model import UserRole
from safelight.privacy.hold import Scope, Sort


@pytest.mark.parametrize("words", ["ann@firm.example", " Ann@Firm.example ", "email:ann@firm.example", "user:{}"])
async def test_each_word_for_a_person_holds_that_person(session, now, words: str):
    account = await owners.create(session, now=now, name="Firm")
    ann = await users.invite(
        session, account.id, name="Ann", email="ann@firm.example", role=UserRole.MASTER_ADMIN, now=now
    )
    expected = Scope(Sort.USER, account_id=account.id, user_id=ann.id)
    assert await holding.scope_named(session, words.format(ann.id)) == expected


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("bob@firm.example", Invalid),
        ("email:bob@firm.example", Invalid),
        ("bob", Invalid),
        ("", Invalid),
        ("user:bob", NotFound),
        ("account:none", NotFound),
        ("cloud:none", NotFound),
        ("asset:none", NotFound),
    ],
)
async def test_who_is_not_here_is_not_held(session, word: str, error: type[Exception]):
    with pytest.raises(error):
        await holding.scope_named(session, word)
