"""Trial: somebody who is not there lives through what is promised, in a transaction that is never committed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from safelight.accounts import idleness
from safelight.boot import canary, declared, identifying, subjects
from safelight.boot.canary import Somebody
from safelight.boot.deciding import Deciding
from safelight.boot.house import House
from safelight.identity import remember, sessions
from safelight.identity.idle import WatchAccounts, months_after
from safelight.identity.letters import Letters
from safelight.identity.model import End, Visitor
from safelight.identity.remember import Returned
from safelight.kernel.choice import Way
from safelight.kernel.holdings import Fate, Keeper, Searched, Subject
from safelight.kernel.ids import new_id
from safelight.kernel.purpose import reading_for
from safelight.mail import preferences
from safelight.mail.lists import LISTS
from safelight.mail.marks import mark_of
from safelight.mail.model import LetterClass
from safelight.people import roster, users
from safelight.people import subjects as of_people
from safelight.ports.database import Session
from safelight.privacy import ledger, plan, probes
from safelight.privacy.erasure import ids_of

WORD_CHARS = 12
BATCH_ROWS = 1000
ROUNDS_MAX = 20
IDLE_MARGIN = timedelta(hours=1)
IDLE_LETTERS = ("idle", "idle_disabled")
OWN = frozenset({"ledger_salts", "evidence-salt", "erasure-log"})
"""What the engine itself keeps of an erasure, and forgets apart from its steps."""


class _OverError(Exception):
    """Nothing of it stays."""


@dataclass
class Tried:
    """The faults, by clause; of a clause that was tried and held, none."""

    faults: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    told: dict[str, str] = field(default_factory=dict[str, str])

    def note(self, clause: str, faults: Sequence[str], otherwise: str) -> None:
        self.faults.setdefault(clause, []).extend(faults)
        self.told.setdefault(clause, otherwise)


@dataclass(frozen=True)
class Trial:
    """`purposes`: what somebody's data are read for when they ask for them."""

    rooms: House
    keepers: Sequence[Keeper[Session]]
    purposes: frozenset[str]

    async def __call__(self) -> Tried:
        """Each step sees what the ones before it did."""
        tried, now = Tried(), self.rooms.clock.now()
        who = canary.somebody(f"canary{new_id()[-WORD_CHARS:]}")
        declared.load_tables()
        unreached = await subjects.reach_of(self.rooms).unreached()
        steps: Sequence[Callable[[Session, Somebody, Subject, datetime, Tried], Awaitable[None]]] = (
            self._asks_for_a_copy,
            self._signs_in_and_out,
            self._chooses_letters,
            self._corrects,
            self._decides,
            self._opts_out,
            self._is_used_no_more,
            self._is_shut_out,
            self._is_forgotten,
        )
        with reading_for(self.purposes):
            try:
                async with self.rooms.database.transaction() as session:
                    subject = await canary.fill(session, who, self.rooms.keys.store, now)
                    tried.note(
                        "PP-48", _unreached(unreached), f"{len(canary.tables())} tables, each found by its keeper"
                    )
                    for step in steps:
                        await step(session, who, subject, now, tried)
                    raise _OverError
            except _OverError:
                return tried

    async def _signs_in_and_out(
        self, session: Session, who: Somebody, subject: Subject, now: datetime, tried: Tried
    ) -> None:
        """PP-05, PP-60"""
        user, settings = await roster.get(session, who.account_id, who.user_id), self.rooms.settings.identity
        me, secret = await sessions.begin(session, user, Visitor("Firefox", "ZZ"), now, settings)
        faults = [] if await sessions.find(session, secret.reveal(), now) else ["who signed in is not known"]
        await sessions.end(session, me.session, End.USER, now)
        mine = [each for each in await sessions.list_all(session, user) if each.id == me.session.id]
        if [each.ends(now) for each in mine] != [(now, End.USER)]:
            faults.append("when somebody signed out is not written down")
        if await sessions.find(session, secret.reveal(), now):
            faults.append("who signed out is still known")
        cookie = await remember.begin(session, me, now, settings)
        back = await remember.use(session, cookie.reveal(), Visitor("Firefox", "ZZ"), now, settings)
        forgot = [] if isinstance(back, Returned) else ["who asked to stay signed in does not"]
        await sessions.end_all(session, who.account_id, who.user_id, End.USER, now)
        if isinstance(await remember.use(session, cookie.reveal(), Visitor("Firefox", "ZZ"), now, settings), Returned):
            forgot.append("who signed out everywhere comes back by a remembered device")
        tried.note("PP-60", forgot, "a remembered device, until its person signed out")
        tried.note("PP-05", faults, "a session with both of its moments, and how it ended")

    async def _chooses_letters(
        self, session: Session, who: Somebody, subject: Subject, now: datetime, tried: Tried
    ) -> None:
        """PP-18, PP-33"""
        marketing = [name for name, each in LISTS.items() if each.kind is LetterClass.MARKETING]
        unasked = [f"{name} goes to who never asked for it" for name in marketing if LISTS[name].is_default]
        tried.note("PP-18", unasked, f"{len(marketing)} lists of marketing, and nobody is on them who did not ask")
        mark = mark_of(self.rooms.keys.store, who.email)
        refused = dict.fromkeys(LISTS, False)
        kept = await preferences.choose(session, who.user_id, refused, address_mark=mark, way=Way.ACCOUNT, now=now)
        still = [f"{each.list.name} goes on after it was refused" for each in kept if each.is_wanted]
        tried.note("PP-33", still, f"{len(LISTS)} lists, each refused and over at once")

    async def _corrects(self, session: Session, who: Somebody, subject: Subject, now: datetime, tried: Tried) -> None:
        """PP-21"""
        user = await roster.get(session, who.account_id, who.user_id)
        await users.change(session, user, now=now, name=f"{who.word} corrected")
        given = [item.facts.get("name") async for item in self._keeper("users").give(session, subject, "users")]
        faults = [] if given == [f"{who.word} corrected"] else ["a corrected name is not in what is handed out"]
        tried.note("PP-21", faults, "a name was corrected, and is handed out so")

    async def _opts_out(self, session: Session, who: Somebody, subject: Subject, now: datetime, tried: Tried) -> None:
        """PP-36"""
        await identifying.opted_out(session, await roster.get(session, who.account_id, who.user_id), now)
        user = await roster.get(session, who.account_id, who.user_id)
        is_kept = user.opted_out_at is not None and user.asked_again_at is not None
        tried.note("PP-36", [] if is_kept else ["the signal of who is signed in is not kept"], "kept as a choice")

    async def _decides(self, session: Session, who: Somebody, subject: Subject, now: datetime, tried: Tried) -> None:
        """PP-13, PP-24, PP-25, PP-32, PP-37, PP-41"""
        deciding = Deciding(self.rooms, who, now)
        tried.note("PP-13", await deciding.studies(session), "studies read no name, and nothing of who refused them")
        tried.note("PP-24", await deciding.receives(session), "something left, and is told with its recipient")
        tried.note("PP-25", await deciding.is_passed_on(session), "refused, and no affiliate gets anything")
        tried.note("PP-32", await deciding.consents(session), "a third party, allowed by name and then no more")
        tried.note("PP-37", await deciding.is_asked(session), "another purpose, which waits for a yes")
        tried.note(
            "PP-41", await deciding.asks_for_a_year(session), "asked for a year: none, and then the one there was"
        )

    async def _asks_for_a_copy(
        self, session: Session, who: Somebody, subject: Subject, now: datetime, tried: Tried
    ) -> None:
        """PP-45, PP-48"""
        filled = {table.name for table in canary.tables()}
        sheets = {sheet.name: (keeper, sheet) for keeper in self.keepers for sheet in keeper.sheets}
        faults = [f"the table {name} tells of people and is in no sheet" for name in sorted(filled - set(sheets))]
        for keeper in self.keepers:
            found = {each.sheet: each.count for each in await keeper.look(session, subject)}
            faults += [f"{keeper.context} does not find what is in {name}" for name, count in found.items()
                       if name in filled and not count and not sheets[name][1].why_not_given]  # fmt: skip
        tried.note("PP-48", faults, "")
        missing: list[str] = []
        for name, (keeper, sheet) in sheets.items():
            if name in filled and not sheet.why_not_given:
                given = [item async for item in keeper.give(session, subject, name)]
                missing += [] if given else [f"{name} is not handed out"]
        held = {each.name for all_of in declared.holdings().values() for each in all_of}
        covered = {holding for _, sheet in sheets.values() for holding in sheet.holdings}
        missing += [f"no sheet has the holding {name}" for name in sorted(held - covered - OWN)]
        tried.note("PP-45", missing, f"{len(sheets)} sheets for {len(held)} holdings; of each something was handed out")

    async def _is_used_no_more(
        self, session: Session, who: Somebody, subject: Subject, now: datetime, tried: Tried
    ) -> None:
        """PP-54: what the rounds of years to come would do; then it is undone."""
        settings = self.rooms.settings.identity
        if not settings.idle_months:
            tried.note("PP-54", [], "accounts do not end here because nobody uses them, as the operator chose")
            return
        watch = WatchAccounts(self.rooms.database, self.rooms.clock, Letters(self.rooms.base_url), settings)
        faults: list[str] = []
        try:
            async with session.savepoint():
                await idleness.note_return(session, who.account_id, now)
                ends_at = months_after(now, settings.idle_months)
                first, last = settings.idle_warning_days, settings.idle_last_warning_days
                for days, expected in ((first + 2, 0), (first, 1), (last, 2), (0, 3)):
                    for _ in range(2):
                        await watch.look(session, who.account_id, ends_at - timedelta(days=days) + IDLE_MARGIN)
                    told = [item.facts["template"] async for item in self._keeper("letters").give(session, subject,
                            "letters") if item.facts["template"] in IDLE_LETTERS]  # fmt: skip
                    if len(told) != expected:
                        faults.append(
                            f"{days} days before it ends {len(told)} letters were written, and not {expected}"
                        )
                if await idleness.find(session, who.account_id) is not None:
                    faults.append("an account that nobody used and that was warned goes on")
                raise _OverError
        except _OverError:
            tried.note("PP-54", faults, f"{settings.idle_months} months without use were passed over: two warnings, "
                       "then the end")  # fmt: skip

    async def _is_shut_out(
        self, session: Session, who: Somebody, subject: Subject, now: datetime, tried: Tried
    ) -> None:
        """PP-34, PP-39"""
        user, settings = await roster.get(session, who.account_id, who.user_id), self.rooms.settings.identity
        _, secret = await sessions.begin(session, user, Visitor("Firefox", "ZZ"), now, settings)
        await of_people.freeze(session, subject, now)
        is_known = await sessions.find(session, secret.reveal(), now)
        tried.note(
            "PP-34", ["who was shut out is still let in"] if is_known else [], "shut out at once, where signed in"
        )
        sheets = [(keeper.context, sheet) for keeper in self.keepers for sheet in keeper.sheets]
        counts = {each.sheet: each.count for keeper in self.keepers for each in await keeper.look(session, subject)}
        shown = plan.shown(plan.steps_of(sheets, subject, now), counts)
        untold = [f"{step['sheet']} is kept, and no ground is told" for step in shown
                  if step["fate"] != Fate.ERASE.value and not step["ground"]]  # fmt: skip
        tried.note("PP-39", untold, f"a plan of {len(shown)} steps, each that keeps something with its ground")

    async def _is_forgotten(
        self, session: Session, who: Somebody, subject: Subject, now: datetime, tried: Tried
    ) -> None:
        """PP-47"""
        sheets = [(keeper.context, sheet) for keeper in self.keepers for sheet in keeper.sheets]
        fates: Mapping[str, Fate] = {sheet.name: sheet.fate for _, sheet in sheets}
        for step in plan.steps_of(sheets, subject, now):
            if step.context != plan.ENGINE:
                await self._forget(session, subject, step.sheet)
        await ledger.forget_salt(session, who.user_id)
        left = [
            f"{each.sheet} is still there"
            for keeper in self.keepers
            for each in await keeper.look(session, subject)
            if each.count and fates[each.sheet] is not Fate.KEEP
        ]
        kept = [name for name, fate in fates.items() if fate is not Fate.ERASE]
        words = [who.word, *ids_of(subject)]
        hits = await probes.search_words(
            session, words, cloud_ids=subject.cloud_ids, passed=[*kept, *OWN], of_this_transaction=True
        )
        left += [f"{hit.place} still tells of them" for hit in hits if not hit.is_elsewhere]
        tried.note("PP-47", left, f"{len(sheets)} kinds of records forgotten, and a search of every column finds none")

    async def _forget(self, session: Session, subject: Subject, sheet: str) -> None:
        for _ in range(ROUNDS_MAX):
            if not (await self._keeper(sheet).forget(session, subject, sheet, BATCH_ROWS)).is_more:
                return

    def _keeper(self, sheet: str) -> Keeper[Session]:
        return next(each for each in self.keepers if any(one.name == sheet for one in each.sheets))


def _unreached(stores: Sequence[Searched]) -> list[str]:
    return [f"{each.store} cannot be searched: {each.why_not}" for each in stores]
