"""Ping and config: is the API there, and how is the cloud set up?"""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.kernel.media import Kind
from safelight.web.admin.door import AdminDoor, Call, Need
from safelight.wire.asset import stamp
from safelight.wire.params import flag


@dataclass(frozen=True)
class Basics:
    """The calls that touch no asset."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.route("GET", "/ping", self.ping, needs=Need.NOTHING),
            self.door.route("GET", "/config", self.config, needs=Need.NOTHING),
            self.door.route("GET", "/resources", self.resource_types, needs=Need.NOTHING),
        ]

    async def ping(self, call: Call) -> dict[str, Any]:
        return {"status": "ok"}

    async def config(self, call: Call) -> dict[str, Any]:
        answer: dict[str, Any] = {"cloud_name": call.cloud.name, "created_at": stamp(call.cloud.created_at)}
        if flag(call.params, "settings"):
            answer["settings"] = {"folder_mode": call.cloud.folder_mode.value}
        return answer

    async def resource_types(self, call: Call) -> dict[str, Any]:
        return {"resource_types": sorted(kind.value for kind in Kind)}
