"""Exposure: `/privacy/v1/exposure`: what is public of a person's clouds; and the notice to who brings files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import owned
from safelight.accounts.model import Cloud
from safelight.assets import exposure, reach
from safelight.assets.exposure import PAGE_MAX
from safelight.kernel.errors import NotFound, WrongField
from safelight.kernel.page import cursor_of, position_of
from safelight.kernel.rights import Act, Rights
from safelight.ports.database import Session
from safelight.privacy import notices
from safelight.web.identity.door import Call, IdentityDoor, Told
from safelight.wire.exposure import cloud_json, exposed_json

PATH = "/privacy/v1/exposure"
NOTICE_PATH = "/privacy/v1/upload-notice"
PAGE = 100
CLOUDS_MAX = 500


@dataclass(frozen=True)
class ExposureDoor:
    """For who is signed in: of the files that they may see."""

    door: IdentityDoor

    def routes(self) -> Sequence[BaseRoute]:
        return [
            self.door.inside("GET", PATH, self.exposure, "cloud_name max_results next_cursor"),
            self.door.route("GET", NOTICE_PATH, self.upload_notice),
            self.door.inside("POST", NOTICE_PATH, self.acknowledge_notice, "version!"),
        ]

    async def exposure(self, call: Call) -> Told:
        """What anybody may see who knows its address: how much in each cloud, and each of it with its rule."""
        most = _whole(call)
        async with self.door.database.transaction() as session:
            user = call.signed_in.user
            rights = await reach.of_user(session, user)
            every = await owned.list_all(session, user.account_id, is_enabled=True)
            mine = [cloud for cloud in every if rights.may_somewhere(Act.READ, cloud.id)][:CLOUDS_MAX]
            wanted = [cloud for cloud in mine if call.word("cloud_name") in ("", cloud.name)]
            if call.word("cloud_name") and not wanted:
                raise NotFound("There is no such cloud, or you may not see it.")
            told = [
                cloud_json(cloud, await exposure.counts(session, cloud, within=rights.within(Act.READ, cloud.id)))
                for cloud in wanted
            ]
            items, further = await self._page(session, call, wanted, rights, most)
        return Told({"clouds": told, "public": items, **({"next_cursor": further} if further else {})})

    async def _page(
        self, session: Session, call: Call, clouds: Sequence[Cloud], rights: Rights, most: int
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Cloud by cloud, in the order in which they are told."""
        first, place = position_of(call.word("next_cursor"), 2) if call.word("next_cursor") else (None, None)
        at = next((number for number, cloud in enumerate(clouds) if cloud.id == first), 0)
        for number in range(at, len(clouds)):
            cloud = clouds[number]
            page = await exposure.list_all(
                session,
                cloud,
                call.now,
                within=rights.within(Act.READ, cloud.id),
                max_results=most,
                cursor=place if isinstance(place, str) and number == at else None,
            )
            items = [exposed_json(each, cloud, base_url=self.door.base_url) for each in page.items]
            if page.next_cursor:
                return items, cursor_of([cloud.id, page.next_cursor])
            if items:
                after = clouds[number + 1].id if number + 1 < len(clouds) else None
                return items, cursor_of([after, None]) if after else None
        return [], None

    async def upload_notice(self, call: Call) -> Told:
        """What who brings files should mind, in both languages, with its version."""
        notice = notices.upload()
        return Told({"version": notice.version, "texts": dict(notice.texts), "url": f"{call.base_url}{notices.PAGE}"})

    async def acknowledge_notice(self, call: Call) -> Told:
        """That somebody read it: its version and the moment are kept. Twice changes nothing."""
        notice = notices.upload()
        if call.word("version") != str(notice.version):
            raise WrongField(f"`version` is that of the present notice: {notice.version}.", "version")
        user = call.signed_in.user
        async with self.door.database.transaction() as session:
            at = await notices.acknowledge(session, user.account_id, user.id, notice, call.now)
        return Told({"version": notice.version, "acknowledged_at": at.isoformat()})


def _whole(call: Call) -> int:
    """Raises WrongField."""
    word = call.word("max_results")
    if not word:
        return PAGE
    if not word.isascii() or not word.isdecimal() or len(word) > 6 or not 1 <= int(word) <= PAGE_MAX:
        raise WrongField(f"`max_results` is a number from 1 to {PAGE_MAX}.", "max_results")
    return int(word)
