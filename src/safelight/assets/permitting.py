"""Permitting: give a key other roles than it has, in its cloud or in folders of it; or let it do everything again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.accounts import limited
from safelight.accounts.model import Cloud, Key
from safelight.assets import folders
from safelight.kernel.errors import Invalid
from safelight.people import grants, permits, roles
from safelight.people.model import Place, Principal, PrincipalKind
from safelight.people.permits import Level
from safelight.people.policies import FOLDER
from safelight.ports.database import Session

ROLES_MAX = 50
"""Most roles, times folders, that a key is given at once."""


@dataclass(frozen=True)
class Granted:
    """A role of a key as people read it. No folder is the whole cloud."""

    role: str
    folder: str = ""

    def __str__(self) -> str:
        return f"{self.role} in {self.folder}" if self.folder else self.role


async def permit(
    session: Session, cloud: Cloud, api_key: str, words: Sequence[str], paths: Sequence[str], now: datetime
) -> None:
    """These roles in place of all that the key had. `owner` alone is everything. Folders that are not there are made.

    Raises Invalid for a word that is no role there, NotFound for an id of a role that nobody made.
    """
    who = Principal(PrincipalKind.API_KEY, api_key)
    if Level.OWNER.value in words:
        if len(words) > 1 or paths:
            raise Invalid("The role owner is everything in the cloud: it goes with no other, and with no folder")
        await grants.forget(session, cloud.account_id, who)
        await limited.set_key(session, cloud.account_id, api_key, is_limited=False)
        return
    if len(words) * max(1, len(paths)) > ROLES_MAX:
        raise Invalid(f"At most {ROLES_MAX} roles at once")
    places = [Place(cloud.id, FOLDER, (await folders.create(session, cloud.id, path, now)).id) for path in paths]
    await grants.forget(session, cloud.account_id, who)
    await limited.set_key(session, cloud.account_id, api_key, is_limited=True)
    for word in words:
        role = await roles.get(session, cloud.account_id, permits.role_id(word, in_folder=bool(paths)))
        for place in places or [Place(cloud.id)]:
            await roles.check_place(session, cloud.account_id, role, place)
            await grants.give(session, cloud.account_id, who, role.id, place, now)


async def of_key(session: Session, cloud: Cloud, key: Key) -> Sequence[Granted]:
    """The roles of a key there; `owner` for one that nobody limited."""
    if not key.is_limited:
        return [Granted(Level.OWNER.value)]
    wanted = grants.Wanted(PrincipalKind.API_KEY, key.api_key, cloud_id=cloud.id)
    found = await grants.list_all(session, cloud.account_id, wanted)
    ids = [grant.place.content_id for grant in found if grant.place.content]
    places = await folders.places_of(session, [cloud.id], ids)
    return [
        Granted(permits.word_of(grant.role_id), places[grant.place.content_id].folder if grant.place.content else "")
        for grant in found
        if not grant.place.content or grant.place.content_id in places
    ]
