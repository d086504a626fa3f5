"""Bulk: one action on many assets; asked for, watched, stopped and taken back."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.accounts.model import FolderMode
from safelight.assets import bulk as bulks
from safelight.assets.bulk_model import Action, Asked, Bulk
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.settings import SelectionSettings
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.web.caching import disposition
from safelight.web.streamed import Streamed
from safelight.wire import bulk as wire
from safelight.wire import params
from safelight.wire.snapshot import check_known

RESULTS_DEFAULT = 50
LINES_AT_ONCE = 1000
_LISTED = frozenset({"max_results", "next_cursor"})
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BulkCalls:
    """The calls about them; these are ours, and no SDK has them."""

    door: AdminDoor
    settings: SelectionSettings

    def routes(self) -> list[BaseRoute]:
        def narrowed(method: str, path: str, answer: Any) -> BaseRoute:
            return self.door.route(method, path, answer, needs=Act.READ, is_narrowed=True)

        return [
            narrowed("POST", "/bulk", self.begin),
            narrowed("GET", "/bulk", self.list),
            narrowed("GET", "/bulk/{id}", self.show),
            narrowed("GET", "/bulk/{id}/failures.csv", self.failures),
            narrowed("POST", "/bulk/{id}/cancel", self.cancel),
            narrowed("POST", "/bulk/{id}/undo", self.undo),
        ]

    async def begin(self, call: Call) -> dict[str, Any]:
        """Do the same to all assets that a search finds, a snapshot holds, or that are named."""
        said = {**call.params, **dict.fromkeys(call.emptied - call.params.keys(), "")}
        asked, choice = wire.asked(said, call.emptied), wire.choice(call.params)
        act = _act(asked.action)
        call.rights.check_somewhere(act, call.cloud.id)
        if asked.action is Action.MODERATE:
            call.check(act, "")
        if asked.action is Action.MOVE:
            if call.cloud.folder_mode is FolderMode.FIXED:
                raise Invalid(
                    "Assets can be moved only in dynamic folder mode: here folders are part of each public_id"
                )
            call.check(act, asked.words["folder"])
        if choice.search is not None:
            choice = replace(choice, search=replace(choice.search, within=call.within(Act.READ)))
        asked = replace(asked, within=call.within(act), asked_by=_name(call))
        async with self.door.database.transaction() as session:
            bulk = await bulks.begin(
                session,
                call.cloud.id,
                choice,
                asked,
                call.now,
                assets_max=self.settings.assets_max,
                bulks_max=self.settings.bulks_max,
            )
        return wire.bulk_json(bulk)

    async def list(self, call: Call) -> dict[str, Any]:
        """Actions, the newest first."""
        check_known(call.params, _LISTED)
        most = words.max_results(call.params, RESULTS_DEFAULT)
        async with self.door.database.transaction() as session:
            page = await bulks.list(
                session,
                call.cloud.id,
                most,
                params.text(call.params, "next_cursor"),
                asked_by=None if call.within(Act.READ) is None else _name(call),
            )
        answer: dict[str, Any] = {"bulks": [wire.bulk_json(bulk) for bulk in page.items]}
        return {**answer, "next_cursor": page.next_cursor} if page.next_cursor else answer

    async def show(self, call: Call) -> dict[str, Any]:
        """How far an action is, and what came of it."""
        check_known(call.params, _NOTHING)
        async with self.door.database.transaction() as session:
            return wire.bulk_json(await _mine(session, call))

    async def failures(self, call: Call) -> Response:
        """What an action could not do, as CSV: a line for each asset, with the reason."""
        async with self.door.database.transaction() as session:
            bulk = await _mine(session, call)
        headers = {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": disposition(f"failures-{bulk.id}.csv"),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return Streamed(self._lines(bulk), headers)

    async def cancel(self, call: Call) -> dict[str, Any]:
        """Stop an action. What was done stays done."""
        check_known(call.params, _NOTHING)
        async with self.door.database.transaction() as session:
            bulk = await _mine(session, call)
            _check_changed(call, bulk, _act(bulk.asked.action))
            return wire.bulk_json(await bulks.cancel(session, call.cloud.id, bulk.id, call.now))

    async def undo(self, call: Call) -> dict[str, Any]:
        """Take an action back; an action itself."""
        check_known(call.params, frozenset({"notification_url"}))
        async with self.door.database.transaction() as session:
            bulk = await _mine(session, call)
            act = Act.CHANGE if bulk.asked.action is Action.DELETE else _act(bulk.asked.action)
            _check_changed(call, bulk, act)
            if bulk.asked.action is Action.DELETE:
                # What is back stands where it stood, wherever that was.
                call.check(act, "")
            by = Asked(
                Action.UNDO,
                within=call.within(act),
                asked_by=_name(call),
                notification_url=words.notification_url(call.params),
            )
            return wire.bulk_json(await bulks.undo(session, call.cloud.id, bulk.id, by, call.now))

    async def _lines(self, bulk: Bulk) -> AsyncGenerator[bytes]:
        yield wire.csv_head().encode()
        behind, more = -1, True
        while more:
            async with self.door.database.transaction() as session:
                lines = await bulks.failures(session, bulk.cloud_id, bulk.id, LINES_AT_ONCE, behind)
            if lines:
                yield wire.csv_lines(lines).encode()
                behind = lines[-1].position
            more = len(lines) == LINES_AT_ONCE


async def _mine(session: Session, call: Call) -> Bulk:
    """Who sees only some folders sees only what it asked for itself: an action tells names of assets."""
    bulk = await bulks.get(session, call.cloud.id, call.path["id"])
    if call.within(Act.READ) is not None and bulk.asked.asked_by != _name(call):
        raise NotFound(f"Action not found - {bulk.id}")
    return bulk


def _check_changed(call: Call, bulk: Bulk, act: Act) -> None:
    """Raises Forbidden. What somebody else asked for reaches further than the folders of who asks now."""
    if bulk.asked.asked_by == _name(call):
        call.rights.check_somewhere(act, call.cloud.id)
    else:
        call.check(act, "")


def _act(action: Action) -> Act:
    match action:
        case Action.DELETE:
            return Act.DELETE
        case Action.MODERATE:
            return Act.MODERATE
        case _:
            return Act.CHANGE


def _name(call: Call) -> str:
    """The key, or what stands for who has none."""
    return call.key.api_key if call.key is not None else call.rights.who
