"""What an erasure leaves: nothing, wherever it was stopped, but what its plan said would be kept."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from safelight.accounts.subjects import KEEPER as ACCOUNTS
from safelight.activity.subjects import KEEPER as ACTIVITY
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.edge.memory import MemoryEdge
from safelight.adapters.keys.local import LocalKeys
from safelight.adapters.mailer.memory import MemoryMailer
from safelight.adapters.queue.subjects import JobsKeeper
from safelight.assets import subjects as of_assets
from safelight.assets.originals import version_prefix
from safelight.boot.subjects import FILES
from safelight.delivery.subjects import KEEPER as DELIVERY
from safelight.derived.subjects import KEEPER as DERIVED
from safelight.identity.subjects import KEEPER as IDENTITY
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Busy, NotAvailable, NotFound
from safelight.kernel.holdings import Fate, Keeper
from safelight.mail import subjects as of_mail
from safelight.mail.marks import mark_of
from safelight.people import subjects as of_people
from safelight.people.subjects import KEEPER as PEOPLE
from safelight.ports.database import Database, Session
from safelight.ports.files import FilesKeeper
from safelight.privacy import probes
from safelight.privacy import subjects as of_privacy
from safelight.privacy.erase import Erase
from safelight.privacy.erasure import State
from safelight.privacy.looking import Looking
from safelight.privacy.reach import Reach
from safelight.uploads.subjects import KEEPER as UPLOADS
from safelight.usage.subjects import KEEPER as USAGE
from safelight.vault.subjects import KEEPER as VAULT
from safelight.webhooks.subjects import KEEPER as WEBHOOKS
from tests.privacy import filling
from tests.privacy.evidence import receipts_of

KEYS = LocalKeys(b"k" * 32)
OF_HOLDS = {"holds", "held_records", "enforcement_cases"}
KEPT = {"clouds", "former_cloud_names", "mail_suppressions", "privacy_requests", *OF_HOLDS}


def keepers_with(blobs: MemoryBlobs) -> tuple[Keeper[Session], ...]:
    """As boot puts them together, on twins."""
    return (
        *(ACCOUNTS, PEOPLE, IDENTITY, of_mail.keeper_of(KEYS, MemoryMailer()), ACTIVITY),
        *(of_assets.keeper_of(MemoryEdge()), DERIVED, UPLOADS, DELIVERY, WEBHOOKS, USAGE, VAULT),
        *(
            FilesKeeper("files", blobs, FILES),
            JobsKeeper(),
            of_privacy.keeper_of(blobs, KEYS, lambda address: mark_of(KEYS, address)),
        ),
    )


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


@pytest.fixture
def erase(database: Database, clock: StillClock, blobs: MemoryBlobs, tmp_path: Path) -> Erase:
    keepers = keepers_with(blobs)
    looking = Looking(database, keepers, clock, {"staging": tmp_path})
    return Erase(database, keepers, KEYS, clock, of_people.freeze, lambda _: {}, looking, receipts_of(database, clock))


async def counts(session: Session) -> dict[str, int]:
    return {
        table.name: (await session.fetch(select(func.count().label("n")).select_from(table)))[0]["n"]
        for table in filling.tables()
    }


async def test_every_table_that_tells_of_a_person_is_in_a_sheet(erase: Erase):
    sheets = {sheet.name for keeper in erase.keepers for sheet in keeper.sheets}
    assert {table.name for table in filling.tables()} <= sheets


async def test_after_an_erasure_no_canary_is_left_and_nobody_else_lost_anything(
    erase: Erase, database: Database, blobs: MemoryBlobs, clock: StillClock
):
    ann, bob = filling.somebody("canaryann"), filling.somebody("canarybob")
    async with database.transaction() as session:
        await filling.fill(session, bob, KEYS, clock.now())
        of_bob = await counts(session)
        subject = await filling.fill(session, ann, KEYS, clock.now())
    await blobs.put(version_prefix(ann.cloud_id, ann.version_id) + "original", chunks_of(b"a face"))
    async with database.transaction() as session:
        shown = await erase.plan(session, subject)
        id = await erase.start(session, subject)
        assert await erase.start(session, subject) == id
    done = await erase.run(id)
    assert (done.state, done.told()["progress"]) == (State.DONE, f"{len(done.steps)}/{len(done.steps)}")
    async with database.transaction() as session:
        found = await probes.search_words(session, ["canaryann", ann.email, ann.user_id])
        # What a cloud was called stays, so that nobody else gets its addresses: nothing else does.
        of_holds = {f"database: {name}" for name in OF_HOLDS}
        assert {hit.place for hit in found} == {"database: clouds", "database: former_cloud_names"} | of_holds
        [cloud] = await session.fetch(text("SELECT * FROM clouds WHERE id = :id"), {"id": ann.cloud_id})
        told = {name for name, value in cloud.items() if "canaryann" in str(value)}
        assert told == {"name", "folder_mode", "restricted_types", "strict_referrers", "token_name"} & told | {"name"}
        left = await counts(session)
        assert {name: left[name] - count for name, count in of_bob.items() if left[name] != count} == dict.fromkeys(
            KEPT, 1
        )
    assert [stat.key async for stat in blobs.list("c/")] == []
    assert {step["sheet"] for step in shown if step["fate"] != Fate.ERASE} == KEPT
    receipt = await erase.receipt(id)
    assert b"non_inclusion" in receipt
    assert b"canaryann" not in receipt


async def test_stopped_after_every_step_and_gone_on_it_ends_the_same(
    erase: Erase, database: Database, clock: StillClock
):
    """As if the process was killed there: what runs next knows only what the database says."""
    ann = filling.somebody("canaryann")
    async with database.transaction() as session:
        subject = await filling.fill(session, ann, KEYS, clock.now())
        await session.execute(text("DELETE FROM jobs.procrastinate_jobs"))
        id = await erase.start(session, subject)
    slow = replace(erase, batch_rows=1)
    state, runs = State.RUNNING, 0
    while state is State.RUNNING:
        state, runs = (await replace(slow).run(id, steps_max=1)).state, runs + 1
        assert runs < 200
    done = await erase.find(id)
    assert (state, runs) == (State.DONE, len(done.steps))
    async with database.transaction() as session:
        places = {hit.place for hit in await probes.search_words(session, ["canaryann"])}
        lines = await session.fetch(text("SELECT type FROM ledger_entries WHERE type LIKE 'erasure%' ORDER BY seq"))
    of_holds = {f"database: {name}" for name in OF_HOLDS}
    assert places == {"database: clouds", "database: former_cloud_names"} | of_holds
    assert [row["type"] for row in lines].count("erasure.step") == len(done.steps) - 1
    assert (lines[0]["type"], lines[-1]["type"]) == ("erasure.started", "erasure.done")


async def test_what_a_probe_finds_is_erased_again_and_what_comes_back_is_told(
    erase: Erase, database: Database, clock: StillClock
):
    """A process that was writing still, and later a mistake of somebody who imports an old list."""
    ann = filling.somebody("canaryann")
    async with database.transaction() as session:
        subject = await filling.fill(session, ann, KEYS, clock.now())
        id = await erase.start(session, subject)
    steps = (await erase.find(id)).steps
    await erase.run(id, steps_max=len(steps) - 1)
    late = text(
        "INSERT INTO folders (cloud_id, id, path, created_at, updated_at) VALUES (:cloud, 'late', :path, :at, :at)"
    )
    async with database.transaction() as session:
        await session.execute(late, {"cloud": ann.cloud_id, "path": "late", "at": clock.now()})
    with pytest.raises(Busy):
        await erase.run(id)
    done = await erase.run(id)
    assert [probe["found"] for probe in done.probes] == [2, 0]
    assert done.state is State.DONE

    for days, found in ((7, 0), (23, 0), (60, 1)):
        clock.advance(timedelta(days=days, seconds=1))
        if found:
            async with database.transaction() as session:
                words = {"cloud": "of-somebody", "path": ann.email, "at": clock.now()}
                await session.execute(late, words)
        await erase.looking.probe_erasures({})
    last = await erase.find(id)
    assert [probe["found"] for probe in last.probes][2:] == [0, 0, 0]
    assert last.probes[-1]["places"] == ["database: folders (of another cloud)"]
    assert last.probe_at is None


async def test_a_store_that_cannot_be_searched_holds_it_back_until_it_can_be(
    erase: Erase, database: Database, clock: StillClock, tmp_path: Path
):
    ann, answers = filling.somebody("canaryann"), False

    async def store() -> None:
        if not answers:
            raise NotAvailable("The store cannot be reached.")

    held = replace(erase, looking=replace(erase.looking, reach=Reach({"store: files": store})))
    async with database.transaction() as session:
        subject = await filling.fill(session, ann, KEYS, clock.now())
        id = await held.start(session, subject)
    for _ in range(2):
        done = await held.run(id)
        assert (done.state, done.not_searched) == (
            State.HELD,
            [{"store": "store: files", "why_not": "The store cannot be reached."}],
        )
    assert len(done.probes) == 1
    with pytest.raises(NotFound):
        await held.receipt(id)
    # By the clock it is tried again, an hour later.
    await held.looking.probe_erasures({})
    assert (await held.find(id)).state is State.HELD
    clock.advance(timedelta(hours=1))
    await held.looking.probe_erasures({})
    assert (await held.find(id)).state is State.RUNNING
    answers = True
    done = await held.run(id)
    assert (done.state, done.not_searched, [each["found"] for each in done.probes]) == (State.DONE, [], [0, 0])


async def test_names_that_hardly_anybody_has_are_looked_for_too(
    erase: Erase, database: Database, clock: StillClock, tmp_path: Path
):
    """A folder that nobody told of holds a list with the name of one of her files."""
    ann = filling.somebody("canaryann")
    async with database.transaction() as session:
        subject = await filling.fill(session, ann, KEYS, clock.now())
        id = await erase.start(session, subject)
    (tmp_path / "list.txt").write_text("pictures: canaryann-assets-name.jpg, cat.jpg")
    with pytest.raises(Busy):
        await erase.run(id)
    (tmp_path / "list.txt").unlink()
    done = await erase.run(id)
    assert (done.state, [each["found"] for each in done.probes]) == (State.DONE, [1, 0])


@pytest.mark.parametrize(
    ("name", "is_unusual"),
    [
        ("Ann Kanarienvogel", True),
        ("summer-party-2024", True),
        ("IMG20240102", True),
        ("cat", False),
        ("2024-01-02-03", False),
        ("background", False),
    ],
)
def test_what_anybody_could_be_called_proves_nothing(name: str, is_unusual: bool):
    assert probes.unusual([name]) == ([name] if is_unusual else [])


def test_a_file_that_cannot_be_read_to_its_end_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "long").write_bytes(b"x" * 100 + b"canaryann")
    (tmp_path / "short").write_bytes(b"canaryann")
    monkeypatch.setattr(probes, "FILE_BYTES_MAX", 50)
    monkeypatch.setattr(probes, "CHUNK_BYTES", 50)
    looked = probes.search_folder(tmp_path, ["canaryann"])
    assert ([hit.place for hit in looked.hits], looked.unread) == (["file: short"], ["long"])


async def test_of_one_person_the_account_stays(erase: Erase, database: Database, clock: StillClock):
    ann = filling.somebody("canaryann")
    async with database.transaction() as session:
        await filling.fill(session, ann, KEYS, clock.now())
        subject = await of_people.subject_of(session, ann.account_id, ann.user_id)
        before = await counts(session)
        id = await erase.start(session, subject)
    done = await erase.run(id)
    async with database.transaction() as session:
        after = await counts(session)
    gone = {name for name, count in before.items() if after[name] < count}
    assert done.state is State.DONE
    assert {"users", "user_sessions", "passwords", "letters", "signups", "page_views", "traffic"} <= gone
    assert not gone & {"accounts", "clouds", "assets", "api_keys", "user_groups", "roles", "derived_files"}


async def chunks_of(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_who_has_no_account_is_forgotten_by_their_address_to_the_end(
    erase: Erase, database: Database, clock: StillClock
):
    email = "caller@birds.example"
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO mail_suppressions (address_mark, list, reason, created_at) "
                "VALUES (:mark, 'news', 'refused', :now)"
            ),
            {"mark": mark_of(KEYS, email), "now": clock.now()},
        )
        id = await erase.start(session, await of_people.subject_named(session, email))
    done = await erase.run(id)
    assert (done.state, [each["found"] for each in done.told()["probes"]]) == (State.DONE, [0])
    async with database.transaction() as session:
        assert await probes.search_words(session, [email]) == []
