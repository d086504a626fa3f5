"""Assessing: the checks of every clause, put together out of what each part can look at itself."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Table, select, text

from safelight.adapters.database.reading import holdings_of
from safelight.boot import (
    arriving,
    asking,
    declared,
    evidence,
    exposing,
    guards,
    holding,
    lettered,
    promising,
    requests,
    retaining,
    sealing,
    subjects,
    tree,
    unneeded,
    veiling,
)
from safelight.boot.house import House
from safelight.boot.showing import Showing
from safelight.boot.trial import Trial, Tried
from safelight.kernel.errors import PurposeDenied
from safelight.kernel.purpose import Reads, reading_for
from safelight.mail.template import OURS
from safelight.ports.database import Session
from safelight.ports.tables import METADATA
from safelight.privacy import checks, ledger, policy_page, selfcheck, versions
from safelight.privacy.checks import Known
from safelight.privacy.entry import EntryType, detail_hash
from safelight.privacy.inventory import Gap
from safelight.privacy.request_checks import RequestChecks, checks_of
from safelight.privacy.selfcheck import Check, Finding, Result, Status, judged, not_testable

FOREIGN = frozenset({"alembic_version"})
"""A table that is not ours to declare."""
JOB = "export_subject"
"""For whose purposes somebody's data are read in a trial."""
LIVED = (
    "PP-05", "PP-13", "PP-18", "PP-21", "PP-24", "PP-25", "PP-32", "PP-33", "PP-34", "PP-37", "PP-39", "PP-41",
    "PP-45", "PP-47", "PP-48", "PP-54", "PP-60",
)  # fmt: skip
"""Clauses that are tried with somebody who is not there."""
SHOWN = ("PP-01", "PP-30", "PP-36", "PP-40", "PP-59", "PP-61", "PP-62", "PP-64")
"""Clauses of which the running installation is asked from outside."""
PRECISE = ("latitude", "longitude", "city", "geo_point", "coordinates_of_client")
"""Names of columns that would tell a place more closely than its country."""


@dataclass(frozen=True)
class Assess:
    """Every clause of the running installation, looked at, signed and kept."""

    rooms: House
    address: str | None = None
    """Where the installation answers; where the last start of its data folder listened if None."""

    async def selfcheck(self, _payload: dict[str, Any]) -> None:
        """Once a day."""
        await self.all(keeps=True)

    async def all(self, only: Sequence[str] = (), *, keeps: bool) -> list[Result]:
        """`keeps`: the report is signed, written down, and told in the ledger; only where nothing was left out."""
        now = self.rooms.clock.now()
        async with self.rooms.database.transaction() as session:
            found = await selfcheck.run(await self._checks(session), now, only)
        if keeps and not only:
            async with self.rooms.database.transaction() as session:
                await selfcheck.report(session, found, evidence.signer_of(self.rooms), now)
        return found

    async def _checks(self, session: Session) -> Mapping[str, Check]:
        known = await self._known(session)
        live = await self._showing(known)
        held = {each.name: each for all_of in declared.holdings().values() for each in all_of}
        pure: dict[str, Finding] = {
            "PP-04": checks.by_gaps(known, "PP-04", f"{len(known.there.log_fields)} fields of a line of the log, "
                                    "each declared and none an address or an agent"),
            "PP-17": checks.letters_have_a_class({name: OURS.find(name, "en").kind for name in OURS.names()}),
            "PP-20": checks.by_gaps(known, "PP-20", f"{len(known.there.columns)} columns and "
                                    f"{len(known.policy.entities)} kinds of records stand on both sides"),
            "PP-22": checks.by_gaps(known, "PP-22", f"{len(known.policy.connectors)} ways out, and no other; there is "
                                    "no word for a sale"),
            "PP-23": checks.recipients_are_bound(known),
            "PP-28": checks.agreements_flow_down(known),
            "PP-50": checks.by_gaps(known, "PP-50", f"{len(known.policy.entities)} kinds of records, each with the "
                                    "period that its room keeps to"),
            "PP-55": checks.places_are_said(known),
            "PP-56": checks.frameworks_are_alive(known),
            "PP-58": checks.recourse_is_the_same(known),
            "PP-67": checks.arbitration_is_offered(known),
            "PP-68": checks.minor_waits(known),
            "PP-69": checks.substantial_waits(known),
            "PP-70": checks.law_is_named(known),
            "PP-73": checks.somebody_is_named(known),
            "PP-74": checks.last_change_is_said(known),
            "PP-75": checks.one_source(known),
        }  # fmt: skip
        trial = Trial(self.rooms, subjects.keepers_of(self.rooms), known.policy.purposes_of_job(JOB))
        once = _Once(trial)
        looked: dict[str, Check] = {
            **{name: partial(_of_trial, once, name) for name in LIVED},
            "PP-02": guards.cards_are_refused,
            "PP-06": partial(guards.went_in_time, self.rooms, session, guards.VISITS),
            "PP-07": partial(guards.went_in_time, self.rooms, session, guards.PAGES),
            "PP-16": guards.faults_name_nobody,
            "PP-08": partial(_places, session),
            "PP-12": partial(_purposes, known, self.rooms.settings.privacy.mode),
            "PP-53": partial(retaining.kept_in_time, self.rooms, session),
            "PP-38": partial(
                unneeded.fields_are_used,
                session,
                known.policy,
                checks.only_what_is_needed(known, held),
                self.rooms.clock.now(),
            ),
        }
        asked = requests.answering_of(self.rooms)
        looked |= checks_of(RequestChecks(asked.requests, self.rooms.clock.now()), session, asked)
        looked |= holding.checks_of(self.rooms, session)
        looked |= {name: partial(_told, finding) for name, finding in pure.items()}
        looked |= exposing.checks_of(self.rooms, session, live)
        shown = self._shown(known, live)
        looked |= self._lettered(session, pure["PP-73"])
        return {
            **looked, **shown, "PP-36": partial(_both, partial(_of_trial, once, "PP-36"), shown["PP-36"]),
            "PP-62": partial(_both, partial(sealing.are_sealed, self.rooms.blobs), shown["PP-62"]),
        }  # fmt: skip

    def _lettered(self, session: Session, named: Finding) -> Mapping[str, Check]:
        """Letters that come in, and what copies tell of others."""
        keepers, archive = subjects.keepers_of(self.rooms), subjects.export_of(self.rooms).archive
        mail = next(each for each in keepers if each.context == "mail")
        masked = lettered.others_are_masked(keepers, is_masking=archive.masking is not None)
        return {
            "PP-03": partial(lettered.are_kept, session, arriving.take_in_of(self.rooms), mail),
            "PP-49": partial(veiling.pictures_are_masked, self.rooms, masked),
            "PP-73": partial(lettered.is_heard, self.rooms, arriving.desk_of(self.rooms), named),
        }

    def _shown(self, known: Known, live: Showing | str) -> Mapping[str, Check]:
        """What must be asked of the running installation."""
        if isinstance(live, str):
            words = f"nobody answers at {live}; start the installation first"
            asked = dict.fromkeys(SHOWN, not_testable(words))
            return {name: partial(_told, finding) for name, finding in asked.items()}
        return {
            "PP-01": live.form_asks_for_four,
            "PP-30": partial(_no_analytics, known, live),
            "PP-36": live.signal_is_honoured,
            "PP-40": live.other_signal_changes_nothing,
            "PP-59": partial(_cookies, known, live),
            "PP-61": live.pages_need_no_cookies,
            "PP-62": live.controls_stand,
            "PP-64": partial(_displayed, known, live),
        }

    async def _known(self, session: Session) -> Known:
        settings, now = self.rooms.settings, self.rooms.clock.now()
        policy = promising.policy_of(settings)
        found = await versions.list_all(session)
        keys = [each.verifier for each in await evidence.signer_of(self.rooms).verifiers(session)]
        binding = versions.effective(found, now)
        documents = binding.documents if binding else policy_page.documents(policy)
        last = await ledger.last_of(session, EntryType.POLICY_POSTED)
        return Known(
            policy=policy,
            there=promising.there(settings),
            gaps=[
                *promising.gaps(settings, now.date(), with_files=True),
                *[Gap("PP-20", f"the database has {name}, which the code does not declare")
                  for name in await _undeclared(session)],
            ],
            versions=found,
            shown={name: policy_page.visible(each, policy, now.date()) for name, each in documents.items()},
            unsigned=[each.number for each in found if not versions.is_signed(each, keys)],
            today=now.date(),
            is_in_ledger=not found
            or (last is not None
                and json.loads(last).get("detail_hash") == detail_hash(bytes.fromhex(found[0].hash))),
        )  # fmt: skip

    async def _showing(self, known: Known) -> Showing | str:
        """Who answers, or where nobody does."""
        address = self.address or tree.address_in(self.rooms.settings)
        try:
            await asking.get(address, "/healthz")
        except (OSError, TimeoutError):
            return address
        return Showing(address, known.shown)


async def _purposes(known: Known, mode: str) -> Finding:
    """PP-12: tried with a read of every table, for a purpose that has none of it."""
    reads = Reads(known.policy.readers(), is_strict=True, tell=lambda _holding, _purposes: None)
    declared.load_tables()
    tables = [each for each in METADATA.sorted_tables if any(column.info.get("personal") for column in each.columns)]
    faults = [f"{table.name} is read for nothing" for table in tables if not _is_denied(reads, table, frozenset())]
    nobody = frozenset({"mail.marketing"})
    faults += ["passwords are read to advertise" for table in tables
               if table.name == "passwords" and not _is_denied(reads, table, nobody)]  # fmt: skip
    return judged(faults, f"{len(tables)} tables with personal data, {len(known.policy.use_cases)} uses, mode {mode}")


def _is_denied(reads: Reads, table: "Table[Any]", purposes: frozenset[str]) -> bool:
    try:
        with reading_for(purposes):
            reads.check(holdings_of(select(table)))
    except PurposeDenied:
        return True
    return False


async def _places(session: Session) -> Finding:
    """PP-08"""
    closer = [name for context, column in declared.columns() if (name := declared.name_of(column)).endswith(PRECISE)
              and context in ("activity", "identity")]  # fmt: skip
    found = await session.fetch(
        text(
            "SELECT 'traffic' AS name FROM traffic WHERE country !~ '^([A-Z]{2})?$' "
            "UNION SELECT 'user_sessions' FROM user_sessions WHERE country !~ '^([A-Z]{2})?$' "
            "UNION SELECT 'page_views' FROM page_views WHERE country !~ '^([A-Z]{2})?$'"
        )
    )
    faults = [f"{name} tells more than a country" for name in (*closer, *(row["name"] for row in found))]
    return judged(faults, "countries of two letters in requests, pages and sign-ins, and no column for more")


class _Once:
    """A trial that several clauses are judged by is made once; what breaks it breaks each of them."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._made: asyncio.Task[Tried] | None = None

    async def __call__(self) -> Tried:
        if self._made is None:
            self._made = asyncio.ensure_future(self._trial())
        return await self._made


async def _of_trial(once: _Once, clause: str) -> Finding:
    tried = await once()
    return judged(tried.faults[clause], f"somebody who is not there tried it: {tried.told[clause]}")


async def _both(first: Check, second: Check) -> Finding:
    """Fails where one of them does; holds where the second does."""
    found = await first()
    return found if found.status is Status.FAIL else await second()


async def _told(finding: Finding) -> Finding:
    return finding


async def _no_analytics(known: Known, live: Showing) -> Finding:
    """PP-30"""
    said = checks.analytics_are_told(known)
    faults = [*([said.evidence] if said.status == "FAIL" else []), *await live.pages_load_nothing_from_elsewhere()]
    return judged(faults, f"{said.evidence}; pages load nothing from elsewhere")


async def _cookies(known: Known, live: Showing) -> Finding:
    """PP-59"""
    faults = [*known.told("PP-59"), *await live.cookies_are_registered()]
    return judged(faults, f"{len(known.there.cookies)} cookies, in the registry and in the policy, and no other is set")


async def _displayed(known: Known, live: Showing) -> Finding:
    """PP-64"""
    faults = [f"version {each} is not what was signed" for each in known.unsigned] + await live.policy_is_shown()
    return judged(faults, f"{len(known.versions)} signed versions; pages in {len(known.shown)} languages show the last")


async def _undeclared(session: Session) -> Sequence[str]:
    """Columns of our own schema that no code knows. Partitions are those of their tables."""
    declared.load_tables()
    rows = await session.fetch(
        text(
            "SELECT c.relname AS name, a.attname AS part FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
            "AND a.attnum > 0 AND NOT a.attisdropped"
        )
    )
    known = {table.name: set(table.columns.keys()) for table in METADATA.tables.values()}
    return sorted(
        f"{row['name']}.{row['part']}"
        for row in rows
        if row["name"] not in FOREIGN and row["part"] not in known.get(row["name"], set())
    )
