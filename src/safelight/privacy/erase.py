"""Erase: forgets everything about somebody, step by step, and goes on where it was stopped; then looks for rests.

One step is one sheet of one context, and takes as many transactions as it needs; in each, rows go and the row of the
erasure says so, or neither. Files that are gone already are no error. So it may be ended anywhere and run again.
"""

import asyncio
import builtins
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.clock import Clock
from safelight.kernel.errors import Busy, NotFound
from safelight.kernel.holdings import Keeper, Subject
from safelight.kernel.ids import new_id, random_bytes
from safelight.ports.database import Database, Session
from safelight.ports.keys import KeyStore
from safelight.ports.queue import Job
from safelight.privacy import ledger, plan, probes, store_subjects
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.erasure import JOB, Erasure, State, erasure_of, ids_of, key_of, opened, places_of, sealed
from safelight.privacy.looking import CLAUSE, PROBE_DAYS, Looking
from safelight.privacy.plan import Step
from safelight.privacy.preserve import Preserve
from safelight.privacy.receipts import Claims, Kept, Probed, Receipts

SEAL_RECEIPT = "erasure receipt"
BATCH_ROWS = 1000
"""So many records go in one transaction."""
ROUNDS_MAX = 3
"""So often all is done again where a probe finds something; then a person must look."""
AGAIN_SECONDS = 60
NAMES_MAX = 200
"""So many names of files are looked for afterwards."""
LAST_TABLES = ("ledger_salts",)
"""Of which something goes when all else is gone."""
HELD_MINUTES = 60
"""So long after a store could not be searched it is tried again."""

Freeze = Callable[[Session, Subject, datetime], Awaitable[None]]
Overwrite = Callable[[Sequence[str]], Mapping[str, str]]
"""Overwrite what was deleted from these tables; which of them still linger in their files, and why. Blocks."""


@dataclass(frozen=True)
class Erase:
    """Plan, start and carry out."""

    database: Database
    keepers: Sequence[Keeper[Session]]
    keys: KeyStore
    clock: Clock
    freeze: Freeze
    overwrite: Overwrite
    looking: Looking
    receipts: Receipts
    batch_rows: int = BATCH_ROWS
    key_backup_days: int = 7
    """So long after the keys of files were destroyed the last copy of them in a backup is gone, too."""
    preserve: Preserve | None = None
    """Sets aside what is held; where nothing can be, nothing is."""

    async def plan(
        self, session: Session, subject: Subject, *, with_hidden: bool = False
    ) -> builtins.list[dict[str, Any]]:
        """What would be done, with how much there is of each; nothing is touched.

        `with_hidden`: for whoever runs the installation, with what its person must not be told of.
        """
        steps = await self._steps(session, subject, with_hidden=with_hidden)
        return plan.shown(steps, await self._counts(session, subject))

    async def start(self, session: Session, subject: Subject) -> str:
        """From here on it will be done, whatever stops in between; its id. Twice for the same subject is once."""
        now, whom = self.clock.now(), key_of(subject)
        commitment = await ledger.commitment(session, whom)
        known = await store_subjects.open_erasure_of(session, commitment, State.DONE)
        if known is not None:
            return known
        subject = replace(subject, words=(*subject.words, *await self._file_names(session, subject)))
        counts, salt, id = await self._counts(session, subject), random_bytes(probes.MARK_BYTES), new_id()
        planned = await self._steps(session, subject)
        steps = [{**step.told(), "count": plan.count_of(step, counts), "done": 0} for step in planned]
        await store_subjects.add_erasure(
            session,
            {
                "id": id,
                "commitment": commitment,
                "sealed": sealed(subject, self.keys),
                "salt": salt,
                "marks": probes.marks_of((*ids_of(subject), *subject.emails, *probes.unusual(subject.words)), salt),
                "state": State.RUNNING.value,
                "steps": steps,
                "position": 0,
                "created_at": now,
            },
        )
        await session.defer(Job(JOB, {"id": id}, lock=f"erasure/{id}"))
        told = {"steps": len(steps), "records": sum(step["count"] for step in steps)}
        await ledger.append(session, Entry(EntryType.ERASURE_STARTED, now, CLAUSE, subject=whom, counts=told))
        return id

    async def erase_subject(self, payload: dict[str, Any]) -> None:
        """The job."""
        await self.run(payload["id"])

    async def run(self, id: str, *, steps_max: int | None = None) -> Erasure:
        """Go on from where it is, to the end; or so many steps. Raises Busy where a probe found something left."""
        async with self.database.lock(f"erasure/{id}") as is_mine:
            if not is_mine:
                raise Busy("This erasure is being carried out already.", retry_after_seconds=AGAIN_SECONDS)
            taken = 0
            await self._take_up(id)
            while (erasure := await self.find(id)).state is State.RUNNING:
                if steps_max is not None and taken >= steps_max:
                    break
                taken += await self._go(erasure)
            return erasure

    async def _take_up(self, id: str) -> None:
        """What a store held up goes on where it stood."""
        async with self.database.transaction() as session:
            row = await store_subjects.erasure(session, id, is_locked=True)
            if row is not None and row["state"] == State.HELD:
                await store_subjects.change_erasure(session, id, state=State.RUNNING.value, probe_at=None)

    async def find(self, id: str) -> Erasure:
        """Raises NotFound."""
        async with self.database.transaction() as session:
            row = await store_subjects.erasure(session, id)
        if row is None:
            raise NotFound(f"There is no erasure `{id[:64]}`.")
        return erasure_of(row)

    async def receipt(self, id: str) -> bytes:
        """What proves it. Raises NotFound where it is not done yet, or was too long ago."""
        async with self.database.transaction() as session:
            row = await store_subjects.erasure(session, id)
        if row is None or row["receipt"] is None:
            raise NotFound(f"There is no receipt of an erasure `{id[:64]}`: not yet, or not any more.")
        return self.keys.open(row["receipt"], SEAL_RECEIPT)

    async def list(self, limit: int = 100) -> builtins.list[Erasure]:
        """The newest first."""
        async with self.database.transaction() as session:
            return [erasure_of(row) for row in await store_subjects.list_erasures(session, limit)]

    async def _go(self, erasure: Erasure) -> int:
        """A batch of the step that it stands at: 1 if the step is done with it."""
        step = erasure.steps[erasure.position]
        if (step["context"], step["sheet"]) == (plan.ENGINE, plan.DATABASE):
            # Outside of a transaction, and before the step is noted: to do it twice does no harm.
            tables = [each["sheet"] for each in erasure.steps if each["context"] not in plan.TOLD]
            lingering = await asyncio.to_thread(self.overwrite, tables)
            return await self._note(erasure, done=len(tables), more={"lingering": dict(lingering)})
        if (step["context"], step["sheet"]) == (plan.ENGINE, plan.PROBE):
            if not await self._finish(erasure):
                raise Busy(
                    "Something is left, or came back: all is done again later.", retry_after_seconds=AGAIN_SECONDS
                )
            # What goes with the last line lies in the files of its table, too, until something else takes its place.
            await asyncio.to_thread(self.overwrite, LAST_TABLES)
            return 1
        if (step["context"], step["sheet"]) == (plan.ENGINE, plan.HOLD):
            # Files are copied: outside of a transaction, and twice is once.
            if self.preserve is not None:
                await self.preserve.keep_of(await self._subject(erasure))
            return await self._note(erasure, done=0, more={})
        async with self.database.transaction() as session:
            row = await self._locked(session, erasure)
            subject = opened(row, self.keys)
            if step["context"] == plan.HOLDS:
                return await self._noted(session, row, step["count"])
            if step["context"] == plan.ENGINE:
                if step["sheet"] == plan.FREEZE:
                    await self.freeze(session, subject, self.clock.now())
                return await self._noted(session, row, 1)
            keeper = next(each for each in self.keepers if each.context == step["context"])
            receipt = await keeper.forget(session, subject, step["sheet"], self.batch_rows)
            return await self._noted(session, row, receipt.done, is_more=receipt.is_more)

    async def _note(self, erasure: Erasure, done: int, more: Mapping[str, Any]) -> int:
        async with self.database.transaction() as session:
            return await self._noted(session, await self._locked(session, erasure), done, more=more)

    async def _noted(
        self,
        session: Session,
        row: RowMapping,
        done: int,
        *,
        is_more: bool = False,
        more: Mapping[str, Any] | None = None,
    ) -> int:
        """Written down with the deed itself; at the end of a step the ledger gets a line."""
        at: int = row["position"]
        steps: builtins.list[dict[str, Any]] = [dict(step) for step in row["steps"]]
        steps[at] = {**steps[at], **(more or {}), "done": steps[at]["done"] + done}
        await store_subjects.change_erasure(session, row["id"], steps=steps, position=at if is_more else at + 1)
        if is_more:
            return 0
        counts: dict[str, int] = {f"{steps[at]['sheet']}.done": steps[at]["done"], "step": at + 1}
        entry = Entry(EntryType.ERASURE_STEP, self.clock.now(), CLAUSE, commitment=row["commitment"], counts=counts)
        steps[at]["lines"] = [*steps[at].get("lines", []), await ledger.append(session, entry)]
        await store_subjects.change_erasure(session, row["id"], steps=steps)
        return 1

    async def _finish(self, erasure: Erasure) -> bool:
        """Look everywhere; what is found is forgotten again from the first step on, some times."""
        async with self.database.transaction() as session:
            row = await self._locked(session, erasure)
            subject, now = opened(row, self.keys), self.clock.now()
            left = await self.looking.left(session, subject, row)
            count, commitment = sum(hit.count for hit in left.hits), row["commitment"]
            not_searched = [{"store": each.store, "why_not": each.why_not} for each in left.unsearched]
            told = {"at": now.isoformat(), "found": count, "places": places_of(left.hits), "not_searched": not_searched}
            probed = {"probes": [*row["probes"], told]}
            counts: dict[str, int] = {"found": count, "round": row["rounds"] + 1, "not-searched": len(not_searched)}
            await ledger.append(session, Entry(EntryType.ERASURE_PROBED, now, CLAUSE, None, commitment, counts))
            if not_searched:
                held = {"state": State.HELD.value, "probe_at": now + timedelta(minutes=HELD_MINUTES)}
                # Of many tries the last says enough.
                probed = {"probes": [*(each for each in row["probes"] if not each.get("not_searched")), told]}
                await store_subjects.change_erasure(session, row["id"], **probed, **held)
                return True
            if count and row["rounds"] + 1 < ROUNDS_MAX:
                rounds = {"rounds": row["rounds"] + 1, "position": 0}
                await store_subjects.change_erasure(session, row["id"], **probed, **rounds)
                return False
            state = State.REMAINS if count else State.DONE
            await store_subjects.change_erasure(
                session,
                row["id"],
                **probed,
                state=state.value,
                # Who it was is not known from here on.
                sealed=None,
                position=len(erasure.steps),
                ended_at=now,
                probe_at=now + timedelta(days=PROBE_DAYS[0]),
            )
            records = {"records": sum(step["done"] for step in row["steps"] if step["context"] not in plan.TOLD)}
            receipt = await self._receipt(session, subject, row, {**records, "found": count})
            await store_subjects.change_erasure(session, row["id"], receipt=receipt)
            return True

    async def _receipt(self, session: Session, subject: Subject, row: RowMapping, counts: Mapping[str, int]) -> bytes:
        """With the last line of the ledger; nobody but who has it can say later that the lines were about them."""
        now, whom = self.clock.now(), key_of(subject)
        kept = erasure_of(row).kept
        claims = Claims(
            "erasure",
            case=row["id"],
            stores=[Probed(each.store, now, each.why_not or "searched") for each in self.looking.coverage()],
            kept=[Kept(str(each["sheet"]), str(each["ground"]), _day(each["ends_at"])) for each in kept],
            backup_clear_by=(now + timedelta(days=self.key_backup_days)).date(),
            more=dict(counts),
        )
        lines = [line for step in row["steps"] for line in step.get("lines", [])]
        salt = await ledger.salt_of(session, whom)
        # It says that nobody else can tell whose lines they are: so by now nobody can.
        await ledger.forget_salt(session, whom)
        made = await self.receipts.issue(
            session, claims, subject=whom, as_entry=EntryType.ERASURE_DONE, clause=CLAUSE, entries=lines, salt=salt
        )
        return self.keys.seal(made, SEAL_RECEIPT)

    async def _locked(self, session: Session, erasure: Erasure) -> RowMapping:
        row = await store_subjects.erasure(session, erasure.id, is_locked=True)
        if row is None or row["position"] != erasure.position:
            raise Busy("This erasure is being carried out already.", retry_after_seconds=AGAIN_SECONDS)
        return row

    async def _subject(self, erasure: Erasure) -> Subject:
        async with self.database.transaction() as session:
            return opened(await self._locked(session, erasure), self.keys)

    async def _steps(self, session: Session, subject: Subject, *, with_hidden: bool = False) -> tuple[Step, ...]:
        sheets = [(keeper.context, sheet) for keeper in self.keepers for sheet in keeper.sheets]
        held = await self.preserve.held(session, subject) if self.preserve else []
        told = [each for each in held if with_hidden or not each.is_hidden]
        return plan.steps_of(sheets, subject, self.clock.now(), told)

    async def _file_names(self, session: Session, subject: Subject) -> builtins.list[str]:
        """What some of their files were called, by which rests may be known."""
        found: builtins.list[str] = []
        sheets = [(keeper, sheet) for keeper in self.keepers for sheet in keeper.sheets if sheet.has_files]
        for keeper, sheet in sheets if subject.cloud_ids else ():
            async for item in keeper.give(session, subject, sheet.name):
                found += probes.unusual([PurePosixPath(item.file.name).stem] if item.file else ())
                if len(found) >= NAMES_MAX:
                    return found
        return found

    async def _counts(self, session: Session, subject: Subject) -> dict[str, int]:
        return {found.sheet: found.count for keeper in self.keepers for found in await keeper.look(session, subject)}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
