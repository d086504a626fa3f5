"""`/account/v1/preferences`: which letters a person gets, and what may be done with data about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from safelight.kernel.choice import ChoiceKind, Way
from safelight.kernel.errors import WrongField
from safelight.mail import preferences
from safelight.mail.lists import LISTS
from safelight.mail.marks import mark_of
from safelight.ports.keys import KeyStore
from safelight.privacy.choices import Choices
from safelight.web.identity.door import Call, IdentityDoor, Told
from safelight.wire.choices import offered_json
from safelight.wire.letters import choices_json, truth_of

PATH = "/account/v1/preferences"
GENERAL: Mapping[str, ChoiceKind] = {
    "third_party_disclosure": ChoiceKind.DISCLOSURE,
    "analytics": ChoiceKind.ANALYTICS,
}
"""What is chosen by one word; all else that can be is at /account/v1/choices."""


@dataclass(frozen=True)
class PreferencesDoor:
    """For who is signed in; who is not has the links of their letters."""

    door: IdentityDoor
    keys: KeyStore
    choices: Choices

    def routes(self) -> Sequence[BaseRoute]:
        return [
            self.door.inside("GET", PATH, self.preferences),
            self.door.inside("PATCH", PATH, self.change_preferences, " ".join((*LISTS, *GENERAL))),
        ]

    async def preferences(self, call: Call) -> Told:
        """Each list of letters, and what may be passed on or studied: what holds, and when the person last said so."""
        user = call.signed_in.user
        async with self.door.database.transaction() as session:
            found = await preferences.choices(session, user.id, call.now)
            has_bounced = await preferences.has_bounced(session, mark_of(self.keys, user.email))
            offered = await self.choices.offered(session, user.id, call.language)
        told = choices_json(found, call.language, has_bounced=has_bounced)
        return Told({**told, "choices": [offered_json(each) for each in offered]})

    async def change_preferences(self, call: Call) -> Told:
        """Get letters of a list or none, have data passed on or studied or not; what is not named stays as it is."""
        user = call.signed_in.user
        wanted: dict[str, bool] = {}
        for name, word in call.words.items():
            is_wanted = truth_of(word)
            if is_wanted is None:
                raise WrongField(f"`{name}` is true or false.", name)
            wanted[name] = is_wanted
        async with self.door.database.transaction() as session:
            mark = mark_of(self.keys, user.email)
            lists = {name: is_wanted for name, is_wanted in wanted.items() if name in LISTS}
            await preferences.choose(
                session, user.id, lists, address_mark=mark, way=Way.ACCOUNT, now=call.now, language=call.language
            )
            for name, kind in GENERAL.items():
                if name in wanted:
                    await self.choices.choose(
                        session, user.id, kind, is_wanted=wanted[name], way=Way.ACCOUNT, language=call.language
                    )
        return await self.preferences(call)
