"""The API in this process: a cloud with a key, the real routes in their envelope, and clients that speak to them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.routing import BaseRoute

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, FolderMode, Key
from safelight.adapters.keys.memory import MemoryKeys
from safelight.assets import catalogue
from safelight.assets.model import Asset, Facts, NewAsset
from safelight.derived.model import Derived
from safelight.kernel.clock import StillClock
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Database
from safelight.settings import ServerSettings, UploadSettings
from safelight.transform import sign
from safelight.web.admin.door import AdminDoor
from safelight.web.app import build
from safelight.web.auth import Auth
from safelight.web.errors import on_error
from safelight.web.metrics import Metrics

BASE_URL = "http://media.test:8000"


@dataclass
class Api:
    """What a test of the API needs at hand."""

    database: Database
    clock: StillClock
    requests_per_hour: int = 1000
    keys: Keys = field(default_factory=lambda: Keys(MemoryKeys()))
    upload: UploadSettings = field(default_factory=UploadSettings)

    cloud: Cloud = field(init=False)
    key: Key = field(init=False)

    async def open(self, mode: FolderMode = FolderMode.DYNAMIC) -> None:
        async with self.database.transaction() as session:
            self.cloud = await clouds.create(session, "demo", folder_mode=mode, now=self.clock.now())
        self.key = await self.issue("1234", "s3cret")

    async def issue(self, api_key: str, secret: str) -> Key:
        async with self.database.transaction() as session:
            now = self.clock.now()
            return await self.keys.issue(session, self.cloud.id, name=api_key, now=now, api_key=api_key, secret=secret)

    @property
    def auth(self) -> Auth:
        return Auth(self.database, self.keys, self.clock, self.upload)

    @property
    def door(self) -> AdminDoor:
        server = ServerSettings(requests_per_hour=self.requests_per_hour)
        return AdminDoor(self.database, self.auth, self.clock, server, self.upload, BASE_URL)

    @asynccontextmanager
    async def client(self, routes: Sequence[BaseRoute], **options: object) -> AsyncIterator[httpx.AsyncClient]:
        """Speaks to `/v1_1/demo/…` with Basic credentials, unless `options` say otherwise."""
        app = build(routes, on_error=on_error, metrics=Metrics())
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        options = {"auth": (self.key.api_key, self.key.secret.reveal()), **options}
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test/v1_1/demo/", **options) as client:
            yield client

    def signed(self, words: dict[str, str | list[str]], **also: str) -> dict[str, str | list[str]]:
        """Parameters as an SDK sends them; `also` is sent unsigned."""
        words = {"timestamp": str(int(self.clock.now().timestamp())), **words}
        signature = sign.sign_params(words, self.key.secret.reveal())
        return {**words, "signature": signature, "api_key": self.key.api_key, **also}

    async def add(self, name: str, **words: object) -> Asset:
        """An asset of the cloud, as if it had been uploaded now."""
        words = {"kind": Kind.IMAGE, "access": Access.UPLOAD, "folder": "", **words}
        words = {"facts": Facts(7, "0" * 32, "jpg", 4, 3), "display_name": name.rpartition("/")[2], **words}
        new = NewAsset(cloud_id=self.cloud.id, name=name, version_id=new_id(), **words)
        async with self.database.transaction() as session:
            return (await catalogue.add(session, new, may_overwrite=True, now=self.clock.now())).asset


def derived_of(asset: Asset, number: int, transformation: str) -> Derived:
    """A row of a file that was made from an asset."""
    return Derived(
        f"{number:032x}", asset.cloud_id, asset.id, asset.version_id, f"key{number}", transformation, "jpg",
        10, 10, 99, "m", f"blob{number}", asset.created_at,
    )  # fmt: skip
