"""What a hold names outlives every eraser, and nothing else does; when it ends, that goes too."""

from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.assets.originals import version_prefix
from safelight.boot.subjects import held_subject
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Conflict, Invalid, NotFound, PurposeDenied
from safelight.kernel.holdings import Fate, Subject
from safelight.kernel.ids import new_id
from safelight.kernel.purpose import ENFORCEMENT, Reads, reading_for
from safelight.people import subjects as of_people
from safelight.ports.database import Database, Session
from safelight.privacy import enforcement, holds, policy_read, store_holds
from safelight.privacy.enforcement import Kind
from safelight.privacy.erase import Erase
from safelight.privacy.erasure import State
from safelight.privacy.events import HoldsDue
from safelight.privacy.hold import Ground, Hold, Scope, Sort
from safelight.privacy.looking import Looking
from safelight.privacy.plan import ENGINE, HOLDS
from safelight.privacy.preserve import Kept, Preserve
from safelight.privacy.retention import Retention, Rule
from tests.privacy import filling
from tests.privacy.evidence import receipts_of
from tests.privacy.filling import Somebody
from tests.privacy.test_erase import KEYS, chunks_of, keepers_with

DAY = timedelta(days=1)
DUE = f"task_name = '{HoldsDue.topic()}'"
COLUMNS = {
    each.name: [column for field in each.fields for column in field.columns]
    for each in policy_read.shipped().entities.values()
}


@pytest.fixture
def preserve(database: Database, clock: StillClock) -> Preserve:
    blobs = MemoryBlobs()
    return Preserve(database, keepers_with(blobs), KEYS, blobs, clock, held_subject, COLUMNS)


@pytest.fixture
def erase(preserve: Preserve) -> Erase:
    database, clock = preserve.database, preserve.clock
    looking = Looking(database, preserve.keepers, clock, {})
    made = receipts_of(database, cast("StillClock", clock))
    return Erase(
        database, preserve.keepers, KEYS, clock, of_people.freeze, lambda _: {}, looking, made, preserve=preserve
    )


async def filled(preserve: Preserve, word: str) -> tuple[Somebody, Subject]:
    who = filling.somebody(word)
    async with preserve.database.transaction() as session:
        subject = await filling.fill(session, who, KEYS, preserve.clock.now())
        # The canary's own hold is over, and its case of no account.
        await session.execute(text("DELETE FROM held_records"))
        await session.execute(text("DELETE FROM holds"))
        await session.execute(text("DELETE FROM enforcement_cases"))
    return who, subject


async def hold(preserve: Preserve, scope: Scope, *fields: str, **more: Any) -> Hold:
    facts: dict[str, Any] = {"owner": "Carol", "basis": "12 O 34/26", "days": 90, "ground": Ground.COURT_ORDER, **more}
    async with preserve.database.transaction() as session:
        made = await holds.add(
            session,
            scope=scope,
            fields=fields,
            now=preserve.clock.now(),
            sheets=preserve.sheets,
            columns=preserve.columns,
            **facts,
        )
    await preserve.keep(made)
    return made


async def kept(preserve: Preserve, one: Hold) -> list[Kept]:
    return [each async for each in preserve.records(one.id)]


async def erased(erase: Erase, subject: Subject) -> Any:
    async with erase.database.transaction() as session:
        id = await erase.start(session, subject)
    return await erase.run(id)


def user(who: Somebody) -> Scope:
    return Scope(Sort.USER, account_id=who.account_id, user_id=who.user_id)


async def test_what_is_held_outlives_an_erasure_and_nothing_else_does(erase: Erase, preserve: Preserve):
    who, subject = await filled(preserve, "canaryann")
    one = await hold(preserve, user(who), "message", "users.email")
    async with preserve.database.transaction() as session:
        plan = await erase.plan(session, subject)
    done = await erased(erase, subject)
    assert done.state is State.DONE
    by_sheet = {each.sheet: each.facts for each in await kept(preserve, one)}
    assert set(by_sheet) == {"messages", "users"}
    assert by_sheet["messages"]["text"] == "I am canaryann"
    assert by_sheet["users"]["email"] == who.email
    assert "name" not in by_sheet["users"]
    held = [(each["sheet"], each["fate"], each["count"], each["ground"]) for each in plan if each["context"] == HOLDS]
    ground = "Under a hold, court order (GDPR 17(3)(e))"
    assert held == [("users", Fate.KEEP, 1, ground), ("messages", Fate.KEEP, 1, ground)]
    told = {each["sheet"]: (each["ground"], each["ends_at"]) for each in done.told()["kept"]}
    assert told["messages"] == (ground, one.review_at.date().isoformat())
    assert ground.encode() in await erase.receipt(done.id)
    async with preserve.database.transaction() as session:
        assert await session.fetch(text("SELECT 1 FROM messages")) == []
        assert await session.fetch(text("SELECT 1 FROM users")) == []


async def test_a_release_deletes_what_was_kept_and_says_so_in_the_ledger(erase: Erase, preserve: Preserve):
    who, subject = await filled(preserve, "canaryann")
    one = await hold(preserve, user(who), "message")
    await erased(erase, subject)
    async with preserve.database.transaction() as session:
        await holds.release(session, one.id, now=preserve.clock.now())
        jobs = await session.fetch(text("SELECT task_name AS name FROM jobs.procrastinate_jobs"))
        assert "drop_held" in {row["name"] for row in jobs}
        assert await holds.faults(session, preserve.clock.now() + 2 * DAY) != []
    for _ in range(2):
        await preserve.drop_held({"id": one.id})
    assert await kept(preserve, one) == []
    async with preserve.database.transaction() as session:
        found = await holds.get(session, one.id)
        assert found.dropped_at == preserve.clock.now()
        lines = await session.fetch(text("SELECT type, body FROM ledger_entries WHERE type LIKE 'hold.%' ORDER BY seq"))
        assert ["added" in lines[0]["body"], "released" in lines[1]["body"], "dropped" in lines[2]["body"]] == [
            True
        ] * 3
        assert not [row for row in lines if "subject_commit" in row["body"]]
        assert await holds.faults(session, preserve.clock.now() + 2 * DAY) == []
        with pytest.raises(Conflict):
            await holds.release(session, one.id, now=preserve.clock.now())


async def test_a_file_is_kept_with_its_bytes(erase: Erase, preserve: Preserve):
    who, subject = await filled(preserve, "canaryann")
    photo = b"a face " * 300_000
    await preserve.blobs.put(version_prefix(who.cloud_id, who.version_id) + "original", chunks_of(photo))
    one = await hold(preserve, Scope(Sort.ASSET, cloud_id=who.cloud_id, asset_id=who.asset_id), "asset-content")
    assert (await erased(erase, subject)).state is State.DONE
    [found] = await kept(preserve, one)
    assert b"".join([chunk async for chunk in preserve.file(found)]) == photo
    [stat] = [stat async for stat in preserve.blobs.list("")]
    stored = b"".join([chunk async for chunk in preserve.blobs.open(stat.key)])
    assert b"a face" not in stored
    async with preserve.database.transaction() as session:
        await holds.release(session, one.id, now=preserve.clock.now())
    await preserve.drop_held({"id": one.id})
    assert [stat async for stat in preserve.blobs.list("")] == []


async def test_of_one_file_the_others_are_not_held(preserve: Preserve):
    who, _ = await filled(preserve, "canaryann")
    one = await hold(preserve, Scope(Sort.ASSET, cloud_id=who.cloud_id, asset_id="another"), "asset-names")
    assert await kept(preserve, one) == []


async def test_what_did_not_change_is_kept_once_and_what_did_is_kept_too(preserve: Preserve):
    who, _ = await filled(preserve, "canaryann")
    one = await hold(preserve, user(who), "users.email")
    assert await preserve.keep(one) == 0
    async with preserve.database.transaction() as session:
        await session.execute(text("UPDATE users SET email = 'new@canary.example'"))
    await preserve.keep_held({})
    assert {each.facts["email"] for each in await kept(preserve, one)} == {who.email, "new@canary.example"}


async def test_nobody_hears_of_a_gagged_hold_until_the_gag_is_over(erase: Erase, preserve: Preserve, clock: StillClock):
    who, subject = await filled(preserve, "canaryann")
    await hold(preserve, user(who), "message", gag_until=clock.now() + 10 * DAY)
    async with preserve.database.transaction() as session:
        assert await holds.told(session, subject, clock.now()) == []
        plain = await erase.plan(session, subject)
        assert not [each for each in plain if each["context"] == HOLDS or each["sheet"] in ("holds", "held_records")]
        full = await erase.plan(session, subject, with_hidden=True)
        assert [each["sheet"] for each in full if each["context"] == HOLDS] == ["messages"]
    clock.advance(10 * DAY)
    await preserve.keep_held({})
    async with preserve.database.transaction() as session:
        [found] = await holds.told(session, subject, clock.now())
        assert not found.is_gagged
        after = await erase.plan(session, subject)
        assert {each["sheet"] for each in after if each["context"] == HOLDS} == {"messages"}
        assert {"holds", "held_records"} <= {each["sheet"] for each in after}


async def test_a_gagged_hold_is_in_no_receipt(erase: Erase, preserve: Preserve, clock: StillClock):
    who, subject = await filled(preserve, "canaryann")
    one = await hold(preserve, user(who), "message", gag_until=clock.now() + 10 * DAY)
    done = await erased(erase, subject)
    assert done.state is State.DONE
    assert [each.sheet for each in await kept(preserve, one)] == ["messages"]
    assert b"Under a hold" not in await erase.receipt(done.id)
    assert "Under a hold" not in str(done.told())


async def test_a_hold_that_nobody_looks_at_is_warned_of_and_ends(preserve: Preserve, clock: StillClock):
    who, _ = await filled(preserve, "canaryann")
    one = await hold(preserve, user(who), "message", days=20)
    told: list[int] = []
    for _ in range(20):
        clock.advance(DAY)
        await preserve.keep_held({})
        async with preserve.database.transaction() as session:
            told.append(len(await session.fetch(text(f"SELECT 1 FROM jobs.procrastinate_jobs WHERE {DUE}"))))
    assert [told[4], told[5], told[16], told[17]] == [0, 1, 1, 2]
    async with preserve.database.transaction() as session:
        found = await holds.get(session, one.id)
    assert (found.ended_at, found.end) == (clock.now(), "lapsed")
    await preserve.sweep_held({})
    assert await kept(preserve, one) == []


async def test_who_looks_at_a_hold_keeps_it_for_longer(preserve: Preserve, clock: StillClock):
    who, _ = await filled(preserve, "canaryann")
    one = await hold(preserve, user(who), "message", days=20)
    clock.advance(19 * DAY)
    async with preserve.database.transaction() as session:
        found = await holds.review(session, one.id, days=90, now=clock.now())
    assert found.review_at == clock.now() + 90 * DAY
    clock.advance(80 * DAY)
    await preserve.keep_held({})
    async with preserve.database.transaction() as session:
        assert (await holds.get(session, one.id)).ended_at is None


async def test_what_goes_by_its_age_is_set_aside_before_and_counts_as_held(preserve: Preserve, clock: StillClock):
    who, _ = await filled(preserve, "canaryann")
    one = await hold(preserve, user(who), "user-name")
    rounds: list[str] = []

    async def first(_payload: dict[str, Any]) -> None:
        rounds.append("held")
        await preserve.keep_held({})

    async def sweep(_payload: dict[str, Any]) -> None:
        rounds.append("swept")
        async with preserve.database.transaction() as session:
            await session.execute(text("UPDATE users SET name = ''"))

    rules = [Rule("user-name", "", None, "erase")]
    retention = Retention(preserve.database, clock, rules, (), [sweep], first)
    async with preserve.database.transaction() as session:
        await session.execute(text("UPDATE users SET name = 'a later name'"))
    await retention.keep_terms({})
    assert rounds == ["held", "swept"]
    assert "a later name" in {each.facts["name"] for each in await kept(preserve, one)}
    async with preserve.database.transaction() as session:
        [standing] = await retention.plan(session, clock.now())
    assert standing.over.held == 2


async def test_where_nothing_can_be_set_aside_nothing_goes(preserve: Preserve, clock: StillClock):
    async def fails(_payload: dict[str, Any]) -> None:
        raise Conflict("The store is away.")

    async def sweep(_payload: dict[str, Any]) -> None:
        pytest.fail("it was swept")

    with pytest.raises(Conflict):
        await Retention(preserve.database, clock, (), (), [sweep], fails).keep_terms({})


async def case_of(session: Session, who: Somebody, clock: StillClock) -> enforcement.Case:
    return await enforcement.open_case(
        session, kind=Kind.FRAUD, about=user(who), basis="cards that were stolen", opened_by="Carol", now=clock.now()
    )


async def test_without_an_open_case_nobody_reads_to_enforce(preserve: Preserve, clock: StillClock):
    who, _ = await filled(preserve, "canaryann")
    reads = Reads({"user-name": frozenset({ENFORCEMENT})}, is_strict=True, tell=lambda *_: None)
    with pytest.raises(PurposeDenied), reading_for(frozenset({ENFORCEMENT})):
        reads.check(["user-name"])
    async with preserve.database.transaction() as session:
        case = await case_of(session, who, clock)
        with enforcement.enforcing(await enforcement.note_read(session, case.id, now=clock.now())):
            reads.check(["user-name"])
        with pytest.raises(PurposeDenied), reading_for(frozenset({ENFORCEMENT})):
            reads.check(["user-name"])
        await enforcement.close(session, case.id, "paid back", now=clock.now())
        with pytest.raises(Conflict):
            await enforcement.note_read(session, case.id, now=clock.now())
        with pytest.raises(Conflict):
            await enforcement.close(session, case.id, "again", now=clock.now())
        lines = await session.fetch(text("SELECT type FROM ledger_entries WHERE type LIKE 'case.%' ORDER BY seq"))
    assert [row["type"] for row in lines] == ["case.opened", "case.read", "case.closed"]


async def test_closing_a_case_lifts_its_holds_alone(preserve: Preserve, clock: StillClock):
    who, _ = await filled(preserve, "canaryann")
    async with preserve.database.transaction() as session:
        case = await case_of(session, who, clock)
    mine = await hold(preserve, user(who), "message", case_id=case.id)
    other = await hold(preserve, user(who), "user-name")
    async with preserve.database.transaction() as session:
        await enforcement.close(session, case.id, "settled", now=clock.now())
        assert (await holds.get(session, mine.id)).end == "case_closed"
        assert (await holds.get(session, other.id)).ended_at is None
        with pytest.raises(NotFound):
            await holds.get(session, "no such hold")
    with pytest.raises(NotFound):
        await hold(preserve, user(who), "message", case_id=case.id)


@pytest.mark.parametrize("more", [{"owner": ""}, {"basis": " "}, {"days": 0}, {"days": 1000}])
async def test_a_hold_needs_an_owner_words_and_an_end(preserve: Preserve, more: dict[str, Any]):
    who, _ = await filled(preserve, "canaryann")
    with pytest.raises(Invalid):
        await hold(preserve, user(who), "message", **more)


async def test_long_after_its_end_nothing_says_that_there_was_a_hold(preserve: Preserve, clock: StillClock):
    who, _ = await filled(preserve, "canaryann")
    async with preserve.database.transaction() as session:
        case = await case_of(session, who, clock)
    await hold(preserve, user(who), "message", case_id=case.id)
    async with preserve.database.transaction() as session:
        await enforcement.close(session, case.id, "settled", now=clock.now())
    await preserve.sweep_held({})
    clock.advance(timedelta(days=holds.ENDED_DAYS + 1))
    await preserve.sweep_held({})
    async with preserve.database.transaction() as session:
        assert await store_holds.list_holds(session, only_live=False, limit=10) == []
        assert await store_holds.list_cases(session, only_open=False, limit=10) == []


KINDS = ("message", "user-email", "user-name", "users.role", "session", "traffic", "asset-names", "letter-content")


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(list(Sort)), st.booleans()), max_size=4))
async def test_the_plan_is_what_is_found_afterwards(
    erase: Erase, preserve: Preserve, made: list[tuple[str, Sort, bool]]
):
    """Of random people with random holds: each item is gone, or there, or set aside, as it was shown before."""
    who, subject = await filled(preserve, f"canary{new_id()[-12:]}")
    ids = {"account_id": who.account_id, "user_id": who.user_id, "cloud_id": who.cloud_id, "asset_id": who.asset_id}
    wanted = {
        Sort.ACCOUNT: ("account_id",),
        Sort.USER: ("account_id", "user_id"),
        Sort.CLOUD: ("cloud_id",),
        Sort.ASSET: ("cloud_id", "asset_id"),
    }
    live: list[Hold] = []
    for kind, sort, is_gagged in made:
        scope = Scope(sort, **{name: ids[name] for name in wanted[sort]})
        gag = {"gag_until": preserve.clock.now() + DAY} if is_gagged else {}
        with suppress(Invalid):
            live.append(await hold(preserve, scope, kind, **gag))
    async with preserve.database.transaction() as session:
        shown = await erase.plan(session, subject, with_hidden=True)
    done = await erased(erase, subject)
    assert done.state is State.DONE
    async with preserve.database.transaction() as session:
        after = {each.sheet: each.count for keeper in erase.keepers for each in await keeper.look(session, subject)}
    for step in shown:
        if step["context"] in (ENGINE, HOLDS):
            continue
        assert after[step["sheet"]] == (step["count"] if step["fate"] == Fate.KEEP else 0), step
    found = [each.sheet for one in live for each in await kept(preserve, one)]
    assert {step["sheet"] for step in shown if step["context"] == HOLDS} == set(found)
    for step in shown:
        if step["context"] == HOLDS:
            assert found.count(step["sheet"]) >= step["count"]
