"""Privacy requests: the form for everybody, and the page that the link of a letter leads to. No cookie, no script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from safelight.console import sheets
from safelight.console.door import Door, go
from safelight.console.headers import page_headers
from safelight.console.visit import Visit
from safelight.console.ways import letter_language
from safelight.console.words import mark as _
from safelight.kernel.errors import Invalid, NotFound, SafelightError, WrongField
from safelight.privacy.export import State as Made
from safelight.privacy.request import Channel, Direction, Kind, Request, State, is_unproved
from safelight.privacy.requests import Requests

BASE = "/privacy/request"
TRAP = "website"
"""A field that people do not see; programs that fill in everything do."""
KINDS: Mapping[Kind, str] = {
    Kind.ACCESS: _("Tell me what you know about me, and give me a copy"),
    Kind.ACCESS_CATEGORIES: _("Tell me which kinds of data you have about me"),
    Kind.PORTABILITY: _("Give me my data to take elsewhere"),
    Kind.RECTIFICATION: _("Correct what is wrong"),
    Kind.AMENDMENT: _("Keep a statement of mine with my data"),
    Kind.ERASURE: _("Delete what you know about me"),
    Kind.RESTRICTION: _("Stop using my data, but keep them"),
    Kind.OBJECTION: _("I object to what you do with my data"),
    Kind.OPT_OUT: _("Send me no more letters"),
    Kind.OPTOUT_THIRD_PARTY: _("Do not pass my data on"),
    Kind.OPTOUT_PURPOSE: _("Use my data for nothing else than what they were given for"),
    Kind.LIMIT_SENSITIVE: _("Limit the use of my sensitive data"),
    Kind.CONSENT_WITHDRAWAL: _("I withdraw what I agreed to"),
    Kind.SHINE_THE_LIGHT: _("Tell me who got my data for advertising"),
    Kind.AUTOMATED_DECISION_INFO: _("Tell me what programs decide about me"),
    Kind.APPEAL: _("I do not agree with an answer"),
    Kind.REPORT: _("A file here shows me"),
    Kind.QUESTION: _("I have a question"),
}
STATES: Mapping[State, tuple[str, str]] = {
    State.IDENTITY_PENDING: ("warn", _("waits for you to say that it is yours")),
    State.NEEDS_PERSON: ("", _("somebody is looking at it")),
    State.APPROVED: ("", _("approved; it is carried out at once")),
    State.EXECUTING: ("", _("is being carried out")),
    State.FULFILLED: ("good", _("done")),
    State.PARTLY_FULFILLED: ("good", _("done; something had to be kept")),
    State.NO_DATA: ("good", _("nothing is kept about you")),
    State.DENIED: ("bad", _("refused; the letter says why")),
    State.EXPIRED: ("", _("over: nobody said that it was theirs")),
    State.ROUTED: ("", _("passed on to the owner of the file")),
    State.WITHDRAWN: ("", _("taken back")),
    State.DUPLICATE: ("", _("the same as a request before; the letter says which")),
    State.WAITING: ("", _("your copy comes first")),
}
"""How each looks, and in words."""
UNCHANGED = _("answered: the owner of the file changes nothing")
REGIONS: Mapping[str, str] = {
    "": _("I would rather not say"),
    "gdpr": _("In the European Union, Norway, Iceland or Liechtenstein"),
    "uk_gdpr": _("In the United Kingdom"),
    "ccpa": _("In California"),
}
"""By which law the time is counted."""
TAKEN_BACK = frozenset({State.IDENTITY_PENDING, State.NEEDS_PERSON, State.ROUTED, State.WAITING, State.APPROVED})
AGAIN = frozenset({State.FULFILLED, State.PARTLY_FULFILLED, State.NO_DATA, State.DENIED})
"""With these answers somebody may not agree."""
SPEAKERS: Mapping[Direction, str] = {
    Direction.IN: _("you"),
    Direction.OUT: _("we"),
    Direction.OWNER: _("the owner of the file"),
}


def spoken_in(language: str, words: Mapping[Kind, str] | Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """For a list to choose from."""
    return [(key, sheets.spoken(language, each)) for key, each in words.items()]


def look_of(request: Request) -> tuple[str, str]:
    """How far it is: how that looks, and in words."""
    if request.kind is Kind.REPORT and request.state is State.PARTLY_FULFILLED:
        return "", UNCHANGED
    return STATES[request.state]


@dataclass(frozen=True)
class PrivacyRequestPages:
    door: Door
    requests: Requests

    def routes(self) -> list[BaseRoute]:
        route, guessed = self.door.route, self.door.guessed
        return [
            route(BASE, self.form, is_free=True),
            guessed(BASE, self.send, is_free=True),
            route(f"{BASE}/sent", self.sent, is_free=True),
            route(f"{BASE}/case", self.case, is_free=True),
            guessed(f"{BASE}/case", self.act, is_free=True),
            route(f"{BASE}/archive", self.archive, is_free=True),
            route(f"{BASE}/receipt", self.receipt, is_free=True),
        ]

    async def form(self, visit: Visit, status: int = 200, **faults: str) -> Response:
        """Ask about your data; nobody has to be signed in."""
        words = {name: sheets.spoken(visit.language, word) for name, word in faults.items()}
        kinds, regions = (spoken_in(visit.language, each) for each in (KINDS, REGIONS))
        facts = {"kinds": kinds, "regions": regions, "trap": TRAP}
        asked = visit.query("kind") if visit.query("kind") in set(Kind) else ""
        return self.door.show(visit, "privacy_request.html", status, wide=True, faults=words, asked=asked, **facts)

    async def send(self, visit: Visit) -> Response:
        """Take it in. The answer is the same for everybody; what there is to say comes by a letter."""
        if visit.text(TRAP):
            return await self.form(visit, 422, **{TRAP: _("Leave this field empty, please, and send it again.")})
        if visit.text("kind") not in set(Kind):
            return await self.form(visit, 422, kind=_("Choose what you want."))
        if visit.text("region") not in REGIONS:
            return await self.form(visit, 422, region=_("Choose one of these."))
        try:
            async with self.door.database.transaction() as session:
                request = await self.requests.open(
                    session,
                    kind=Kind(visit.text("kind")),
                    channel=Channel.WEB,
                    email=visit.text("email"),
                    now=self.door.clock.now(),
                    subject_hint=visit.text("about"),
                    text=visit.text("text"),
                    language=letter_language(visit),
                    regime=visit.text("region"),
                    wants_copy=bool(visit.text("copy")),
                    shares_address=bool(visit.text("share")),
                )
        except WrongField as error:
            return await self.form(visit, error.status, **{error.field: error.message})
        except Invalid:
            return await self.form(visit, 422, email=_("This is no e-mail address."))
        except SafelightError as error:
            return await self.form(visit, error.status, text=error.message)
        return go(f"{BASE}/sent?case={request.case}")

    async def sent(self, visit: Visit) -> Response:
        """What happens next."""
        return self.door.show(visit, "privacy_request_sent.html", case=visit.query("case")[:20])

    async def case(self, visit: Visit) -> Response:
        """How far a request is, for who has the link of its letter. Nothing is done: programs follow links, too."""
        return await self._shown(visit, visit.query("key"))

    async def act(self, visit: Visit) -> Response:
        """A button of that page: it is mine, I take it back, go on, this I want to add, or: I do not agree."""
        key, now = visit.form.get("key", ""), self.door.clock.now()
        try:
            async with self.door.database.transaction() as session:
                request = await self.requests.shown(session, key)
                match visit.form.get("act", ""):
                    case "prove":
                        await self.requests.prove(session, key, now=now)
                    case "withdraw":
                        await self.requests.withdraw(session, request, now=now)
                    case "begin":
                        locked = await self.requests.get(session, request.id, is_locked=True)
                        await self.requests.begin(session, locked, now=now)
                    case "appeal":
                        made = await self.requests.appeal(session, request, visit.text("text"), now=now)
                        return go(f"{BASE}/sent?case={made.case}")
                    case "say":
                        await self.requests.say(session, request.id, Direction.IN, visit.text("text"), now=now)
                    case _:
                        raise Invalid("Press one of the buttons of the page.")
        except SafelightError as error:
            return await self._shown(visit, key, error)
        return go(f"{BASE}/case?key={key}")

    async def archive(self, visit: Visit) -> Response:
        """The archive of who has no account; who has one fetches it there, signed in."""
        request, number = await self._found(visit), visit.query("volume") or "1"
        if request.has_account or not request.export_id or not number.isascii() or not number.isdigit():
            raise NotFound("There is no such archive.")
        async with self.door.database.transaction() as session:
            fetch = self.requests.export.fetch
            kept, chunks = await fetch(session, request.account_id, request.id, request.export_id, int(number[:4]))
        headers = {
            **page_headers(self.door.base_url),
            "content-disposition": f'attachment; filename="export-{request.case}-{number[:4]}.zip"',
            "content-length": str(kept.volumes[int(number[:4]) - 1]),
            "cache-control": "no-store",
        }
        return StreamingResponse(chunks, headers=headers, media_type="application/zip")

    async def receipt(self, visit: Visit) -> Response:
        """What proves that it was carried out."""
        request = await self._found(visit)
        if request.erasure_id:
            made = await self.requests.erase.receipt(request.erasure_id)
        else:
            async with self.door.database.transaction() as session:
                made = await self.requests.receipt(session, request)
        headers = {
            **page_headers(self.door.base_url),
            "content-disposition": f'attachment; filename="receipt-{request.case}.json"',
            "cache-control": "no-store",
        }
        return Response(made, headers=headers, media_type="application/json")

    async def _found(self, visit: Visit) -> Request:
        async with self.door.database.transaction() as session:
            return await self.requests.shown(session, visit.query("key"))

    async def _shown(self, visit: Visit, key: str, error: SafelightError | None = None) -> Response:
        async with self.door.database.transaction() as session:
            request = await self.requests.shown(session, key)
            lines = await self.requests.lines(session, request) if request.verified_at else []
            kept = []
            if request.export_id and not request.has_account:
                kept = await self.requests.export.list(session, request.account_id, request.id)
        erasure = await self.requests.erase.find(request.erasure_id) if request.erasure_id else None
        look, words = look_of(request)
        response = self.door.show(
            visit,
            "privacy_request_case.html",
            error.status if error else 200,
            wide=True,
            one=request,
            key=key,
            kind=KINDS[request.kind],
            look=look,
            words=words,
            lines=[each for each in lines if each.direction is not Direction.NOTE],
            archives=[each for each in kept if each.state is Made.READY],
            erasure=erasure,
            speakers=SPEAKERS,
            may_withdraw=request.state in TAKEN_BACK,
            may_prove=request.state is State.IDENTITY_PENDING or is_unproved(request),
            may_begin=request.state is State.WAITING and request.begins_at is not None,
            may_appeal=request.state in AGAIN and request.proof is not None and request.kind is not Kind.APPEAL,
            fault=sheets.spoken(visit.language, error.message) if error else "",
        )
        # Whoever has this address has the key: no cache keeps it, and no other site hears of it.
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
