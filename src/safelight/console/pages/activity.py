"""Activity: what was done in a person's name, and with the files of the clouds that they look after."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.activity import report
from safelight.activity.report import Cut
from safelight.console.door import Door
from safelight.console.guest import Guest
from safelight.kernel.rights import Act

PAGE_SIZE = 50


@dataclass(frozen=True)
class ActivityPages:
    door: Door

    def routes(self) -> list[BaseRoute]:
        return [self.door.inside("/account/activity", self.page)]

    async def page(self, guest: Guest) -> Response:
        cut = Cut(max_results=PAGE_SIZE, cursor=guest.visit.query("cursor") or None)
        mine = [cloud for cloud in guest.clouds if guest.may(Act.USAGE, cloud)]
        async with self.door.database.transaction() as session:
            asked = await report.requests_of(session, guest.user.id, cut)
            done = await report.done_with(session, [cloud.id for cloud in mine], Cut(max_results=PAGE_SIZE))
        names = {cloud.id: cloud.name for cloud in guest.clouds}
        return self.door.show_in(guest, "activity.html", asked=asked, done=done.items, names=names)
