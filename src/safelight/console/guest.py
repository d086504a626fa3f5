"""Guest: a person who is signed in, as pages need them: what they may, and which clouds they see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.accounts import owned
from safelight.accounts.model import Cloud
from safelight.console.visit import Visit
from safelight.identity.model import SignedIn
from safelight.kernel.errors import NotFound
from safelight.kernel.rights import Act, Rights, Where
from safelight.people import permits
from safelight.people.model import User
from safelight.ports.database import Session
from safelight.wire.noting import notes_of


@dataclass(frozen=True)
class Guest:
    """Who is here, found anew for every request: what was taken from them a second ago is gone."""

    visit: Visit
    me: SignedIn
    rights: Rights
    clouds: Sequence[Cloud]
    now: datetime

    @property
    def user(self) -> User:
        return self.me.user

    @property
    def account_id(self) -> str:
        return self.me.user.account_id

    def cloud(self) -> Cloud:
        """That of the path. Raises NotFound for one that they may not see, too."""
        name = str(self.visit.request.path_params["cloud"])
        for cloud in self.clouds:
            if cloud.name == name:
                notes_of(self.visit.request.scope).cloud_id = cloud.id
                return cloud
        raise NotFound("There is no such cloud, or you may not see it.")

    def check(self, act: Act, cloud: Cloud | None = None) -> None:
        """Raises Forbidden, which names the permission that is missing."""
        permits.check(self.rights, act, Where(cloud.id if cloud else ""))

    def opens(self, cloud: Cloud | None) -> frozenset[str]:
        """Which pages besides home are open to them: what is not is not in the menu."""
        shown = {"people": self.may(Act.USERS)}
        if cloud is not None:
            shown |= {"keys": self.may(Act.KEYS, cloud), "usage": self.may(Act.USAGE, cloud)}
        return frozenset(word for word, is_open in shown.items() if is_open)

    def may(self, act: Act, cloud: Cloud | None = None) -> bool:
        return self.rights.may(act, Where(cloud.id if cloud else ""))


async def guest_of(session: Session, visit: Visit, me: SignedIn, rights: Rights, now: datetime) -> Guest:
    """The clouds are those in which they may do anything at all."""
    clouds = await owned.list_all(session, me.user.account_id, is_enabled=True)
    seen = [cloud for cloud in clouds if any(rights.may_somewhere(act, cloud.id) for act in Act)]
    return Guest(visit, me, rights, seen, now)
