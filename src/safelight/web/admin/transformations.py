"""Transformations: those with a name, and those that were used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets import catalogue
from safelight.assets.model import Asset, Listing
from safelight.derived import files, named
from safelight.derived.model import Derived, Named
from safelight.derived.planning import plan_of
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.page import Page
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.transform import canon
from safelight.transform.spec import Vocabulary
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params
from safelight.wire.asset import derived_json, source_json
from safelight.wire.transformation import info_of


@dataclass(frozen=True)
class Transformations:
    """SDKs name the transformation in a parameter; in the path it may stand as well."""

    door: AdminDoor
    vocabulary: Vocabulary

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        found: list[BaseRoute] = []
        for path in ("/transformations", "/transformations/{transformation:path}"):
            found += [
                route("GET", path, self.list_or_show, needs=Act.READ),
                route("POST", path, self.create, needs=Act.TRANSFORMATIONS),
                route("PUT", path, self.update, needs=Act.TRANSFORMATIONS),
                route("DELETE", path, self.delete, needs=Act.TRANSFORMATIONS),
            ]
        return found

    async def list_or_show(self, call: Call) -> dict[str, Any]:
        if "transformation" in call.params or "transformation" in call.path:
            return await self._show(call, _asked(call))
        is_named = params.flag(call.params, "named") if "named" in call.params else None
        async with self.door.database.transaction() as session:
            page = await named.list(
                session,
                call.cloud.id,
                is_named=is_named,
                max_results=words.max_results(call.params),
                cursor=params.text(call.params, "next_cursor"),
            )
        answer: dict[str, Any] = {"transformations": [_line(one) for one in page.items]}
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        return answer

    async def _show(self, call: Call, name: str) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            found = await named.find(session, call.cloud.id, name)
            if found is None:
                raise NotFound(f"Transformation not found - {name}")
            page = await files.list_by(
                session,
                call.cloud.id,
                named.text_of(found),
                max_results=words.max_results(call.params),
                cursor=params.text(call.params, "next_cursor"),
            )
            sources = await self._sources(session, call, page.items)
        answer = {**_line(found), "info": info_of(found.transformation), "derived": self._derived(call, page, sources)}
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        return answer

    async def _sources(self, session: Session, call: Call, made: Sequence[Derived]) -> Mapping[str, Asset]:
        """The assets of derived files, by the version that a file was made from."""
        ids = tuple(dict.fromkeys(one.asset_id for one in made))
        if not ids:
            return {}
        page = await catalogue.list(session, call.cloud.id, Listing(ids=ids))
        return {asset.version_id: asset for asset in page.items}

    def _derived(self, call: Call, page: Page[Derived], sources: Mapping[str, Asset]) -> list[dict[str, Any]]:
        """Files whose version has been replaced are about to go: they are not told of any more."""
        return [
            source_json(source) | derived_json(one, source, call.cloud, base_url=self.door.base_url, key=call.key)
            for one in page.items
            if (source := sources.get(one.version_id)) is not None
        ]

    async def create(self, call: Call) -> dict[str, Any]:
        name = call.path.get("transformation") or words.required(call.params, "name")
        asked = words.required(call.params, "transformation")
        # Whoever names a transformation means it to be used.
        is_allowed = params.flag(call.params, "allowed_for_strict") if "allowed_for_strict" in call.params else True
        async with self.door.database.transaction() as session:
            text = await self._checked(session, call, asked)
            await named.create(session, call.cloud.id, name, text, now=call.now, is_allowed_for_strict=is_allowed)
        return {"message": "created"}

    async def update(self, call: Call) -> dict[str, Any]:
        name, unsafe = _asked(call), params.text(call.params, "unsafe_update")
        is_allowed = params.flag(call.params, "allowed_for_strict") if "allowed_for_strict" in call.params else None
        if unsafe is None and is_allowed is None:
            raise Invalid("Missing required parameter - allowed_for_strict or unsafe_update")
        async with self.door.database.transaction() as session:
            text = None if unsafe is None else await self._checked(session, call, unsafe)
            await named.change(session, call.cloud.id, name, transformation=text, is_allowed_for_strict=is_allowed)
        return {"message": "updated"}

    async def delete(self, call: Call) -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            await named.delete(session, call.cloud.id, _asked(call))
        return {"message": "deleted"}

    async def _checked(self, session: Session, call: Call, text: str) -> str:
        """A text that could be rendered; the error tells where it could not."""
        plain = words.without_extension(text)
        await plan_of(session, call.cloud.id, plain, self.vocabulary)
        return canon.normal(plain)


def _asked(call: Call) -> str:
    """The transformation that is meant, as rows spell it."""
    text = words.without_extension(call.path.get("transformation") or words.required(call.params, "transformation"))
    # A name has one part only: sorting leaves it as it is.
    return canon.normal(text)


def _line(found: Named) -> dict[str, Any]:
    return {
        "name": f"t_{found.name}" if found.is_named else found.name,
        "allowed_for_strict": found.is_allowed_for_strict,
        "used": found.is_used,
        "named": found.is_named,
    }
