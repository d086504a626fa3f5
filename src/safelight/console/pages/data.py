"""Data: a person asks for everything that is known about them, and fetches it."""

from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.headers import page_headers
from safelight.kernel.errors import SafelightError
from safelight.people import subjects
from safelight.privacy.export import OPEN_MAX, Export
from safelight.privacy.volumes import volume_path

BASE = "/account/data"


@dataclass(frozen=True)
class DataPages:
    door: Door
    export: Export

    def routes(self) -> list[BaseRoute]:
        inside, proved = self.door.inside, self.door.proved
        return [
            inside(BASE, self.page),
            proved(BASE, self.ask, POST),
            proved(f"{BASE}/{{id}}.{{volume:int}}.zip", self.fetch),
            proved(f"{BASE}/{{id}}.zip", self.fetch),
        ]

    async def page(self, guest: Guest, status: int = 200, fault: str = "") -> Response:
        async with self.door.database.transaction() as session:
            archives = await self.export.list(session, guest.account_id, guest.user.id)
        facts = {"archives": archives, "days": self.export.days, "most": OPEN_MAX, "fault": fault}
        return self.door.show_in(guest, "data.html", status, downloads_max=self.export.downloads_max, **facts)

    async def ask(self, guest: Guest) -> Response:
        try:
            async with self.door.database.transaction() as session:
                subject = await subjects.subject_of_person(session, guest.account_id, guest.user.id)
                await self.export.start(session, subject, guest.account_id, guest.user.id)
        except SafelightError as error:
            return await self.page(guest, error.status, error.message)
        return go(f"{BASE}?done=archive-asked")

    async def fetch(self, guest: Guest) -> Response:
        """The archive itself; it is for this person alone, and no cache keeps it."""
        params = guest.visit.request.path_params
        id, volume = params["id"], int(str(params.get("volume", 1)))
        async with self.door.database.transaction() as session:
            kept, chunks = await self.export.fetch(session, guest.account_id, guest.user.id, id, volume)
        headers = {
            **page_headers(self.door.base_url),
            "content-disposition": f'attachment; filename="{volume_path(Path(f"export-{kept.id}.zip"), volume)}"',
            "content-length": str(kept.volumes[volume - 1]),
            "cache-control": "no-store",
        }
        return StreamingResponse(chunks, headers=headers, media_type="application/zip")
