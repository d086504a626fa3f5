"""Somebody who is not there finds out which promise does not hold: of each planted fault exactly its clause fails."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import text

from safelight.accounts.keys import Keys
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.edge.none import NoEdge
from safelight.boot import deciding, identifying, trial
from safelight.boot.house import House
from safelight.boot.trial import Trial
from safelight.identity import leaving, remember, sessions
from safelight.kernel.choice import ChoiceKind, consents
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import NotAvailable
from safelight.kernel.holdings import Keeper
from safelight.mail.lists import LISTS
from safelight.mail.model import LetterClass
from safelight.people import users
from safelight.ports.blobs import Stat
from safelight.ports.database import Database, Session
from safelight.ports.rows import Rows, RowsKeeper
from safelight.privacy import disclosing
from safelight.privacy.disclosures import Disclosures
from safelight.settings import Settings
from tests.privacy.test_erase import KEYS, keepers_with

PURPOSES = frozenset({"rights.answer"})


class Broken(MemoryBlobs):
    """Does not answer."""

    async def list(self, prefix: str) -> AsyncIterator[Stat]:
        raise NotAvailable("The store cannot be reached.")
        yield


@pytest.fixture
def made(database: Database, clock: StillClock, tmp_path) -> Trial:
    blobs = MemoryBlobs()
    rooms = SimpleNamespace(
        settings=Settings(data=tmp_path),
        clock=clock,
        database=database,
        blobs=blobs,
        keys=Keys(KEYS),
        edge=NoEdge(),
        base_url="http://media.example.com",
    )
    return Trial(cast("House", rooms), keepers_with(blobs), PURPOSES)


async def failing(made: Trial) -> list[str]:
    return sorted(clause for clause, faults in (await made()).faults.items() if faults)


def with_rows(made: Trial, table: str, change: Callable[[Rows], Rows | None]) -> Trial:
    """One sheet of a keeper is another, or is left out."""

    def changed(keeper: Keeper[Session]) -> Keeper[Session]:
        if not isinstance(keeper, RowsKeeper):
            return keeper
        rows = [change(each) if each.table.name == table else each for each in keeper.rows]
        return replace(keeper, rows=tuple(each for each in rows if each is not None))

    return replace(made, keepers=tuple(changed(keeper) for keeper in made.keepers))


async def test_as_it_is_everything_holds_and_nothing_of_it_stays(made: Trial, database: Database):
    tried = await made()
    assert {clause: faults for clause, faults in tried.faults.items() if faults} == {}
    assert set(tried.faults) == {*trial_clauses(), "PP-36"}
    async with database.transaction() as session:
        for table in ("users", "assets", "ledger_entries", "jobs.procrastinate_jobs"):
            [row] = await session.fetch(text(f"SELECT count(*) AS count FROM {table}"))
            assert row["count"] == 0, table


def trial_clauses() -> Sequence[str]:
    from safelight.boot.assessing import LIVED

    return LIVED


@dataclass(frozen=True)
class Plant:
    clause: str
    act: Callable[[Trial], Trial]


def _kept_without_ground(rows: Rows) -> Rows:
    return replace(rows, is_kept=True, ground="")


KEEPERS = {
    "a table that nobody has": Plant("PP-48", lambda made: with_rows(made, "folders", lambda _: None)),
    "a sheet that is of nobody": Plant(
        "PP-48 PP-45 PP-47", lambda made: with_rows(made, "folders", lambda rows: replace(rows, whose=_nobodys(rows)))
    ),
    "something kept without a ground": Plant("PP-39", lambda made: with_rows(made, "folders", _kept_without_ground)),
    "a store that does not answer": Plant(
        "PP-48", lambda made: replace(made, rooms=cast("House", _with(made.rooms, blobs=Broken())))
    ),
}


def _with(rooms: Any, **facts: Any) -> SimpleNamespace:
    return SimpleNamespace(**{**vars(rooms), **facts})


def _nobodys(rows: Rows):
    return lambda _subject: rows.table.c.cloud_id == "nobody"


@pytest.mark.parametrize("name", KEEPERS)
async def test_a_keeper_that_does_not_keep_its_word_is_found_out(made: Trial, name: str):
    plant = KEEPERS[name]
    found = await failing(plant.act(made))
    assert set(plant.clause.split()[:1]) <= set(found) <= set(plant.clause.split()) | {"PP-47"}


async def _nothing(*_: Any, **__: Any) -> Any:
    return None


async def _unchanged(session: Session, user: Any, **_: Any) -> Any:
    return user


FAULTS = {
    "PP-05": (sessions, "end"),
    "PP-21": (users, "change"),
    "PP-34": (trial.of_people, "freeze"),
    "PP-36": (identifying, "opted_out"),
    "PP-54": (leaving, "disable_idle"),
    "PP-60": (remember, "use"),
}


async def _all_pages(_session: Session, pages: Any, _now: Any) -> Any:
    return pages


def _of(kind: ChoiceKind):
    """Whoever is asked for this agreed, whatever they said."""
    return lambda known, asked, purpose="": asked is kind or consents(known, asked, purpose)


DECIDED = {
    "PP-13": (deciding, "wanted_pages", _all_pages),
    "PP-24": (disclosing, "undeclared", lambda *_: ""),
    "PP-25": (disclosing, "may_disclose", lambda *_: True),
    "PP-32": (disclosing, "consents", _of(ChoiceKind.DISCLOSURE)),
    "PP-37": (disclosing, "consents", _of(ChoiceKind.PURPOSE)),
    "PP-41": (Disclosures, "_text", lambda *_: ""),
}


@pytest.mark.parametrize("clause", DECIDED)
async def test_a_choice_that_is_not_heard_fails_its_clause_alone(
    made: Trial, clause: str, monkeypatch: pytest.MonkeyPatch
):
    room, verb, otherwise = DECIDED[clause]
    monkeypatch.setattr(room, verb, otherwise)
    assert await failing(made) == [clause]


@pytest.mark.parametrize("clause", FAULTS)
async def test_a_verb_that_does_nothing_fails_its_clause_alone(
    made: Trial, clause: str, monkeypatch: pytest.MonkeyPatch
):
    room, verb = FAULTS[clause]
    monkeypatch.setattr(room, verb, _unchanged if clause == "PP-21" else _nothing)
    assert await failing(made) == [clause]


async def test_letters_that_nobody_asked_for_fail_their_clause_alone(made: Trial, monkeypatch: pytest.MonkeyPatch):
    [name, *_] = [name for name, each in LISTS.items() if each.kind is LetterClass.MARKETING]
    monkeypatch.setitem(cast("dict[str, Any]", LISTS), name, replace(LISTS[name], is_default=True))
    assert await failing(made) == ["PP-18"]
