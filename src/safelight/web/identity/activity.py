"""`/account/v1/activity`: what is known of what a person did, and of what was done with files of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import owned
from safelight.accounts.model import Cloud
from safelight.activity import report
from safelight.activity.report import PAGE_MAX, Cut
from safelight.kernel.errors import WrongField
from safelight.kernel.rights import Act, Where
from safelight.people import permits
from safelight.ports.database import Session
from safelight.web.identity.door import Call, IdentityDoor, Told
from safelight.wire.activity import asked_json, count_json, done_json, opened_json

PATH = "/account/v1/activity"
PAGE = 50
DAYS_MAX = 366

Listed = tuple[list[dict[str, Any]], str | None]


@dataclass(frozen=True)
class ActivityDoor:
    """For who is signed in: of themselves, and of the clouds whose files they may all see."""

    door: IdentityDoor

    def routes(self) -> Sequence[BaseRoute]:
        words = "kind max_results next_cursor asset_id days"
        return [self.door.inside("GET", PATH, self.activity, words)]

    async def activity(self, call: Call) -> Told:
        """`kind`: requests (yours), pages (that you opened), assets (what was done with files), or counts by day."""
        kind = call.word("kind") or "requests"
        read = {"requests": self._requests, "pages": self._pages, "assets": self._assets, "counts": self._counts}
        if kind not in read:
            raise WrongField(f"`kind` is one of {', '.join(read)}.", "kind")
        async with self.door.database.transaction() as session:
            items, cursor = await read[kind](session, call)
        return Told({"kind": kind, "activity": items, **({"next_cursor": cursor} if cursor else {})})

    async def _requests(self, session: Session, call: Call) -> Listed:
        page = await report.requests_of(session, call.signed_in.user.id, _cut(call))
        return [asked_json(each) for each in page.items], page.next_cursor

    async def _pages(self, session: Session, call: Call) -> Listed:
        page = await report.pages_of(session, call.signed_in.user.id, _cut(call))
        return [opened_json(each) for each in page.items], page.next_cursor

    async def _assets(self, session: Session, call: Call) -> Listed:
        clouds = await _clouds(session, call)
        page = await report.done_with(session, list(clouds), _cut(call), asset_id=call.word("asset_id"))
        return [done_json(each, clouds[each.cloud_id].name) for each in page.items], page.next_cursor

    async def _counts(self, session: Session, call: Call) -> Listed:
        clouds, today = await _clouds(session, call), call.now.date()
        first = today - timedelta(days=_whole(call, "days", 30, DAYS_MAX))
        counts = await report.counts(session, list(clouds), first, today)
        return [count_json(each, clouds[each.cloud_id].name) for each in counts], None


async def _clouds(session: Session, call: Call) -> dict[str, Cloud]:
    """Those of the account all of whose files this person may see: who sees a folder alone learns nothing of others."""
    user = call.signed_in.user
    rights = permits.rights(user.name, permits.lines_of_level(user))
    clouds = await owned.list_all(session, user.account_id)
    return {cloud.id: cloud for cloud in clouds if rights.may(Act.READ, Where(cloud.id))}


def _cut(call: Call) -> Cut:
    return Cut(_whole(call, "max_results", PAGE, PAGE_MAX), call.word("next_cursor") or None)


def _whole(call: Call, name: str, default: int, most: int) -> int:
    """Raises WrongField."""
    word = call.word(name)
    if not word:
        return default
    if not word.isascii() or not word.isdecimal() or len(word) > 6 or not 1 <= int(word) <= most:
        raise WrongField(f"`{name}` is a number from 1 to {most}.", name)
    return int(word)
