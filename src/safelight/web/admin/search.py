"""Search: assets and folders by an expression."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.kernel.rights import Act
from safelight.web.admin.door import AdminDoor, Call
from safelight.web.admin.searching import Searching
from safelight.web.telling import Tell


@dataclass(frozen=True)
class SearchCalls:
    """The calls that search; the same by GET and by POST."""

    door: AdminDoor
    tell: Tell

    def routes(self) -> list[BaseRoute]:
        """To stand before those of resources and folders, whose patterns would swallow them."""
        calls = {
            "/resources/search": self.search,
            "/folders/search": self.search_folders,
        }
        return [
            self.door.route(method, path, call, needs=Act.READ, is_narrowed=True)
            for path, call in calls.items()
            for method in ("GET", "POST")
        ]

    @property
    def _searching(self) -> Searching:
        return Searching(self.door.database, self.tell, self.door.base_url)

    async def search(self, call: Call) -> dict[str, Any]:
        """Assets by an expression, sorted, counted, in pages."""
        return await self._searching.assets(call.cloud, call.key, call.params, call.now, within=call.within(Act.READ))

    async def search_folders(self, call: Call) -> dict[str, Any]:
        """Folders by an expression, sorted, in pages."""
        return await self._searching.folders(call.cloud, call.params, call.now, within=call.within(Act.READ))
