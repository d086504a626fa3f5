"""Folders: list, make, move and delete them; with all assets in them where that is asked for."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts.model import FolderMode
from safelight.assets import folders
from safelight.assets.clearing import clear
from safelight.assets.folders import Folder
from safelight.kernel.errors import Invalid
from safelight.kernel.rights import Act
from safelight.uploads.naming import check_folder
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params
from safelight.wire.folder import folder_json

RESULTS_DEFAULT = 500
"""Clients look for a folder of theirs in one page of the root."""
RESULTS_MAX = 2000


@dataclass(frozen=True)
class Folders:
    """The calls about folders; where a folder stands in the path, its slashes do too."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/folders", self.list_root, needs=Act.READ, is_narrowed=True),
            route("GET", "/folders/{folder:path}", self.list_below, needs=Act.READ, is_narrowed=True),
            route("POST", "/folders/{folder:path}", self.create, needs=Act.FOLDERS, is_narrowed=True),
            route("PUT", "/folders/{folder:path}", self.move, needs=Act.FOLDERS, is_narrowed=True),
            route("DELETE", "/folders/{folder:path}", self.delete, needs=Act.FOLDERS, is_narrowed=True),
        ]

    async def list_root(self, call: Call) -> dict[str, Any]:
        return await self._list(call, "")

    async def list_below(self, call: Call) -> dict[str, Any]:
        return await self._list(call, _path(call))

    async def create(self, call: Call) -> dict[str, Any]:
        path = _required(call)
        call.check(Act.FOLDERS, path)
        async with self.door.database.transaction() as session:
            folder = await folders.create(session, call.cloud.id, path, call.now)
        return {"success": True, "path": folder.path, "name": folder.name}

    async def move(self, call: Call) -> dict[str, Any]:
        if call.cloud.folder_mode is FolderMode.FIXED:
            raise Invalid("Folders can be renamed only in dynamic folder mode: here they are part of each public_id")
        to_path = check_folder(words.required(call.params, "to_folder"), "to_folder")
        path = _required(call)
        for one in (path, to_path):
            call.check(Act.FOLDERS, one)
        async with self.door.database.transaction() as session:
            before, after = await folders.move(session, call.cloud.id, path, to_path, call.now)
        return {"from": _place(before), "to": _place(after)}

    async def delete(self, call: Call) -> dict[str, Any]:
        """With `with_assets` of our own, a job erases what is in it first, in however many rounds it takes.

        Erased assets that can be restored keep a folder, unless `skip_backup` passes them over.
        """
        path = _required(call)
        with_assets = params.flag(call.params, "with_assets")
        call.check(Act.FOLDERS, path)
        if with_assets:
            call.check(Act.DELETE, path)
        async with self.door.database.transaction() as session:
            if with_assets and await folders.holds_assets(session, call.cloud.id, path):
                doomed = await clear(session, call.cloud.id, path, call.now)
                return {"deleted": doomed, "status": "pending"}
            ignores_left = with_assets or params.flag(call.params, "skip_backup")
            deleted = await folders.delete(session, call.cloud.id, path, call.now, ignores_left=ignores_left)
        return {"deleted": deleted}

    async def _list(self, call: Call, parent: str) -> dict[str, Any]:
        asked = params.number(call.params, "max_results", low=1, high=1_000_000) or RESULTS_DEFAULT
        async with self.door.database.transaction() as session:
            page = await folders.list(
                session,
                call.cloud.id,
                parent,
                min(asked, RESULTS_MAX),
                params.text(call.params, "next_cursor"),
                within=call.within(Act.READ),
            )
        return {
            "folders": [folder_json(folder) for folder in page.items],
            "next_cursor": page.next_cursor,
            "total_count": page.total_count,
        }


def _path(call: Call) -> str:
    return check_folder(call.path["folder"], "folder")


def _required(call: Call) -> str:
    path = _path(call)
    if not path:
        raise Invalid("Missing required parameter - folder")
    return path


def _place(folder: Folder) -> dict[str, str]:
    return {"name": folder.name, "path": folder.path}
