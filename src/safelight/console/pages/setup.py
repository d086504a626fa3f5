"""Setup: the first owner, their cloud and its key, by the link that is shown where Safelight was started."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.accounts import clouds, owned
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, FolderMode, Key
from safelight.console.door import Door, go
from safelight.console.visit import Visit
from safelight.console.ways import Ways, letter_language, told
from safelight.identity import registration
from safelight.identity.sign_in import Halfway
from safelight.kernel.errors import Gone, Invalid, SafelightError, WrongField
from safelight.ports.database import Session
from safelight.wire.snippets import Credentials

KEY_NAME = "console"
SIGNED = "signed"
UPLOAD = "upload"


@dataclass(frozen=True)
class SetupPages:
    door: Door
    ways: Ways
    keys: Keys
    folder_mode: FolderMode

    def routes(self) -> list[BaseRoute]:
        return [self.door.route("/setup", self.page), self.door.guessed("/setup", self.make)]

    async def page(self, visit: Visit, status: int = 200, **facts: Any) -> Response:
        token = visit.query("token") or visit.text("token")
        link = await self.ways.setup.find(token, self.door.clock.now())
        async with self.door.database.transaction() as session:
            there = await owned.list_all(session, link.account_id)
        known = {"token": token, "cloud_name": there[0].name if there else "demo"}
        chars = self.ways.settings.password_chars_min
        return self.door.show(visit, "setup.html", status, wide=True, chars=chars, **known, **facts)

    async def make(self, visit: Visit) -> Response:
        now, token = self.door.clock.now(), visit.text("token")
        password = visit.form.get("password", "")
        try:
            link = await self.ways.setup.find(token, now)
            wanted = registration.check(
                visit.text("name"), visit.text("company"), visit.text("email"), password, self.ways.settings
            )
            # The cloud first: if its name will not do, the link is still good.
            async with self.door.database.transaction() as session:
                cloud = await self._cloud(session, visit, link.account_id)
            user = await self.ways.setup.make_owner(token, wanted, now, letter_language(visit))
            async with self.door.database.transaction() as session:
                key = await self.keys.issue(session, cloud.id, name=KEY_NAME, now=now)
        except Gone:
            raise
        except SafelightError as error:
            return await self.page(visit, error.status, **told(visit, error))
        person = self.door.visitor_of(visit.request)
        entered = await self.ways.sign_in.by_password(user.email, password, person, now, self.door.party_or_none(visit))
        if isinstance(entered, Halfway):
            return go("/auth/sign-in")
        self.door.enter(visit, entered)
        return self._done(visit, cloud, key)

    def _done(self, visit: Visit, cloud: Cloud, key: Key) -> Response:
        """The page with the secret on it, and no redirection: nothing keeps the secret in between."""
        known = Credentials(self.door.base_url, cloud.name, key.api_key, key.secret.reveal())
        return self.door.show(visit, "setup_done.html", wide=True, known=known)

    async def _cloud(self, session: Session, visit: Visit, account_id: str) -> Cloud:
        """That of the account which has the name, or a new one; closed to those without a signature, if so chosen."""
        name = visit.text("cloud")
        try:
            clouds.check_name(name)
        except Invalid as error:
            raise WrongField(
                "The name of a cloud has letters, digits, - and _; a few words that mean something here are taken.",
                "cloud",
            ) from error
        now = self.door.clock.now()
        found = await owned.list_all(session, account_id, names=(name,))
        cloud = found[0] if found else None
        if cloud is None:
            cloud = await clouds.create(session, name, folder_mode=self.folder_mode, now=now, account_id=account_id)
        closed = [word for word in cloud.restricted_types if word != UPLOAD]
        closed += [UPLOAD] if visit.text("delivery") == SIGNED else []
        return await clouds.change(session, cloud.id, restricted_types=tuple(closed))
