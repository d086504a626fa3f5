"""Home: the credentials of a cloud, the first steps with it, what came in of late."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, Key
from safelight.assets import listing
from safelight.assets.model import Asset, Listing
from safelight.console import sheets
from safelight.console.door import Door, go
from safelight.console.guest import Guest
from safelight.console.words import mark as _
from safelight.kernel.media import Access, Kind
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.privacy import notices
from safelight.settings import UsageSettings
from safelight.usage import quota, quotas, report
from safelight.usage.model import Meter
from safelight.wire import asset as wire
from safelight.wire.snippets import Credentials

RECENT_MAX = 8
KEY_PLACE, UNTOLD = "YOUR_API_KEY", "YOUR_API_SECRET"
PREVIEW = "c_fill,w_240,h_180/f_auto,q_auto"
_OPEN = (Access.UPLOAD,)
_SHOWN = (Meter.TRANSFORMATIONS, Meter.STORAGE_BYTES, Meter.BANDWIDTH_BYTES)
_IN_BYTES = (Meter.STORAGE_BYTES, Meter.BANDWIDTH_BYTES)


@dataclass(frozen=True)
class Home:
    door: Door
    keys: Keys
    usage: UsageSettings

    def routes(self) -> list[BaseRoute]:
        return [self.door.inside("/console", self.first), self.door.inside("/console/{cloud}", self.page)]

    async def first(self, guest: Guest) -> Response:
        """To the first cloud that they see."""
        if guest.clouds:
            return go(f"/console/{guest.clouds[0].name}")
        return self.door.show_in(guest, "no_cloud.html")

    async def page(self, guest: Guest) -> Response:
        cloud = guest.cloud()
        async with self.door.database.transaction() as session:
            keys = await self.keys.enabled(session, cloud.id) if guest.may(Act.KEYS, cloud) else []
            recent = await _recent(session, guest, cloud)
            usage = await self._usage(session, guest, cloud)
            notice = await _notice(session, guest)
        key = keys[0] if keys else None
        known = Credentials(self.door.base_url, cloud.name, key.api_key if key else KEY_PLACE, UNTOLD)
        return self.door.show_in(
            guest,
            "home.html",
            cloud=cloud,
            key=key,
            known=known,
            secret="",
            usage=usage,
            notice=notice,
            steps=_steps(guest, cloud, keys, recent or ()),
            recent=None if recent is None else [self._tile(cloud, one) for one in recent],
        )

    async def _usage(self, session: Session, guest: Guest, cloud: Cloud) -> Sequence[dict[str, Any]]:
        """What was used in the present window, of what there may be; nothing for who may not see figures."""
        if not guest.may(Act.USAGE, cloud):
            return ()
        known = await quotas.get(session, cloud.id, self.usage)
        used = await report.used(session, cloud.id, *report.window(guest.now, known.period))
        shares = {share.meter: share for share in quota.shares(known, used)}
        return [
            {
                "meter": meter,
                "used": used.of(meter),
                "share": shares.get(meter.value),
                "is_bytes": meter in _IN_BYTES,
                "period": known.period,
            }
            for meter in _SHOWN
        ]

    def _tile(self, cloud: Cloud, asset: Asset) -> dict[str, Any]:
        """A picture of it where anybody may see one; else its name."""
        scheme = "secure_url" if self.door.base_url.startswith("https:") else "url"
        is_open = asset.access in _OPEN and not asset.access_control
        has_picture = is_open and asset.kind is Kind.IMAGE and not cloud.is_strict
        return {
            "name": asset.display_name or asset.name,
            "href": wire.urls(asset, cloud, base_url=self.door.base_url)[scheme] if is_open else "#recent",
            "is_closed": not is_open,
            "picture": wire.urls(asset, cloud, base_url=self.door.base_url, transformation=PREVIEW)[scheme]
            if has_picture
            else "",
        }


async def _notice(session: Session, guest: Guest) -> dict[str, Any]:
    """What to mind before a file is uploaded, beside the code that does so."""
    notice = notices.upload()
    read = await notices.acknowledged_at(session, guest.account_id, guest.user.id, notice)
    return {"words": notice.texts.get(guest.visit.language, notice.texts["en"]), "is_read": read is not None}


async def _recent(session: Session, guest: Guest, cloud: Cloud) -> Sequence[Asset] | None:
    """The newest of what they may see; None if that is nothing at all."""
    within = guest.rights.within(Act.READ, cloud.id)
    if within == ():
        return None
    return (await listing.cut(session, cloud.id, Listing(within=within, max_results=RECENT_MAX))).items


def _steps(guest: Guest, cloud: Cloud, keys: Sequence[Key], recent: Sequence[Asset]) -> Sequence[dict[str, Any]]:
    """What most people do first. What somebody may not do is not asked of them."""
    spoken = [
        (_("Make an API key"), f"/console/{cloud.name}/keys", bool(keys), guest.may(Act.KEYS, cloud)),
        (_("Upload a file"), "#code", bool(recent), True),
        (_("Use the key in a program"), "#code", any(key.last_used_at for key in keys), guest.may(Act.KEYS, cloud)),
        (_("Invite somebody"), "/admin/users", False, guest.may(Act.USERS)),
    ]
    language = guest.visit.language
    return [
        {"name": sheets.spoken(language, name), "href": href, "done": done} for name, href, done, is_asked in spoken
        if is_asked
    ]  # fmt: skip
