"""Activity: what was done in a person's name, and with the files of the clouds that they look after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.activity import report
from safelight.activity.report import Cut
from safelight.console import sheets
from safelight.console.door import Door
from safelight.console.guest import Guest
from safelight.console.words import mark as _
from safelight.kernel.errors import Invalid
from safelight.kernel.rights import Act

BASE = "/account/activity"
PAGE_SIZE = 50
MINE, FILES = "mine", "files"
SEEN, CHANGED, UPLOADS, DOWNLOADS = "seen", "changed", "upload", "download"
METHODS: Mapping[str, tuple[str, ...]] = {SEEN: ("GET", "HEAD"), CHANGED: ("POST", "PUT", "PATCH", "DELETE")}
KINDS: Mapping[str, Sequence[tuple[str, str]]] = {
    MINE: (("", _("Everything")), (SEEN, _("Pages that you saw")), (CHANGED, _("Forms that you sent"))),
    FILES: (("", _("Everything")), (UPLOADS, _("Brought")), (DOWNLOADS, _("Fetched"))),
}
"""What one list can be narrowed to."""
NO_DAY = _("Write days as 2026-01-31.")


@dataclass(frozen=True)
class ActivityPages:
    door: Door

    def routes(self) -> list[BaseRoute]:
        return [self.door.inside(BASE, self.page)]

    async def page(self, guest: Guest) -> Response:
        """One of two lists, narrowed by kind and days. What cannot be read as a day is told, and narrows nothing."""
        visit, language = guest.visit, guest.visit.language
        show = FILES if visit.query("show") == FILES else MINE
        kind = visit.query("kind") if visit.query("kind") in dict(KINDS[show]) else ""
        days, faults = _days(guest)
        cut = Cut(
            max_results=PAGE_SIZE,
            cursor=visit.query("cursor") or None,
            since=_midnight(days["from"]),
            until=_midnight(days["to"], days=1),
            methods=METHODS.get(kind, ()),
            acts=(kind,) if show == FILES and kind else (),
        )
        mine = [cloud for cloud in guest.clouds if guest.may(Act.USAGE, cloud)]
        async with self.door.database.transaction() as session:
            found: Any
            if show == MINE:
                found = await report.requests_of(session, guest.user.id, cut)
            else:
                found = await report.done_with(session, [cloud.id for cloud in mine], cut)
        asked = {"show": show, "kind": kind, "from": visit.query("from"), "to": visit.query("to")}
        return self.door.show_in(
            guest,
            "activity.html",
            status=Invalid.status if faults else 200,
            show=show,
            lines=found.items,
            more=f"{BASE}?{urlencode({**asked, 'cursor': found.next_cursor})}" if found.next_cursor else "",
            is_first="cursor" not in visit.request.query_params,
            is_narrowed=any((kind, asked["from"], asked["to"])),
            has_files=bool(mine),
            kinds=[(word, sheets.spoken(language, words)) for word, words in KINDS[show]],
            form=asked,
            faults=faults,
            names={cloud.id: cloud.name for cloud in guest.clouds},
        )


def _days(guest: Guest) -> tuple[Mapping[str, date | None], Mapping[str, str]]:
    """The first and the last day that are wanted, and what is wrong with them."""
    found: dict[str, date | None] = {}
    faults: dict[str, str] = {}
    for name in ("from", "to"):
        word = guest.visit.query(name)
        try:
            found[name] = date.fromisoformat(word) if word else None
        except ValueError:
            found[name], faults[name] = None, sheets.spoken(guest.visit.language, NO_DAY)
    return found, faults


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of a day, or of one after it; the last day that there is has none after it."""
    if day is None or (days and day == date.max):
        return None
    return datetime.combine(day + timedelta(days=days), time(), UTC)
