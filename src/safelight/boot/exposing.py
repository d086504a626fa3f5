"""Exposing: what is public, what changed about it, and what files tell, put together for HTTP, jobs and selfcheck."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from safelight.accounts import clouds
from safelight.assets import analyses, exposure
from safelight.boot import asking, told_by_files
from safelight.boot.house import House
from safelight.boot.showing import Showing
from safelight.ports.database import Session
from safelight.ports.queue import Handler
from safelight.privacy import notices
from safelight.privacy.selfcheck import Check, Finding, judged, not_testable
from safelight.uploads import waiting_store
from safelight.uploads.asynchronous import HOURS_MAX
from safelight.web.identity.door import IdentityDoor
from safelight.web.privacy.exposure import ExposureDoor
from safelight.web.upload import CLOUD
from safelight.wire.asset import urls
from safelight.worker.verifying import ASKED_TIMES, KIND, REFUSED, Verifying

CLOUDS_LOOKED_AT = 20
CLOSED_LOOKED_AT = 50
"""Of each cloud: the newest, of which those that are closed are asked for."""


def routes(door: IdentityDoor) -> Sequence[BaseRoute]:
    return ExposureDoor(door).routes()


def handlers(rooms: House) -> Sequence[Handler]:
    return [verifying_of(rooms).verify_access]


def verifying_of(rooms: House) -> Verifying:
    return Verifying(rooms.database, rooms.edge, rooms.clock, rooms.base_url, partial(_status, rooms.base_url))


async def _status(address: str, path: str) -> int:
    """As a visitor asks, of whom a process may know the answer by heart; but for the first byte alone."""
    return (await asking.get(address, path, {"Range": "bytes=0-0", "Accept": "*/*"})).status


def checks_of(rooms: House, session: Session, live: Showing | str) -> Mapping[str, Check]:
    """PP-09, PP-10, PP-11."""
    return {
        "PP-09": partial(_files_are_looked_into, rooms, session),
        "PP-10": partial(_closed_is_closed, rooms, session, live),
        "PP-11": partial(_notice_is_shown, live),
    }


async def _files_are_looked_into(rooms: House, session: Session) -> Finding:
    """PP-09"""
    faults = told_by_files.faults()
    late = await waiting_store.overdue(session, rooms.clock.now() - timedelta(hours=HOURS_MAX + 1), 1)
    faults += ["the address of a file that was fetched is kept for longer than a day"] if late else []
    return judged(faults, "a photo made up for this tells its position, its camera and its owner, and then no more")


async def _closed_is_closed(rooms: House, session: Session, live: Showing | str) -> Finding:
    """PP-10: what changed was looked at from outside; and of what is closed now, some is asked for."""
    found = await analyses.of_kind(session, KIND, {"is_obeyed": False}, CLOSED_LOOKED_AT)
    faults = [f"{len(found)} files did not obey a change of access"] if found else []
    if isinstance(live, str):
        return judged(faults, "") if faults else not_testable(f"nobody answers at {live}; start the installation first")
    asked, now = 0, rooms.clock.now()
    for cloud in (await clouds.list(session))[:CLOUDS_LOOKED_AT]:
        for asset in await exposure.closed(session, cloud, now, CLOSED_LOOKED_AT):
            path = urlsplit(urls(asset, cloud, base_url=live.address)["url"]).path
            statuses = [await _status(live.address, path) for _ in range(ASKED_TIMES)]
            asked += 1
            faults += [f"a file that is closed was handed out: {asset.id}"] if {*statuses} - {*REFUSED} else []
    return judged(faults, f"{asked} files that are closed were asked for, and refused; no change was left undone")


async def _notice_is_shown(live: Showing | str) -> Finding:
    """PP-11"""
    if isinstance(live, str):
        return not_testable(f"nobody answers at {live}; start the installation first")
    notice = notices.upload()
    faults: list[str] = []
    for language, text in notice.texts.items():
        page = await asking.get(live.address, notices.PAGE, {"Accept-Language": language})
        if page.status != 200 or text[:60] not in page.text:
            faults.append(f"{notices.PAGE} does not show the notice ({language})")
    path = CLOUD.replace("{cloud}", "none") + "/image/upload"
    answer = await asking.get(live.address, path, method="OPTIONS")
    if notices.PAGE not in answer.header("link"):
        faults.append("what answers to uploads does not lead to the notice")
    described = (await asking.get(live.address, "/openapi.json")).text
    faults += [] if notices.PAGE in described else ["the description of the API does not lead to the notice"]
    return judged(
        faults, f"version {notice.version}, on its page, with each answer to an upload, and in the description"
    )
