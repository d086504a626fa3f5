"""Choices: what a person allows and refuses, each with one button, and all that they ever chose with its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console import sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.headers import page_headers
from safelight.console.ways import letter_language
from safelight.console.words import mark as _
from safelight.kernel.choice import Choice, ChoiceKind, State, Way
from safelight.kernel.errors import Invalid
from safelight.mail.lists import LISTS
from safelight.privacy.choices import Choices, Offered

BASE = "/account/choices"
KINDS: Mapping[ChoiceKind, str] = {
    ChoiceKind.DISCLOSURE: _("passed on to third parties"),
    ChoiceKind.PURPOSE: _("another purpose"),
    ChoiceKind.ANALYTICS: _("study of use"),
    ChoiceKind.LETTERS: _("letters"),
}
STATES: Mapping[State, tuple[str, str]] = {
    State.GIVEN: ("good", _("allowed")),
    State.REFUSED: ("", _("refused")),
    State.WITHDRAWN: ("", _("taken back")),
    State.EXPIRED: ("warn", _("ran out")),
}
WAYS: Mapping[Way, str] = {
    Way.ACCOUNT: _("on your account"),
    Way.LINK: _("by the link of a letter"),
    Way.ONE_CLICK: _("by the button of your mail program"),
    Way.LETTER: _("by letter"),
    Way.REQUEST: _("by a request"),
    Way.SIGNAL: _("by Global Privacy Control"),
    Way.OPERATOR: _("by whoever runs this"),
}


@dataclass(frozen=True)
class ChoicePages:
    door: Door
    choices: Choices

    def routes(self) -> list[BaseRoute]:
        inside = self.door.inside
        return [
            inside(BASE, self.page),
            inside(BASE, self.choose, POST),
            inside(f"{BASE}/{{id}}.json", self.receipt),
        ]

    async def page(self, guest: Guest) -> Response:
        language = letter_language(guest.visit)
        async with self.door.database.transaction() as session:
            offered = await self.choices.offered(session, guest.user.id, language)
            made = await self.choices.history(session, guest.user.id)
        by_signal = any(each.said is not None and each.said.way is Way.SIGNAL for each in offered)
        return self.door.show_in(
            guest,
            "choices.html",
            offered=[self._shown(guest, each) for each in offered],
            made=[self._told(guest, each) for each in made],
            by_signal=by_signal,
        )

    async def choose(self, guest: Guest) -> Response:
        """One thing, allowed or refused; it holds at once."""
        visit = guest.visit
        kind = next((each for each in ChoiceKind if each.value == visit.text("kind")), None)
        if kind is None or visit.text("wanted") not in ("yes", "no"):
            raise Invalid("This form is not one of ours.")
        async with self.door.database.transaction() as session:
            await self.choices.choose(
                session,
                guest.user.id,
                kind,
                is_wanted=visit.text("wanted") == "yes",
                way=Way.ACCOUNT,
                purpose=visit.text("purpose"),
                language=letter_language(visit),
            )
        return go(f"{BASE}?done=chosen")

    async def receipt(self, guest: Guest) -> Response:
        """A file that proves when something was chosen."""
        id = str(guest.visit.request.path_params["id"])
        async with self.door.database.transaction() as session:
            made = await self.choices.receipt(session, guest.user.id, id)
        headers = {
            **page_headers(self.door.base_url),
            "content-disposition": 'attachment; filename="receipt.json"',
            "cache-control": "no-store",
        }
        return Response(made, headers=headers, media_type="application/json")

    def _shown(self, guest: Guest, offered: Offered) -> dict[str, object]:
        language, said = guest.visit.language, offered.said
        return {
            "kind": offered.kind.value,
            "purpose": offered.purpose,
            "title": offered.title,
            "words": offered.words,
            "id": f"{offered.kind.value}-{offered.purpose}".strip("-"),
            "is_allowed": offered.is_allowed,
            "at": said.at if said else None,
            "way": sheets.spoken(language, WAYS[said.way]) if said else "",
            "again": said.asked_again_at if said else None,
        }

    def _told(self, guest: Guest, choice: Choice) -> dict[str, object]:
        language = guest.visit.language
        look, state = STATES[choice.state]
        of = LISTS[choice.purpose].titles[letter_language(guest.visit)] if choice.purpose in LISTS else choice.purpose
        return {
            "id": choice.id,
            "at": choice.at,
            "kind": sheets.spoken(language, KINDS[choice.kind]),
            "of": of,
            "look": look,
            "state": sheets.spoken(language, state),
            "way": sheets.spoken(language, WAYS[choice.way]),
        }
