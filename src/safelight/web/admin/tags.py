"""Tags: which ones are there?"""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets import tags
from safelight.kernel.rights import Act
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params


@dataclass(frozen=True)
class Tags:
    """The list of tags; they are written by the upload API."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        return [self.door.route("GET", "/tags/{kind}", self.list, needs=Act.READ, is_narrowed=True)]

    async def list(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            page = await tags.list(
                session,
                call.cloud.id,
                call.kind(),
                params.text(call.params, "prefix"),
                words.max_results(call.params),
                params.text(call.params, "next_cursor"),
                within=call.within(Act.READ),
            )
        answer: dict[str, Any] = {"tags": [*page.items]}
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        return answer
