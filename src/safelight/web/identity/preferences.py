"""`/account/v1/preferences`: which letters a person gets, and since when they want it so."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from safelight.kernel.errors import WrongField
from safelight.mail import preferences
from safelight.mail.lists import LISTS
from safelight.mail.marks import mark_of
from safelight.mail.preferences import Way
from safelight.ports.keys import KeyStore
from safelight.web.identity.door import Call, IdentityDoor, Told
from safelight.wire.letters import choices_json, truth_of

PATH = "/account/v1/preferences"


@dataclass(frozen=True)
class PreferencesDoor:
    """For who is signed in; who is not has the links of their letters."""

    door: IdentityDoor
    keys: KeyStore

    def routes(self) -> Sequence[BaseRoute]:
        return [
            self.door.inside("GET", PATH, self.preferences),
            self.door.inside("PATCH", PATH, self.change_preferences, " ".join(LISTS)),
        ]

    async def preferences(self, call: Call) -> Told:
        """Each list of letters: its class, whether they come, and when the person last said so."""
        user = call.signed_in.user
        async with self.door.database.transaction() as session:
            found = await preferences.choices(session, user.id)
            has_bounced = await preferences.has_bounced(session, mark_of(self.keys, user.email))
        return Told(choices_json(found, call.language, has_bounced=has_bounced))

    async def change_preferences(self, call: Call) -> Told:
        """Get letters of a list, or get none from now on; lists that are not named stay as they are."""
        user = call.signed_in.user
        wanted: dict[str, bool] = {}
        for name, word in call.words.items():
            is_wanted = truth_of(word)
            if is_wanted is None:
                raise WrongField(f"`{name}` is true or false.", name)
            wanted[name] = is_wanted
        async with self.door.database.transaction() as session:
            mark = mark_of(self.keys, user.email)
            await preferences.choose(session, user.id, wanted, address_mark=mark, way=Way.ACCOUNT, now=call.now)
        return await self.preferences(call)
