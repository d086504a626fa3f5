"""What is over its time goes, whenever the round is made; what is not stays; and what was left is found out."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from safelight.activity.keep import Keep
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.keys.local import LocalKeys
from safelight.assets.bulk_run import SweepSelections
from safelight.assets.versions_sweep import SweepVersions
from safelight.boot import retaining
from safelight.identity.failures import Failures
from safelight.identity.sweeping import SweepIdentity
from safelight.kernel.holdings import Subject
from safelight.ports.terms import GRACE_HOURS, Over, look
from safelight.privacy import policy_read
from safelight.privacy import retention as engine
from safelight.privacy.disclosures import Disclosures
from safelight.privacy.preserve import Preserve
from safelight.privacy.retention import Retention
from safelight.settings import Settings
from safelight.settings.people import IdentitySettings
from safelight.usage.fold import Fold
from safelight.webhooks.send import Send
from tests.privacy import asking
from tests.privacy.terming import fill

KNOWN = retaining.terms_of(replace(Settings(), upload=replace(Settings().upload, backup_days=5)))
TERMS = [
    term
    for term in KNOWN
    if term.entity not in {"erasure-log", "export-archive", "upload-parts", "upload-waiting", "hold", "held-record"}
]
"""Those of which rows alone decide; what has bytes beside its rows is tried where these are."""
KEY_DAYS = 8
"""After a week, and the rest of the day, no key of a day is left."""
EPOCH = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


async def no_subject(*_words: Any) -> Subject:
    return Subject()


class NoMailer:
    async def forget(self, ids) -> None:
        """No copies."""


@pytest.fixture
def made(database, clock, tmp_path: Path):
    """The real rounds, as far as they need nothing but rows."""
    wanted = Settings(data=tmp_path)
    wanted = replace(wanted, upload=replace(wanted.upload, backup_days=5))
    from safelight.mail.carry import Carry

    carry = Carry(database, NoMailer(), LocalKeys(bytes(32)), clock, None, wanted.mail, "")
    send = Send(database, None, None, clock, wanted.webhooks)
    rounds = [
        Keep(database, clock, wanted.activity).keep_activity,
        SweepIdentity(database, clock, Failures(LocalKeys(bytes(32)), IdentitySettings())).sweep_identity,
        carry.sweep_letters,
        asking.tend_with(database, clock).sweep_requests,
        send.sweep_webhooks,
        SweepSelections(database, clock, wanted.selection.bulk_days).sweep_selections,
        SweepVersions(database, clock, 5).sweep_backups,
        Fold(database, clock, wanted.usage).sweep_usage,
        Disclosures(database, clock, policy_read.shipped(), str).sweep_disclosures,
        Preserve(database, (), LocalKeys(bytes(32)), MemoryBlobs(), clock, no_subject, {}).sweep_held,
    ]
    return Retention(database, clock, retaining.rules_of(wanted), KNOWN, rounds)


async def everything(database) -> dict[str, int]:
    """How many rows each table with a term has."""
    async with database.transaction() as session:
        counts = [(term.rows.name, select(func.count().label("n")).select_from(term.rows)) for term in TERMS]
        return {name: (await session.fetch(statement))[0]["n"] for name, statement in counts}


def days(count: float) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: f"{term.entity}-{term.rows.name}")
async def test_the_day_before_it_is_there_and_the_day_after_it_is_gone(made, database, clock, term):
    young, old = term.keep - timedelta(hours=1), term.keep + timedelta(hours=25 if term.by_day else 1)
    async with database.transaction() as session:
        await fill(session, term, [young, old], clock.now())
    async with database.transaction() as session:
        assert (await look(session, term, clock.now())).due == 1
    await made.keep_terms({})
    async with database.transaction() as session:
        after = await look(session, term, clock.now())
        later = await look(session, term, clock.now() + timedelta(hours=26))
    assert after.due == 0
    assert later.due == 1, "what was not over is gone too"


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ages=st.lists(st.floats(0, 400), min_size=1, max_size=4),
    later=st.floats(0, 400),
)
async def test_whenever_the_round_is_made_nothing_is_older_than_promised_and_twice_changes_nothing(
    made, database, clock, ages, later
):
    clock.set(EPOCH)
    async with database.transaction() as session:
        for term in TERMS:
            await fill(session, term, [days(age) for age in ages], clock.now())
    clock.advance(days(later))
    await made.keep_terms({})
    async with database.transaction() as session:
        for term in TERMS:
            over = await look(session, term, clock.now())
            assert over.due == 0, term.entity
            if term.oldest is not None and over.oldest is not None:
                # Of a table by day no part is older either, not even an empty one.
                assert over.oldest >= term.before(clock.now()), term.entity
        day_of_keys = await session.fetch(text("SELECT purpose, min(day) AS day FROM activity_keys GROUP BY purpose"))
        assert all(clock.now().date() - each["day"] <= days(KEY_DAYS) for each in day_of_keys)
    before = await everything(database)
    await made.keep_terms({})
    assert await everything(database) == before


async def test_a_plan_touches_nothing_and_tells_what_another_day_will_bring(made, database, clock):
    term = next(each for each in TERMS if each.entity == "session")
    async with database.transaction() as session:
        await fill(session, term, [days(100)], clock.now())
    before = await everything(database)
    async with database.transaction() as session:
        now = {each.rule.entity: each for each in await made.plan(session, clock.now())}
        then = {each.rule.entity: each for each in await made.plan(session, clock.now() + days(81))}
    assert (now["session"].over.due, then["session"].over.due) == (0, 1)
    assert now["session"].row(clock.now())["oldest_age_days"] == 100
    assert await everything(database) == before


async def test_each_day_has_one_line_in_the_ledger_with_what_went(made, database, clock):
    term = next(each for each in TERMS if each.entity == "signup")
    await made.keep_terms({})
    async with database.transaction() as session:
        await fill(session, term, [days(1), days(2)], clock.now())
    await made.keep_terms({})
    clock.advance(days(1))
    await made.keep_terms({})
    await made.keep_terms({})
    async with database.transaction() as session:
        rows = await session.fetch(text("SELECT body FROM ledger_entries WHERE type = 'retention.daily' ORDER BY seq"))
    first, second = [json.loads(row["body"])["counts"] for row in rows]
    assert "signup.done" not in first
    assert second["signup.done"] == 2


async def test_what_nobody_lets_go_is_an_incident_told_once_a_day(made, database, clock, jobs):
    idle = replace(made, rounds=())
    term = next(each for each in TERMS if each.entity == "session")
    async with database.transaction() as session:
        await fill(session, term, [term.keep + timedelta(hours=GRACE_HOURS - 1)], clock.now())
    await idle.keep_terms({})
    async with database.transaction() as session:
        assert await idle.faults(session) == []
    clock.advance(timedelta(hours=2))
    for _ in range(2):
        await idle.keep_terms({})
    async with database.transaction() as session:
        assert await idle.faults(session) == ["1 of session should have gone a day ago"]
        assert (await idle.late())["session"] == 1
        rows = await session.fetch(text("SELECT body FROM ledger_entries WHERE type = 'retention.overdue'"))
    assert [json.loads(row["body"])["counts"] for row in rows] == [{"session": 1}]
    told = [payload for name, payload in await jobs() if name == "RetentionOverdue"]
    assert [each["late"] for each in told] == [{"session": 1}]


async def test_a_worker_that_stands_still_is_found_out_within_a_day(made, database, clock):
    async with database.transaction() as session:
        assert await made.faults(session) == []
    await made.keep_terms({})
    clock.advance(timedelta(hours=engine.RUN_HOURS_MAX + 1))
    async with database.transaction() as session:
        assert (await made.faults(session))[0].startswith("no round was made since 2026-01-02")


async def test_a_round_that_fails_holds_up_no_other_and_is_told(made, database, clock):
    async def fails(_payload) -> None:
        raise ZeroDivisionError

    term = next(each for each in TERMS if each.entity == "session")
    async with database.transaction() as session:
        await fill(session, term, [term.keep + days(1)], clock.now())
    with pytest.raises(ZeroDivisionError):
        await replace(made, rounds=[fails, *made.rounds]).keep_terms({})
    async with database.transaction() as session:
        assert (await look(session, term, clock.now())).due == 0


async def test_what_is_held_is_told_apart_and_stays(made, database, clock):
    term = next(each for each in TERMS if each.entity == "asset-bulks")
    async with database.transaction() as session:
        await fill(session, term, [term.keep + days(3)], clock.now())
        await session.execute(text("UPDATE bulks SET state = 'running'"))
    await made.keep_terms({})
    async with database.transaction() as session:
        over = await look(session, term, clock.now())
    assert (over.due, over.held, over.late) == (0, 1, 0)
    assert term.ground


def test_two_terms_of_one_kind_are_one_sum():
    early, late = EPOCH, EPOCH + days(1)
    assert Over(1, 2, 3, late) + Over(10, 20, 30, early) == Over(11, 22, 33, early)
    assert Over() + Over(oldest=late) == Over(oldest=late)


def test_every_promise_with_a_period_has_a_term_and_every_term_a_promise():
    rules = {rule.entity: rule for rule in retaining.rules_of(Settings())}
    asked = {term.entity for term in retaining.terms_of(Settings())}
    assert {name for name, rule in rules.items() if rule.days is not None} == asked
    assert all(rules[name].why_not_asked for name in rules.keys() - asked)


def test_no_term_lasts_longer_than_its_promise():
    rules = {rule.entity: rule for rule in retaining.rules_of(Settings())}
    for term in retaining.terms_of(Settings()):
        promised = rules[term.entity].days
        assert promised is not None
        # A day that ends is kept whole: its last moment is as old as promised when it goes.
        assert term.keep <= days(promised), term.entity


def test_the_schedule_makes_every_round():
    from safelight.worker.schedule import SCHEDULE

    names = {periodic.name for periodic in SCHEDULE}
    assert "keep_terms" in names
    assert not names & {"keep_activity", "sweep_identity", "sweep_letters", "sweep_webhooks", "sweep_backups"}


def test_rounds_are_found_by_their_names():
    others = {name: SimpleNamespace(name=name) for name in retaining.ROUNDS}
    assert [others[name].name for name in retaining.ROUNDS] == list(retaining.ROUNDS)
