"""Own key: the owner of a cloud closes its files with a key of theirs, takes it away, and gives it back."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.ports.keys import KeyStore
from safelight.vault import owners
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params

PATH = "/own_key"


@dataclass(frozen=True)
class OwnKeys:
    """The calls about it; for keys that nobody limited."""

    door: AdminDoor
    store: KeyStore

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.route("GET", PATH, self.show),
            self.door.route("PUT", PATH, self.give),
            self.door.route("DELETE", PATH, self.withdraw),
        ]

    async def show(self, call: Call) -> dict[str, Any]:
        """Whether the cloud's files are closed with a key of its owner's, and whether it is here."""
        async with self.door.database.transaction() as session:
            return _told(await owners.standing(session, call.cloud.id))

    async def give(self, call: Call) -> dict[str, Any]:
        """Close the cloud's files with this key from now on; or, after a withdrawal, open them again."""
        key = owners.key_of(params.text(call.params, "key") or "")
        async with self.door.database.transaction() as session:
            await owners.give(session, self.store, call.cloud.id, key, self.door.clock)
            return _told(await owners.standing(session, call.cloud.id))

    async def withdraw(self, call: Call) -> dict[str, Any]:
        """Take the key away; with `released`, keep the files open without it. Without the key no file can be opened."""
        is_released = params.flag(call.params, "released")
        async with self.door.database.transaction() as session:
            if is_released:
                await owners.let_go(session, self.store, call.cloud.id)
            else:
                await owners.withdraw(session, call.cloud.id)
            return _told(await owners.standing(session, call.cloud.id))


def _told(found: owners.Standing) -> dict[str, Any]:
    state = "withdrawn" if found.is_withdrawn else "given" if found.is_owned else "none"
    return {
        "own_key": state,
        "given_at": None if found.given_at is None else found.given_at.isoformat().replace("+00:00", "Z"),
        "sealed_files": found.sealed_files,
    }
