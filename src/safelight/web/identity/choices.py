"""`/account/v1/choices`, `/account/v1/disclosures`: what a person decides about their data, and who received some."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from safelight.kernel.choice import ChoiceKind, Way
from safelight.kernel.errors import WrongField
from safelight.people import subjects
from safelight.privacy.choices import Choices
from safelight.privacy.disclosures import Disclosures
from safelight.web.identity.door import Call, IdentityDoor, Told
from safelight.wire.choices import choice_json, disclosure_json, offered_json
from safelight.wire.letters import truth_of

CHOICES, DISCLOSURES = "/account/v1/choices", "/account/v1/disclosures"
YEAR_CHARS = 4


@dataclass(frozen=True)
class ChoicesDoor:
    """For who is signed in."""

    door: IdentityDoor
    choices: Choices
    disclosed: Disclosures

    def routes(self) -> Sequence[BaseRoute]:
        inside = self.door.inside
        return [
            inside("GET", CHOICES, self.list_choices),
            inside("POST", CHOICES, self.choose, "kind! is_wanted! purpose"),
            inside("GET", f"{CHOICES}/{{id}}/receipt", self.choice_receipt),
            inside("GET", DISCLOSURES, self.disclosures, "year"),
        ]

    async def list_choices(self, call: Call) -> Told:
        """All that can be chosen and what holds of it, and every choice that was made, the newest first."""
        user = call.signed_in.user
        async with self.door.database.transaction() as session:
            offered = await self.choices.offered(session, user.id, call.language)
            made = await self.choices.history(session, user.id)
        return Told(
            {"choices": [offered_json(each) for each in offered], "history": [choice_json(each) for each in made]}
        )

    async def choose(self, call: Call) -> Told:
        """Allow or refuse one thing; it holds at once, everywhere. `purpose` names a recipient or a purpose."""
        is_wanted = truth_of(call.word("is_wanted"))
        if is_wanted is None:
            raise WrongField("`is_wanted` is true or false.", "is_wanted")
        known = {each.value: each for each in ChoiceKind if each is not ChoiceKind.LETTERS}
        kind = known.get(call.word("kind"))
        if kind is None:
            raise WrongField(f"`kind` is one of {', '.join(known)}; letters are at /account/v1/preferences.", "kind")
        async with self.door.database.transaction() as session:
            await self.choices.choose(
                session,
                call.signed_in.user.id,
                kind,
                is_wanted=is_wanted,
                way=Way.ACCOUNT,
                purpose=call.word("purpose"),
                language=call.language,
            )
        return await self.list_choices(call)

    async def choice_receipt(self, call: Call) -> Told:
        """A file that proves when this was chosen; `safelight receipt verify` checks it, or verify.py alone."""
        async with self.door.database.transaction() as session:
            made = await self.choices.receipt(session, call.signed_in.user.id, call.path("id"))
        return Told(json.loads(made))

    async def disclosures(self, call: Call) -> Told:
        """Who received what about you in three years; with `year`, who got it for their own direct marketing then."""
        subject, word = subjects.themselves(call.signed_in.user), call.word("year")
        async with self.door.database.transaction() as session:
            if word:
                if len(word) != YEAR_CHARS or not (word.isascii() and word.isdigit()):
                    raise WrongField("`year` is a calendar year, such as 2025.", "year")
                year = await self.disclosed.shine(session, subject, int(word), call.language)
                found, more = year.disclosed, {"year": year.year, "text": year.text}
            else:
                found, more = await self.disclosed.list(session, subject), {}
        return Told({**more, "disclosures": [disclosure_json(each, self.disclosed, call.language) for each in found]})
