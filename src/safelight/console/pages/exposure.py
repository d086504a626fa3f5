"""Exposure: what of a person's files anybody may see, who decides that, and the notice to who brings files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.accounts import clouds
from safelight.accounts.model import Cloud
from safelight.assets import exposure
from safelight.assets.exposure import Exposed, Rule
from safelight.console import sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.visit import Visit
from safelight.console.words import mark as _
from safelight.kernel.media import Access
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.privacy import notices
from safelight.wire.exposure import SIGNED, delivery_of, exposed_json

BASE = "/account/public"
READ = "/account/upload-notice"
PAGE_SIZE = 50
RULES: Mapping[Rule, str] = {
    Rule.TYPE: _("Its type is public"),
    Rule.ACCESS_CONTROL: _("A rule of its own"),
    Rule.TIMED: _("A rule of its own, for a while or in some places"),
    Rule.DERIVED: _("What is made of it, not the file itself"),
}


@dataclass(frozen=True)
class ExposurePages:
    door: Door

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.route(notices.PAGE, self.notice),
            self.door.inside(READ, self.acknowledge, POST),
            self.door.inside(BASE, self.page),
            self.door.inside(BASE, self.choose, POST),
        ]

    async def page(self, guest: Guest) -> Response:
        """How much of each cloud is public, and one page of what is, of the cloud that is looked at."""
        mine = [cloud for cloud in guest.clouds if guest.rights.may_somewhere(Act.READ, cloud.id)]
        shown = next((cloud for cloud in mine if cloud.name == guest.visit.query("cloud")), mine[0] if mine else None)
        async with self.door.database.transaction() as session:
            rows = [await self._row(session, guest, cloud) for cloud in mine]
            lines, more = await self._lines(session, guest, shown) if shown else ((), "")
        return self.door.show_in(
            guest,
            "exposure.html",
            rows=rows,
            shown=shown,
            lines=lines,
            more=more,
            is_first="cursor" not in guest.visit.request.query_params,
        )

    async def choose(self, guest: Guest) -> Response:
        """The type that SDKs upload with is for everybody, or needs a signature."""
        wanted = guest.visit.text("cloud")
        cloud = next((each for each in guest.clouds if each.name == wanted), None)
        if cloud is None:
            return go(BASE)
        guest.check(Act.SETTINGS, cloud)
        kept = [word for word in cloud.restricted_types if word != Access.UPLOAD.value]
        kept += [Access.UPLOAD.value] if guest.visit.text("delivery") == SIGNED else []
        async with self.door.database.transaction() as session:
            await clouds.change(session, cloud.id, restricted_types=tuple(kept))
        return go(f"{BASE}?{urlencode({'cloud': cloud.name, 'done': 'saved'})}")

    async def notice(self, visit: Visit) -> Response:
        """For everybody: what to mind before a file is uploaded."""
        notice = notices.upload()
        words = notice.texts.get(visit.language, notice.texts["en"])
        return self.door.show(visit, "upload_notice.html", wide=True, words=words, version=notice.version)

    async def acknowledge(self, guest: Guest) -> Response:
        """That somebody has read the notice: once for each version."""
        async with self.door.database.transaction() as session:
            await notices.acknowledge(session, guest.account_id, guest.user.id, notices.upload(), guest.now)
        name = guest.visit.text("cloud")
        known = [cloud.name for cloud in guest.clouds]
        return go(f"/console/{name}?done=saved" if name in known else "/console")

    async def _row(self, session: Session, guest: Guest, cloud: Cloud) -> dict[str, Any]:
        counts = await exposure.counts(session, cloud, within=guest.rights.within(Act.READ, cloud.id))
        may_choose = guest.may(Act.SETTINGS, cloud)
        return {"cloud": cloud, "counts": counts, "delivery": delivery_of(cloud), "may_choose": may_choose}

    async def _lines(self, session: Session, guest: Guest, cloud: Cloud) -> tuple[Sequence[dict[str, Any]], str]:
        within, cursor = guest.rights.within(Act.READ, cloud.id), guest.visit.query("cursor") or None
        page = await exposure.list_all(session, cloud, guest.now, within=within, max_results=PAGE_SIZE, cursor=cursor)
        words = {"cloud": cloud.name, "cursor": page.next_cursor or ""}
        more = f"{BASE}?{urlencode(words)}" if page.next_cursor else ""
        return [self._line(guest, cloud, each) for each in page.items], more

    def _line(self, guest: Guest, cloud: Cloud, each: Exposed) -> dict[str, Any]:
        told = exposed_json(each, cloud, base_url=self.door.base_url)
        rule = sheets.spoken(guest.visit.language, RULES[each.rule])
        by = each.asset.uploaded_by
        return {**told, "rule": rule, "since": each.since, "until": each.until, "uploaded_by": by}
