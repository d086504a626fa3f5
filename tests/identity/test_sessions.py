"""A session begins, is found by its secret alone, and it is known when and how it ended (PP-05)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.accounts import owners
from safelight.identity import sessions
from safelight.identity.model import End
from safelight.kernel.errors import NotFound
from safelight.people import roster, users
from tests.identity.conftest import VISITOR

MINUTE = timedelta(minutes=1)


async def test_who_signed_in_is_found_by_the_secret_alone(session, ann, now, settings):
    begun, secret = await sessions.begin(session, ann, VISITOR, now, settings)
    found = await sessions.find(session, secret.reveal(), now)
    assert (found.user.id, found.session) == (ann.id, begun.session)
    assert found.session.visitor == VISITOR
    assert (await roster.get(session, ann.account_id, ann.id)).last_login_at == now
    for wrong in ("", "x", begun.session.id, secret.reveal() + "x", "\0", "ü" * 500):
        assert await sessions.find(session, wrong, now) is None


@pytest.mark.parametrize("how", [End.USER, End.REVOKED])
async def test_both_stamps_stand_and_their_difference_is_the_duration(session, ann, now, settings, how):
    begun, secret = await sessions.begin(session, ann, VISITOR, now, settings)
    later = now + 7 * MINUTE
    await sessions.end(session, begun.session, how, later)
    await sessions.end(session, begun.session, End.DISABLED, later + MINUTE)
    (told,) = await sessions.list_all(session, ann)
    assert told.ends(later + timedelta(days=1)) == (later, how)
    assert (told.began_at, told.duration(later + timedelta(days=1))) == (now, 7 * MINUTE)
    assert await sessions.find(session, secret.reveal(), later) is None


async def test_idleness_ends_a_session_though_nobody_wrote_it_down(session, ann, now, settings):
    settings = replace(settings, session_idle_minutes=10)
    _, secret = await sessions.begin(session, ann, VISITOR, now, settings)
    seen = now + 9 * MINUTE
    assert await sessions.find(session, secret.reveal(), seen)
    assert await sessions.find(session, secret.reveal(), seen + 9 * MINUTE)
    over = seen + 19 * MINUTE
    assert await sessions.find(session, secret.reveal(), over) is None
    (told,) = await sessions.list_all(session, ann)
    assert told.ends(over + MINUTE) == (over, End.TIMEOUT)
    await sessions.sweep(session, over + MINUTE)
    (written,) = await sessions.list_all(session, ann)
    assert (written.ended_at, written.end) == (over, End.TIMEOUT)


async def test_what_timed_out_is_not_told_as_revoked(session, ann, now, settings):
    settings = replace(settings, session_idle_minutes=10)
    await sessions.begin(session, ann, VISITOR, now, settings)
    kept, _ = await sessions.begin(session, ann, VISITOR, now + 15 * MINUTE, settings)
    late = now + 20 * MINUTE
    await sessions.end_all(session, ann.account_id, ann.id, End.REVOKED, late, but=kept.session.id)
    told = await sessions.list_all(session, ann)
    assert [each.ends(late) for each in told] == [None, (now + 10 * MINUTE, End.TIMEOUT)]
    await sessions.end_all(session, ann.account_id, None, End.DISABLED, late)
    assert (await sessions.list_all(session, ann))[0].ends(late) == (late, End.DISABLED)


async def test_the_busiest_session_ends_some_day(session, ann, now, settings):
    settings = replace(settings, session_days_max=1, session_idle_minutes=10_000)
    _, secret = await sessions.begin(session, ann, VISITOR, now, settings)
    assert await sessions.find(session, secret.reveal(), now + timedelta(hours=23))
    assert await sessions.find(session, secret.reveal(), now + timedelta(days=1)) is None


async def test_who_is_shut_out_is_not_found(session, ann, now, settings):
    _, secret = await sessions.begin(session, ann, VISITOR, now, settings)
    await users.change(session, ann, now=now, is_enabled=False)
    assert await sessions.find(session, secret.reveal(), now) is None
    await users.change(session, ann, now=now, is_enabled=True)
    assert await sessions.find(session, secret.reveal(), now)
    await owners.set_disabled(session, ann.account_id, now)
    assert await sessions.find(session, secret.reveal(), now) is None


async def test_nobody_ends_the_session_of_another(session, ann, account, now, settings):
    begun, _ = await sessions.begin(session, ann, VISITOR, now, settings)
    bob = await users.invite(session, account.id, name="Bob", email="bob@firm.example", role=ann.role, now=now)
    with pytest.raises(NotFound):
        await sessions.end_one(session, bob, begun.session.id, End.REVOKED, now)
    await sessions.end_one(session, ann, begun.session.id, End.REVOKED, now)


async def test_a_proof_grows_old(session, ann, now, settings):
    begun, secret = await sessions.begin(session, ann, VISITOR, now, settings)
    later = now + 16 * MINUTE
    assert begun.session.is_proved(now + 15 * MINUTE, 15)
    assert not begun.session.is_proved(later, 15)
    await sessions.prove(session, begun.session, later)
    found = await sessions.find(session, secret.reveal(), later)
    assert found.session.is_proved(later, 15)


async def test_half_a_year_later_nothing_is_known_of_a_session(session, ann, now, settings):
    await sessions.begin(session, ann, VISITOR, now, settings)
    await sessions.sweep(session, now + timedelta(days=180))
    assert await sessions.list_all(session, ann)
    await sessions.sweep(session, now + timedelta(days=180, seconds=1))
    assert not await sessions.list_all(session, ann)
