"""Looking: after an erasure, everything is searched for rests; at its end, and again after days."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.clock import Clock
from safelight.kernel.holdings import Fate, Keeper, Searched, Subject
from safelight.ports.database import Database, Session
from safelight.ports.queue import Job
from safelight.privacy import ledger, probes, store_subjects
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.erasure import JOB, State, declared, ids_of, is_told_alone, places_of
from safelight.privacy.reach import Reach

PROBE_DAYS = (7, 30, 90)
"""So long after the end it is looked again: what is gone must stay away."""
NAMES = ("users", "accounts", "clouds", "former_cloud_names")
PROBES_MAX = 50
"""Most erasures that one round looks at again."""
CLAUSE = "PP-47"
UNREAD_MAX = 20
"""So many files that could not be read are named."""
RECEIPT_DAYS = 30
"""So long a receipt can be fetched that was not."""


@dataclass(frozen=True)
class Left:
    """What is still there; and the stores that could not be looked through, so that nobody knows."""

    hits: Sequence[probes.Hit]
    unsearched: Sequence[Searched] = ()


@dataclass(frozen=True)
class Looking:
    """What each context still sees, and what a search that asks none of them finds."""

    database: Database
    keepers: Sequence[Keeper[Session]]
    clock: Clock
    folders: Mapping[str, Path]
    """Folders of this machine that are read, by what they are called."""
    reach: Reach = field(default_factory=Reach)

    def coverage(self) -> list[Searched]:
        """Every store that is searched, and those that are not, with the reason."""
        return [
            *(each for keeper in self.keepers for each in keeper.coverage()),
            Searched("database: every column of text, JSON and bytes"),
            *(Searched(f"folder: {name}") for name in self.folders),
        ]

    async def left(self, session: Session, subject: Subject, row: RowMapping) -> Left:
        """What each context still sees, and what a search of all columns and files finds."""
        unsearched = await self.reach.unreached()
        if unsearched:
            # A store that is not there cannot be asked what it holds, and the others are asked with it again.
            return Left((), unsearched)
        fates = {step["sheet"]: step["fate"] for step in row["steps"] if not is_told_alone(step)}
        seen = [
            probes.Hit(", ".join(found.places), found.count)
            for keeper in self.keepers
            for found in await keeper.look(session, subject)
            if found.count and fates.get(found.sheet) != Fate.KEEP.value
        ]
        # The salt of the ledger is known by the same id, and goes last of all; the row of the account's cloud stays.
        passed = [*declared(row), "ledger_salts"]
        ids = [*ids_of(subject)]
        hits = await probes.search_words(session, ids, cloud_ids=subject.cloud_ids, passed=passed)
        # Of who has no account the salt is known by the address.
        hits += await probes.search_words(session, subject.emails, cloud_ids=subject.cloud_ids, passed=["ledger_salts"])
        names = probes.unusual(subject.words)
        # Others may be called the same, and what a cloud was called stays.
        hits += await probes.search_words(session, names, cloud_ids=subject.cloud_ids, passed=[*passed, *NAMES])
        for name, folder in self.folders.items():
            found = await asyncio.to_thread(probes.search_folder, folder, [*ids, *subject.emails, *names])
            hits += [probes.Hit(f"{name}: {hit.place}", hit.count) for hit in found.hits]
            unsearched += [
                Searched(f"folder: {name}/{file}", "it could not be read to its end", is_unreached=True)
                for file in found.unread[:UNREAD_MAX]
            ]
        return Left([*seen, *(hit for hit in hits if not hit.is_elsewhere)], unsearched)

    async def probe_erasures(self, _payload: dict[str, Any]) -> None:
        """By the clock: look again for those whose day has come."""
        async with self.database.transaction() as session:
            due = await store_subjects.probes_due(session, self.clock.now(), PROBES_MAX)
        for id in due:
            await self._probe_again(id)

    async def _probe_again(self, id: str) -> None:
        async with self.database.transaction() as session:
            row = await store_subjects.erasure(session, id, is_locked=True)
            now = self.clock.now()
            if row is None or row["probe_at"] is None or row["probe_at"] > now:
                return
            if row["state"] == State.HELD:
                # The store may be there again: it goes on where it was held up.
                await store_subjects.change_erasure(session, id, state=State.RUNNING.value, probe_at=None)
                await session.defer(Job(JOB, {"id": id}, lock=f"erasure/{id}"))
                return
            found = await probes.search_marks(session, row["marks"], row["salt"], passed=declared(row))
            count = sum(hit.count for hit in found if not hit.is_elsewhere)
            days = (now - row["ended_at"]).days
            later = next((each for each in PROBE_DAYS if each > days), None)
            told = {"at": now.isoformat(), "found": count, "places": places_of(found)}
            await store_subjects.change_erasure(
                session,
                id,
                probes=[*row["probes"], told],
                state=(State.REMAINS if count else State(row["state"])).value,
                probe_at=None if later is None else row["ended_at"] + timedelta(days=later),
                # Nothing looks for them after the last time.
                **({"marks": []} if later is None else {}),
                **({"receipt": None} if days >= RECEIPT_DAYS else {}),
            )
            counts: dict[str, int] = {"found": count, "days": days}
            entry = Entry(EntryType.ERASURE_PROBED, now, CLAUSE, commitment=row["commitment"], counts=counts)
            await ledger.append(session, entry)
