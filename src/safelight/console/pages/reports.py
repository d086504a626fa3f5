"""Reports: what people who are shown in files of an account ask its owners, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console import sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.words import mark as _
from safelight.kernel.errors import Forbidden, SafelightError
from safelight.people.model import UserRole
from safelight.privacy.relay import Outcome
from safelight.privacy.relaying import Relaying

BASE = "/account/reports"
ANSWERING = frozenset({UserRole.MASTER_ADMIN, UserRole.ADMIN})
LOOKS: Mapping[Outcome | None, tuple[str, str]] = {
    None: ("warn", _("waits for your answer")),
    Outcome.REMOVED: ("good", _("answered: removed")),
    Outcome.CHANGED: ("good", _("answered: changed")),
    Outcome.DECLINED: ("", _("answered: not changed")),
    Outcome.SILENT: ("bad", _("not answered in time; whoever runs this looks at it")),
    Outcome.CLOSED: ("", _("over: nothing is to be answered any more")),
}
ANSWERS: Mapping[Outcome, str] = {
    Outcome.REMOVED: _("The file is removed"),
    Outcome.CHANGED: _("The file is changed: they are not to be seen in it any more"),
    Outcome.DECLINED: _("Nothing changes, for the reason below"),
}


@dataclass(frozen=True)
class ReportPages:
    door: Door
    relaying: Relaying

    def routes(self) -> list[BaseRoute]:
        inside = self.door.inside
        return [inside(BASE, self.page), inside(f"{BASE}/{{id}}", self.answer, POST)]

    async def page(self, guest: Guest, status: int = 200, fault: str = "") -> Response:
        """What owners of this account are asked, the newest first."""
        self._check(guest)
        async with self.door.database.transaction() as session:
            found = await self.relaying.requests.others.relays.of_account(session, guest.user.account_id)
        words = sheets.spoken(guest.visit.language, fault) if fault else ""
        return self.door.show_in(
            guest, "reports.html", status, reports=found, looks=LOOKS, answers=[*ANSWERS.items()], fault=words
        )

    async def answer(self, guest: Guest) -> Response:
        """It goes to who asked."""
        self._check(guest)
        visit = guest.visit
        try:
            async with self.door.database.transaction() as session:
                id = str(visit.request.path_params["id"])
                asked = (visit.text("outcome"), visit.text("text"))
                await self.relaying.answer(session, guest.user.account_id, id, *asked, now=guest.now)
        except SafelightError as error:
            return await self.page(guest, error.status, error.message)
        return go(f"{BASE}?done=report-answered")

    def _check(self, guest: Guest) -> None:
        """Raises Forbidden."""
        if guest.user.role not in ANSWERING:
            raise Forbidden("Reports are answered by owners and admins of the account.")
