"""Plan: what would be erased if somebody left, and what would be kept, why and until when; nothing is done here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console import sheets
from safelight.console.door import Door
from safelight.console.guest import Guest
from safelight.console.words import mark as _
from safelight.kernel.holdings import Fate
from safelight.people import subjects
from safelight.privacy import holds
from safelight.privacy.erase import Erase
from safelight.privacy.hold import Ground
from safelight.privacy.plan import ENGINE, HOLDS
from safelight.privacy.policy import Policy

BASE = "/account/plan"
FATES: Mapping[str, tuple[str, str]] = {
    Fate.ERASE.value: ("", _("is erased")),
    Fate.BLANK.value: ("warn", _("is emptied")),
    Fate.KEEP.value: ("warn", _("is kept")),
}
"""How each looks, and in words."""
SET_ASIDE = _("a sealed copy is kept")
GROUNDS: Mapping[Ground, str] = {
    Ground.COURT_ORDER: _("the order of a court"),
    Ground.LEGAL_CLAIM: _("a claim in law"),
    Ground.DISPUTE: _("a dispute"),
    Ground.INVESTIGATION: _("an investigation of misuse"),
    Ground.AUTHORITY_REQUEST: _("the request of an authority"),
    Ground.PRESERVATION_DUTY: _("a duty in law to preserve it"),
}
OTHER = _("Counts and settings of the account")


@dataclass(frozen=True)
class PlanPages:
    door: Door
    erase: Erase
    policy: Policy

    def routes(self) -> list[BaseRoute]:
        return [self.door.inside(BASE, self.page)]

    async def page(self, guest: Guest) -> Response:
        """Item by item, as it would be carried out."""
        async with self.door.database.transaction() as session:
            subject = await subjects.subject_of_person(session, guest.account_id, guest.user.id)
            steps = await self.erase.plan(session, subject)
            held = await holds.told(session, subject, guest.now)
        language = guest.visit.language
        rows = [_row(step, self._title(step, language), language) for step in steps if step["context"] != ENGINE]
        names = {each.id: [self._name(name, language) for name in each.fields] for each in held}
        shown = [{"one": each, "ground": GROUNDS[each.ground], "names": names[each.id]} for each in held]
        return self.door.show_in(guest, "plan.html", rows=_joined(rows), held=shown, is_whole=subject.is_whole)

    def _title(self, step: Mapping[str, Any], language: str) -> str:
        """As the policy calls what is in it; of what a hold keeps, that alone."""
        every = (one for keeper in self.erase.keepers for one in keeper.sheets)
        holdings = next((one.holdings for one in every if one.name == step["sheet"]), ())
        known = [name for name in holdings if name in self.policy.entities and self._is_in(name, step)]
        titles = dict.fromkeys(self._name(name, language) for name in known)
        return ", ".join(titles) or sheets.spoken(language, OTHER)

    def _is_in(self, name: str, step: Mapping[str, Any]) -> bool:
        columns = {column for field in self.policy.entities[name].fields for column in field.columns}
        given = {column for column in columns if column.startswith(f"{step['sheet']}.")}
        wanted = {f"{step['sheet']}.{field}" for field in step["fields"]}
        return not wanted or not given or bool(given & wanted)

    def _name(self, name: str, language: str) -> str:
        entity = self.policy.entities.get(name)
        return entity.title.in_language(language) if entity else name


def _row(step: Mapping[str, Any], title: str, language: str) -> dict[str, Any]:
    look, words = FATES[step["fate"]]
    ground = sheets.spoken(language, step["ground"]) if step["ground"] else ""
    until = date.fromisoformat(step["ends_at"]) if step["ends_at"] else None
    told = {"title": title, "look": look, "fate": SET_ASIDE if step["context"] == HOLDS else words}
    return {**told, "ground": ground, "until": until, "count": step["count"]}


def _joined(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What is called the same and goes the same way is one line."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["title"], row["fate"], row["ground"], row["until"])
        known = found.setdefault(key, {**row, "count": 0})
        known["count"] += row["count"]
    return [*found.values()]
