"""Finding: the rooms that look into stored pictures, put together for HTTP and for jobs."""

from dataclasses import replace
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import clouds
from safelight.assets import catalogue
from safelight.assets.analyses import Analyse
from safelight.boot.house import House
from safelight.derived.looking import Look
from safelight.kernel.errors import Invalid
from safelight.ports.database import Database
from safelight.render.model import Render
from safelight.transform.limits import Limits
from safelight.uploads.breakpoints import Breakpoints
from safelight.uploads.disclosing import Disclosing
from safelight.uploads.eager import Eager
from safelight.uploads.events import UploadReceived
from safelight.uploads.glance import Glance
from safelight.uploads.insights import Insights
from safelight.uploads.model import BreakpointsAsk, InsightsAsk, Received
from safelight.uploads.resemble import Resemble
from safelight.web.admin.analysis import Analysis
from safelight.web.admin.door import AdminDoor
from safelight.web.admin.visual import Visual
from safelight.web.finding import Finding
from safelight.web.telling import Telling
from safelight.worker.announcing import More


def finding(rooms: House, eager: Eager, render: Render, limits: Limits) -> Finding:
    return Finding(Insights(eager.look, rooms.clock), Breakpoints(eager, rooms.originals, render, limits))


def disclosing_of(rooms: House, render: Render, look: Look) -> Disclosing:
    """What files tell of people and places, as they come in."""
    return Disclosing(render, look.reader, rooms.settings.upload)


def analysis(rooms: House, door: AdminDoor, finding: Finding) -> list[BaseRoute]:
    """The routes for pictures that are not stored."""
    return Analysis(door, Glance(rooms.fetch, finding.insights, rooms.settings.upload.image_bytes_max)).routes()


def visual(rooms: House, door: AdminDoor, analyse: Analyse) -> list[BaseRoute]:
    """The routes that compare pictures, to stand before those of resources."""
    return Visual(door, Resemble(analyse, rooms.fetch, rooms.settings.upload.image_bytes_max)).routes()


def more_of(rooms: House, database: Database, tell: Telling, finding: Finding) -> More:
    """What was asked with an upload that nobody waited for: found when it is told."""

    async def more(event: UploadReceived) -> dict[str, Any]:
        if event.batch_id is None or event.is_existing:
            return {}
        async with database.transaction() as session:
            cloud = await clouds.find_by_id(session, event.cloud_id)
            asset = await catalogue.find_by_id(session, event.cloud_id, event.asset_id)
            keys = await rooms.keys.enabled(session, event.cloud_id)
        if cloud is None or asset is None or asset.version_id != event.version_id:
            return {}
        asks = tuple(BreakpointsAsk(**ask) for ask in event.breakpoints)
        said = event.insights
        urls = tuple(said.get("notification_urls", ()))
        ask = InsightsAsk(tuple(said.get("words", ())), said.get("tags_from"), urls)
        received = replace(Received(asset), breakpoints=asks, insights=ask)
        key = keys[0] if keys else None
        received, found = await finding.of_upload(received, cloud, base_url=rooms.base_url, key=key)
        try:
            return {**await tell(received.asset, event.asked), **found}
        except Invalid:
            # A picture that cannot be looked into is told of all the same.
            return found

    return more
