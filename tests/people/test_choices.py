"""What somebody chose: the last word of each thing holds, however much was said of others since."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.kernel.choice import ChoiceKind, Wanted, Way, objects
from safelight.kernel.clock import StillClock
from safelight.people import choices
from safelight.ports.database import Database

ANN, BOB = "ann", "bob"
ALL = Wanted(ChoiceKind.DISCLOSURE, is_wanted=False, way=Way.ACCOUNT)
MANY = text(
    "INSERT INTO choices (user_id, id, kind, purpose, state, way, at, language, wording) "
    "SELECT 'ann', 'c' || n, 'analytics', '', CASE n % 2 WHEN 0 THEN 'given' ELSE 'withdrawn' END, 'account', "
    "CAST(:at AS timestamptz) + n * interval '1 second', 'en', '' FROM generate_series(1, :count) AS n"
)


async def test_a_refusal_is_not_forgotten_for_all_that_is_said_after_it(database: Database, clock: StillClock):
    count = choices.LISTED_MAX + 2
    later = clock.now() + timedelta(days=1)
    async with database.transaction() as session:
        await choices.choose(session, ANN, ALL, clock.now())
        await session.execute(MANY, {"at": clock.now(), "count": count})
        known = await choices.of_person(session, ANN, later)
        assert {(kind.value, purpose): each.is_given for (kind, purpose), each in known.items()} == {
            ("disclosure", ""): False,
            ("analytics", ""): True,
        }
        assert objects(known, ChoiceKind.DISCLOSURE)
        assert len(await choices.history(session, ANN)) == choices.LISTED_MAX


@pytest.mark.parametrize(
    ("said", "refuses"),
    [
        ([], False),
        ([(False, None)], True),
        ([(False, None), (True, None)], False),
        ([(True, None), (False, None)], True),
        ([(True, 1)], False),
    ],
)
async def test_who_objects_says_so_last(
    database: Database, clock: StillClock, said: list[tuple[bool, int | None]], refuses: bool
):
    async with database.transaction() as session:
        for number, (is_wanted, days) in enumerate(said):
            at = clock.now() + timedelta(minutes=number)
            ends = at + timedelta(days=days) if days else None
            wanted = Wanted(ChoiceKind.ANALYTICS, is_wanted=is_wanted, way=Way.ACCOUNT, expires_at=ends)
            await choices.choose(session, ANN, wanted, at)
        now = clock.now() + timedelta(days=2)
        found = await choices.who_objects(session, [ANN, BOB], ChoiceKind.ANALYTICS, now)
        assert found == (frozenset({ANN}) if refuses else frozenset())
        assert await choices.who_objects(session, [], ChoiceKind.ANALYTICS, now) == frozenset()
