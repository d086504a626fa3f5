"""Disclosures: who outside of this installation received what about a person, and what for."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console.door import Door
from safelight.console.guest import Guest
from safelight.console.ways import letter_language
from safelight.people import subjects
from safelight.privacy.disclosures import Disclosures

BASE = "/account/disclosures"


@dataclass(frozen=True)
class DisclosurePages:
    door: Door
    disclosed: Disclosures

    def routes(self) -> list[BaseRoute]:
        return [self.door.inside(BASE, self.page)]

    async def page(self, guest: Guest) -> Response:
        user, language = guest.user, letter_language(guest.visit)
        subject = subjects.themselves(user)
        async with self.door.database.transaction() as session:
            found = await self.disclosed.list(session, subject)
            year = await self.disclosed.shine(session, subject, language=language)
        rows = [
            {
                "title": each.title,
                "country": each.country,
                "records": [self.disclosed.named(name, language) for name in each.entities],
                "purpose": self.disclosed.meant(each.purpose, language),
                "last_at": each.last_at,
                "count": each.count,
            }
            for each in found
        ]
        return self.door.show_in(guest, "disclosures.html", rows=rows, year=year)
