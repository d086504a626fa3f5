"""Letters: which a person wants, and what was written to them of late."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console import sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.ways import letter_language
from safelight.console.words import mark as _
from safelight.kernel.choice import Way
from safelight.mail import log, preferences
from safelight.mail.marks import mark_of
from safelight.mail.model import LetterClass, State
from safelight.ports.keys import KeyStore

BASE = "/account/letters"
SHOWN_MAX = 100
KINDS: Mapping[LetterClass, str] = {
    LetterClass.SERVICE: _("needed for the account"),
    LetterClass.REMINDER: _("reminder"),
    LetterClass.NOTICE: _("notice"),
    LetterClass.MARKETING: _("news"),
}
STATES: Mapping[State, tuple[str, str]] = {
    State.WAITING: ("", _("on its way")),
    State.HANDING: ("", _("on its way")),
    State.SENT: ("good", _("sent")),
    State.UNWANTED: ("", _("not sent: you refused such letters")),
    State.TOO_MANY: ("warn", _("not sent: too many within an hour")),
    State.BOUNCED: ("bad", _("came back")),
    State.GIVEN_UP: ("bad", _("could not be handed over")),
    State.UNCLEAR: ("warn", _("sent; whether it arrived is not known")),
}
"""What became of a letter: how that looks, and in words."""
TITLES: Mapping[str, str] = {
    "archive_going": _("Your archive goes soon"),
    "disabled": _("Your account is disabled"),
    "email": _("Confirm a new address"),
    "email_changed": _("Your address was changed"),
    "export_ready": _("Your archive is ready"),
    "going": _("Older versions of files go soon"),
    "holds_due": _("A hold must be looked at again"),
    "idle": _("Your account is not used"),
    "idle_disabled": _("Your account was disabled because nobody used it"),
    "invitation": _("An invitation"),
    "news": _("News"),
    "notice": _("A notice"),
    "overdue": _("Something is kept longer than was promised"),
    "password": _("Your password was changed"),
    "quota": _("A limit comes near"),
    "recipient": _("A new recipient of data"),
    "recipient_ends": _("An agreement ends"),
    "registered": _("Somebody registered with your address"),
    "relay": _("Somebody asks about a file of yours"),
    "reminder": _("A reminder"),
    "request_answer": _("About your request"),
    "request_chosen": _("What you asked for is done"),
    "request_confirm": _("Is this request yours?"),
    "request_copy_first": _("Your copy is there"),
    "request_denied": _("About your request"),
    "request_done": _("What you asked for is done"),
    "request_duplicate": _("You asked this before"),
    "request_erasing": _("What we know about you is being erased"),
    "request_extended": _("Your request takes longer"),
    "request_going": _("What you asked about your data goes soon"),
    "request_no_data": _("Nothing is kept about you"),
    "request_owner_changed": _("About your report"),
    "request_owner_declined": _("About your report"),
    "request_owner_removed": _("About your report"),
    "request_owner_silent": _("About your report"),
    "request_passed_on": _("About your report"),
    "request_paused": _("Your request came in"),
    "request_ready": _("Your archive is ready"),
    "request_received": _("Your request came in"),
    "request_report": _("Your report came in"),
    "request_waiting": _("Your copy comes first"),
    "requests_due": _("Requests must be answered soon"),
    "reset": _("A link for a new password"),
    "review": _("Is what we know of you still right?"),
    "stolen": _("Somebody else used your browser's cookie"),
    "test": _("A test"),
    "verify": _("Confirm your address"),
}
"""What letters are about, by the name of their template."""


@dataclass(frozen=True)
class LetterPages:
    door: Door
    store: KeyStore

    def routes(self) -> list[BaseRoute]:
        return [self.door.inside(BASE, self.page), self.door.inside(BASE, self.choose, POST)]

    async def page(self, guest: Guest) -> Response:
        language = guest.visit.language
        async with self.door.database.transaction() as session:
            choices = await preferences.choices(session, guest.user.id, guest.now)
            posted = await log.list_all(session, user_id=guest.user.id, most=SHOWN_MAX)
        return self.door.show_in(
            guest,
            "letters.html",
            choices=choices,
            letter_lang=letter_language(guest.visit),
            posted=[
                {
                    "at": each.created_at,
                    "title": sheets.spoken(language, TITLES.get(each.template, each.template)),
                    "kind": sheets.spoken(language, KINDS[each.kind]),
                    "look": STATES[each.state][0],
                    "state": sheets.spoken(language, STATES[each.state][1]),
                }
                for each in posted
            ],
        )

    async def choose(self, guest: Guest) -> Response:
        """What is ticked is wanted, what is not is refused; from the next letter on."""
        ticked = guest.visit.several.get("lists", ())
        async with self.door.database.transaction() as session:
            known = await preferences.choices(session, guest.user.id, guest.now)
            wanted = {each.list.name: each.list.name in ticked for each in known}
            mark = mark_of(self.store, guest.user.email)
            await preferences.choose(
                session,
                guest.user.id,
                wanted,
                address_mark=mark,
                way=Way.ACCOUNT,
                now=guest.now,
                language=letter_language(guest.visit),
            )
        return go(f"{BASE}?done=saved")
