"""A version is posted once, signed, and binds so many days later as its class says; none is ever changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.privacy import ledger, policy_read, versions
from safelight.privacy.change import Class
from safelight.privacy.versions import State
from tests.privacy.evidence import checkpoints_of, verifiers

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def signer(database, clock):
    return checkpoints_of(database, clock).signer


def policy(days: int = 180, **facts):
    made = policy_read.shipped()
    entities = {**made.entities, "traffic": replace(made.entities["traffic"], days=days)}
    return replace(made, entities=entities, controller=replace(made.controller, **facts))


async def test_the_first_binds_at_once_and_is_signed(session, signer, database, clock):
    now = clock.now()
    made = await versions.post(session, policy(), signer, now)
    assert (made.number, made.kind, made.effective_at) == (1, Class.FIRST, now)
    kept = await versions.get(session, 1)
    keys = await verifiers(checkpoints_of(database, clock), session)
    assert versions.is_signed(kept, keys)
    assert not versions.is_signed(replace(kept, content={**kept.content, "rights": []}), keys)
    assert not versions.is_signed(replace(kept, effective_at=now - DAY), keys)
    assert await ledger.size(session) == 2


@pytest.mark.parametrize(
    ("changed", "kind", "days"),
    [
        (policy(30), Class.MINOR, 7),
        (policy(postal="1 Road"), Class.MINOR, 7),
        (policy(365), Class.SUBSTANTIAL, 30),
    ],
)
async def test_the_next_binds_after_the_days_of_its_class(session, signer, now, changed, kind, days):
    await versions.post(session, policy(), signer, now)
    made = await versions.post(session, changed, signer, now + DAY)
    assert (made.number, made.kind, made.effective_at) == (2, kind, now + DAY + days * DAY)
    found = await versions.list_all(session)
    binding = [versions.effective(found, at) for at in (made.effective_at - SECOND, made.effective_at)]
    assert [each.number for each in binding if each] == [1, 2]
    states = [[versions.state_of(each, found, at) for each in found] for at in (now + 2 * DAY, made.effective_at)]
    assert states == [[State.POSTED, State.EFFECTIVE], [State.EFFECTIVE, State.SUPERSEDED]]


async def test_a_substantial_change_is_never_a_minor_one(session, signer, now):
    await versions.post(session, policy(), signer, now)
    with pytest.raises(Invalid, match=r"PP-69.*entities\.traffic: kept for 365 days"):
        await versions.post(session, policy(365), signer, now, kind=Class.MINOR)
    made = await versions.post(session, policy(30), signer, now, kind=Class.SUBSTANTIAL)
    assert made.effective_at == now + 30 * DAY


async def test_what_the_law_demands_names_the_law_and_a_day(session, signer, now):
    await versions.post(session, policy(), signer, now)
    for citation, when in (("", now + DAY), ("Act 1", None), ("Act 1", now - SECOND)):
        with pytest.raises(Invalid, match="PP-70"):
            await versions.post(
                session, policy(365), signer, now, kind=Class.LEGAL, citation=citation, effective_at=when
            )
    with pytest.raises(Invalid, match="--class legal"):
        await versions.post(session, policy(365), signer, now, effective_at=now)
    made = await versions.post(
        session, policy(365), signer, now, kind=Class.LEGAL, citation="Act 1", effective_at=now + DAY
    )
    assert (made.effective_at, made.citation) == (now + DAY, "Act 1")


async def test_nothing_is_posted_where_nothing_differs(session, signer, now):
    await versions.post(session, policy(), signer, now)
    with pytest.raises(Conflict, match="version 1"):
        await versions.post(session, policy(), signer, now)
    with pytest.raises(Invalid):
        await versions.post(session, policy(9), signer, now, kind=Class.FIRST)


async def test_a_quick_change_does_not_overtake_a_slow_one(session, signer, now):
    await versions.post(session, policy(), signer, now)
    slow = await versions.post(session, policy(365), signer, now)
    quick = await versions.post(session, policy(365, postal="1 Road"), signer, now)
    assert quick.effective_at == slow.effective_at


async def test_what_somebody_changed_in_the_database_is_found(session, signer, database, clock):
    await versions.post(session, policy(), signer, clock.now())
    await session.execute(text("UPDATE policy_versions SET content = jsonb_set(content, '{rights}', '[]')"))
    keys = await verifiers(checkpoints_of(database, clock), session)
    assert not versions.is_signed(await versions.get(session, 1), keys)


@pytest.mark.parametrize("number", [0, 1, -1, 10**12])
async def test_what_is_not_there_is_not_found(session, number):
    with pytest.raises(NotFound):
        await versions.get(session, number)
