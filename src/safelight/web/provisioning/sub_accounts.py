"""Sub accounts: make, list, show, change and delete the clouds of an account."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import clouds, owned
from safelight.accounts.model import Cloud
from safelight.kernel.ids import random_name
from safelight.kernel.rights import Act
from safelight.people import users
from safelight.ports.database import Session
from safelight.web.admin.words import required
from safelight.web.provisioning.door import Call, ProvisioningDoor
from safelight.wire import params
from safelight.wire.provisioning import attributes, listed, optional_flag, sub_account_json

ROOT = "Root"
"""The name of the key that a cloud begins with."""
NAME_LETTERS = 8


@dataclass(frozen=True)
class SubAccounts:
    """The calls about clouds."""

    door: ProvisioningDoor

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/sub_accounts", self.list, needs=Act.CLOUDS),
            route("POST", "/sub_accounts", self.create, needs=Act.CLOUDS),
            route("GET", "/sub_accounts/{sub_account}", self.show, needs=Act.CLOUDS),
            route("PUT", "/sub_accounts/{sub_account}", self.update, needs=Act.CLOUDS),
            route("DELETE", "/sub_accounts/{sub_account}", self.delete, needs=Act.CLOUDS),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        """The clouds of the account, by name."""
        async with self.door.database.transaction() as session:
            found = await owned.list_all(
                session,
                call.account.id,
                is_enabled=optional_flag(call.params, "enabled"),
                ids=listed(call.params, "ids"),
                names=listed(call.params, "cloud_names"),
                prefix=params.text(call.params, "prefix"),
            )
            keys = await self.door.keys.of_clouds(session, [cloud.id for cloud in found])
        return {"sub_accounts": [sub_account_json(cloud, keys[cloud.id]) for cloud in found]}

    async def create(self, call: Call) -> dict[str, Any]:
        """A new cloud, with a key."""
        label = required(call.params, "name")
        base = params.text(call.params, "base_sub_account_id")
        async with self.door.database.transaction() as session:
            cloud = await clouds.create(
                session,
                params.text(call.params, "cloud_name") or f"d{random_name(NAME_LETTERS)}",
                folder_mode=self.door.folder_mode,
                now=call.now,
                account_id=call.account.id,
                label=label,
            )
            if base is not None:
                cloud = await owned.copy_settings(session, await owned.get(session, call.account.id, base), cloud)
            await self.door.keys.issue(session, cloud.id, name=ROOT, now=call.now)
            cloud = await self._noted(session, cloud, call, label)
            return await self._shown(session, cloud)

    async def show(self, call: Call) -> dict[str, Any]:
        """One cloud."""
        async with self.door.database.transaction() as session:
            cloud = await owned.get(session, call.account.id, call.path["sub_account"])
            return await self._shown(session, cloud)

    async def update(self, call: Call) -> dict[str, Any]:
        """Change what is given."""
        name = params.text(call.params, "cloud_name")
        async with self.door.database.transaction() as session:
            cloud = await owned.get(session, call.account.id, call.path["sub_account"])
            if name is not None:
                cloud = await owned.rename(session, cloud, name, call.now)
            cloud = await self._noted(session, cloud, call, params.text(call.params, "name"))
            return await self._shown(session, cloud)

    async def delete(self, call: Call) -> dict[str, Any]:
        """Close the cloud: every door refuses it from now on."""
        async with self.door.database.transaction() as session:
            cloud = await owned.get(session, call.account.id, call.path["sub_account"])
            await clouds.close(session, cloud.name, call.now)
            await users.forget_cloud(session, call.account.id, cloud.id)
        return {"message": "ok"}

    async def _noted(self, session: Session, cloud: Cloud, call: Call, label: str | None) -> Cloud:
        return await owned.change(
            session,
            cloud,
            now=call.now,
            label=label,
            attributes=attributes(call.params),
            is_enabled=optional_flag(call.params, "enabled"),
        )

    async def _shown(self, session: Session, cloud: Cloud) -> dict[str, Any]:
        return sub_account_json(cloud, await self.door.keys.list(session, cloud.id))
