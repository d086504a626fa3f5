"""Privacy: the pages of what is promised: a summary, the whole text, its versions, and whom to tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console.door import Door
from safelight.console.visit import Visit
from safelight.kernel.errors import NotFound
from safelight.privacy.promises import Promises, Shown, moment_of
from safelight.wire import gpc

BASE = "/privacy"
NUMBER_CHARS_MAX = 9


@dataclass(frozen=True)
class PrivacyPages:
    """Without cookies, without scripts, for everybody."""

    door: Door
    promises: Promises

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route(BASE, self.summary),
            route(f"{BASE}/policy", self.policy),
            route(f"{BASE}/policy/{{version}}", self.version),
            route(f"{BASE}/changes", self.changes),
            route(f"{BASE}/changes.atom", self.feed),
            route(f"{BASE}/report", self.report),
        ]

    async def summary(self, visit: Visit) -> Response:
        """The policy in short, and what your browser asked for."""
        async with self.door.database.transaction() as session:
            shown = await self.promises.current(session, visit.language)
        signals = visit.request.headers.getlist("sec-gpc")
        # Who is signed in said so once, perhaps with another browser; nobody needs a cookie to read this.
        guest = await self.door.guest(visit)
        since = guest.user.opted_out_at if guest else None
        response = self._show(visit, "privacy.html", shown, is_gpc=gpc.is_set(signals), opted_out_at=since)
        response.headers["Vary"] = "Sec-GPC, Accept-Language, Cookie"
        response.headers["Cache-Control"] = "private, no-store"
        return response

    async def policy(self, visit: Visit) -> Response:
        """The whole policy as it binds today, or as of a day (`as_of`), with what was found of each promise."""
        wanted = visit.query("as_of")
        async with self.door.database.transaction() as session:
            at = moment_of(wanted) if wanted else None
            shown = await self.promises.current(session, visit.language, at)
            checked = await self.promises.checked(session)
        return self._show(visit, "privacy_policy.html", shown, checked)

    async def version(self, visit: Visit) -> Response:
        """One version of the policy."""
        word = str(visit.request.path_params["version"])
        if not word.isascii() or not word.isdigit() or len(word) > NUMBER_CHARS_MAX:
            raise NotFound("There is no such version of the policy.")
        async with self.door.database.transaction() as session:
            shown = await self.promises.version(session, visit.language, int(word))
        return self._show(visit, "privacy_policy.html", shown)

    async def changes(self, visit: Visit) -> Response:
        """Every version, and what it changed."""
        async with self.door.database.transaction() as session:
            history = await self.promises.history(session)
        rows = [{"version": each, "state": state.value, "changes": found} for each, state, found in history]
        return self.door.show(visit, "privacy_changes.html", wide=True, rows=rows)

    async def feed(self, _visit: Visit) -> Response:
        """The versions as an Atom feed."""
        async with self.door.database.transaction() as session:
            history = await self.promises.history(session)
        address = f"{self.door.base_url}{BASE}/policy"
        updated = history[0][0].posted_at if history else self.promises.clock.now()
        entries = [
            f"<entry><id>{escape(address)}/{each.number}</id><title>Version {each.number} ({each.kind})</title>"
            f'<link href="{escape(address)}/{each.number}"/><updated>{each.posted_at.isoformat()}</updated>'
            f"<summary>{escape(_told(found, each.effective_at.isoformat()))}</summary></entry>"
            for each, _state, found in history
        ]
        text = (
            '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
            f"<id>{escape(address)}</id><title>Privacy policy</title><updated>{updated.isoformat()}</updated>"
            f"<author><name>{escape(self.promises.policy.controller.name or 'Safelight')}</name></author>"
            f"{''.join(entries)}</feed>\n"
        )
        return Response(text, media_type="application/atom+xml")

    async def report(self, visit: Visit) -> Response:
        """Whom to tell about a file that shows you, about something unlawful, or about a weakness."""
        return self.door.show(visit, "privacy_report.html", wide=True, controller=self.promises.policy.controller)

    def _show(
        self, visit: Visit, template: str, shown: Shown, checked: Mapping[str, Any] | None = None, **facts: Any
    ) -> Response:
        return self.door.show(
            visit,
            template,
            wide=True,
            document=shown.document,
            posted=shown.version,
            state=shown.state.value if shown.state else "",
            upcoming=shown.upcoming,
            checked=checked or {},
            missing=self.promises.policy.controller.missing,
            **facts,
        )


def _told(found: Sequence[Any], effective: str) -> str:
    told = "; ".join(f"{each.place}: {each.words}" for each in found[:50])
    return f"Effective {effective}. {told}"
