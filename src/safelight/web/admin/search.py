"""Search: assets and folders by an expression."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.kernel.errors import Invalid
from safelight.web.admin.door import AdminDoor, Call
from safelight.web.admin.searching import Searching
from safelight.web.telling import Tell
from safelight.wire import params

LIKE = ("image_url", "image_asset_id", "text", "image_file")
NO_SIGHT = (
    "Visual search is not available: your installation has no model that compares pictures by what they show. "
    "Search by words with resources/search."
)


@dataclass(frozen=True)
class SearchCalls:
    """The calls that search; the same by GET and by POST."""

    door: AdminDoor
    tell: Tell

    def routes(self) -> list[BaseRoute]:
        """To stand before those of resources and folders, whose patterns would swallow them."""
        calls = {
            "/resources/search": self.search,
            "/resources/visual_search": self.visual_search,
            "/folders/search": self.search_folders,
        }
        return [self.door.route(method, path, call) for path, call in calls.items() for method in ("GET", "POST")]

    @property
    def _searching(self) -> Searching:
        return Searching(self.door.database, self.tell, self.door.base_url)

    async def search(self, call: Call) -> dict[str, Any]:
        """Assets by an expression, sorted, counted, in pages."""
        return await self._searching.assets(call.cloud, call.key, call.params, call.now)

    async def search_folders(self, call: Call) -> dict[str, Any]:
        """Folders by an expression, sorted, in pages."""
        return await self._searching.folders(call.cloud, call.params, call.now)

    async def visual_search(self, call: Call) -> dict[str, Any]:
        """Assets that look like a picture or a description; refused where nothing can compare them."""
        if sum(params.text(call.params, name) is not None for name in LIKE) > 1:
            raise Invalid(f"Exactly one of {', '.join(LIKE)} is needed")
        raise Invalid(NO_SIGHT)
