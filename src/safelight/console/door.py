"""Door: around every page: its language, its headers, the proof that a form is ours, and errors as pages."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from safelight.assets import reach
from safelight.console import sheets, words
from safelight.console.done import said
from safelight.console.files import Files
from safelight.console.guest import Guest, guest_of
from safelight.console.headers import page_headers
from safelight.console.visit import Visit, fields_of
from safelight.console.words import mark as _
from safelight.identity.arriving import Arrive
from safelight.identity.model import Visitor
from safelight.identity.passkeys import Party
from safelight.identity.sign_in import Entered
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, SafelightError
from safelight.ports.database import Database
from safelight.settings import IdentitySettings
from safelight.wire import cookies, csrf
from safelight.wire.noting import notes_of

Page = Callable[[Visit], Awaitable[Response]]
GuestPage = Callable[[Guest], Awaitable[Response]]
CountTry = Callable[[Request], Awaitable[None]]
VisitorOf = Callable[[Request], Visitor]

WRONG = _("That did not work")
WAIT = _("Please wait a little")
HEADINGS: Mapping[int, str] = {
    401: _("Please sign in"),
    403: _("You may not do that"),
    404: _("There is nothing here"),
    409: _("That is there already"),
    410: _("This is gone"),
    413: _("That is too large"),
    420: WAIT,
    429: WAIT,
    500: _("Something broke"),
    503: WAIT,
}
"""What is the matter, in a few words, by the status."""

SEE_OTHER = 303
POST = "POST"
ABOUT_PAGES = "A page for people, or its form."
NO_PASSKEYS = "Browsers make passkeys for names alone: open this page as http://localhost, or by its name."
ACCOUNT_SECURITY = "/account/security"


@dataclass(frozen=True)
class Door:
    """What all pages share."""

    files: Files
    base_url: str
    database: Database
    clock: Clock
    settings: IdentitySettings
    visitor_of: VisitorOf
    arrive: Arrive
    count_try: CountTry
    """Bounds how often one address may try what is worth guessing. Raises Flooding."""

    def route(self, path: str, page: Page, *methods: str, is_free: bool = False) -> Route:
        """A page at a path. A form comes to its page only with the proof that it is ours.

        `is_free`: no cookie is set and none is needed. For forms whose words prove all that there is to prove.
        """

        async def answer(request: Request) -> Response:
            return await self._answer(request, page, is_free=is_free)

        answer.__doc__ = page.__doc__ or ABOUT_PAGES
        return Route(path, answer, methods=list(methods or ("GET",)))

    def guessed(self, path: str, page: Page, *, is_free: bool = False) -> Route:
        """Where a form comes to whose words somebody may want to guess: bounded by address."""

        async def answer(visit: Visit) -> Response:
            await self.count_try(visit.request)
            return await page(visit)

        answer.__doc__ = page.__doc__
        return self.route(path, answer, POST, is_free=is_free)

    def inside(self, path: str, page: GuestPage, *methods: str) -> Route:
        """A page for those alone who are signed in; others sign in first, and come back."""

        async def answer(visit: Visit) -> Response:
            guest = await self.guest(visit)
            return await page(guest) if guest else go(f"/auth/sign-in?{urlencode({'next': _here(visit)})}")

        answer.__doc__ = page.__doc__
        return self.route(path, answer, *methods)

    async def guest(self, visit: Visit) -> Guest | None:
        """Who is signed in, if anybody."""
        now = self.clock.now()
        held = (visit.cookie(cookies.SESSION), visit.cookie(cookies.REMEMBER))
        arrived = await self.arrive(*held, self.visitor_of(visit.request), now)
        for cookie, secret in ((cookies.SESSION, arrived.session_secret), (cookies.REMEMBER, arrived.remember_cookie)):
            if secret is not None:
                visit.jar.append((cookie, secret.reveal()))
            elif arrived.is_forgotten:
                visit.jar.append((cookie, None))
        if arrived.signed_in is None:
            return None
        me = arrived.signed_in
        if me.user.language and visit.language != words.PSEUDO:
            visit = replace(visit, language=me.user.language)
        notes_of(visit.request.scope).user_id = me.user.id
        async with self.database.transaction() as session:
            return await guest_of(session, visit, me, await reach.of_user(session, me.user), now)

    def proved(self, path: str, page: GuestPage, *methods: str) -> Route:
        """A page for those alone who proved a short time ago who they are; others do so first."""

        async def answer(guest: Guest) -> Response:
            if guest.me.session.is_proved(guest.now, self.settings.proof_minutes):
                return await page(guest)
            here = guest.visit.request.url.path if guest.visit.request.method != POST else ACCOUNT_SECURITY
            return go(f"/auth/prove?{urlencode({'next': here})}")

        answer.__doc__ = page.__doc__
        return self.inside(path, answer, *methods)

    def enter(self, visit: Visit, entered: Entered) -> None:
        """Somebody is signed in now, and maybe remembered."""
        visit.jar.append((cookies.SESSION, entered.session_secret.reveal()))
        if entered.remember_cookie is not None:
            visit.jar.append((cookies.REMEMBER, entered.remember_cookie.reveal()))

    def party(self, visit: Visit) -> Party:
        """For which site passkeys are. Raises Invalid where browsers make none."""
        found = self.party_or_none(visit)
        if found is None:
            raise Invalid(NO_PASSKEYS)
        return found

    def party_or_none(self, visit: Visit) -> Party | None:
        """On one's own machine the name in the address bar, elsewhere that of the installation; never a bare number."""
        host = visit.request.headers.get("host", "")
        is_near = cookies.is_loopback(host)
        parts = urlsplit(f"{visit.request.url.scheme}://{host}" if is_near else self.base_url)
        name = parts.hostname or ""
        if ":" in name or not any(letter.isalpha() for letter in name):
            return None
        return Party(name, f"{parts.scheme}://{parts.netloc}")

    def show(self, visit: Visit, template: str, status: int = 200, **facts: Any) -> Response:
        """A page out of its template."""
        known = {"static": self.files.url, "csrf_token": visit.csrf, "form": visit.form, "path": visit.request.url.path}
        known |= {"theme": visit.theme, "back": _here(visit)}
        html = sheets.written(template, visit.language, {**known, **facts})
        return HTMLResponse(html, status, page_headers(self.base_url))

    def show_in(self, guest: Guest, template: str, status: int = 200, **facts: Any) -> Response:
        """A page for who is signed in."""
        good = self.said(guest.visit)
        known = {
            "me": guest.user,
            "guest": guest,
            "clouds": guest.clouds,
            "cloud": None,
            "good": good,
            "now": guest.now,
        }
        return self.show(guest.visit, template, status, **{**known, **facts})

    def said(self, visit: Visit) -> str:
        """What a form before this page did."""
        return said(visit.language, visit.query("done"))

    def fault(self, visit: Visit, error: SafelightError) -> Response:
        """An error as a page, with the number that the log knows it by."""
        return self.show(
            visit,
            "fault.html",
            error.status,
            number=error.status,
            heading=heading_of(visit.language, error.status),
            words=sheets.spoken(visit.language, error.message),
            request_id=getattr(visit.request.state, "request_id", ""),
        )

    async def _answer(self, request: Request, page: Page, *, is_free: bool) -> Response:
        language = words.language_of(request.headers.get("accept-language", ""))
        visit = Visit(request, language, "", is_secure=False)
        try:
            visit = await self._visit(visit, is_free=is_free)
            response = await page(visit)
        except SafelightError as error:
            if error.status >= 500:
                raise
            response = self.fault(visit, error)
        for cookie, value in visit.jar:
            if value is None:
                cookies.clear(response.headers, cookie, is_secure=visit.is_secure)
            else:
                cookies.put(response.headers, cookie, value, is_secure=visit.is_secure)
        if visit.csrf and visit.csrf != visit.cookie(cookies.CSRF):
            cookies.put(response.headers, cookies.CSRF, visit.csrf, is_secure=visit.is_secure)
        return response

    async def _visit(self, visit: Visit, *, is_free: bool) -> Visit:
        request = visit.request
        is_secure = cookies.is_secure(request.url.scheme, request.headers, self.base_url)
        visit = replace(visit, is_secure=is_secure)
        held = visit.cookie(cookies.CSRF)
        visit = replace(visit, csrf="" if is_free else csrf.token_of(held))
        if request.method != POST:
            return visit
        fields = await fields_of(request)
        several: dict[str, tuple[str, ...]] = {}
        for name, value in fields:
            several[name] = (*several.get(name, ()), value)
        form = dict(fields)
        if is_free:
            return replace(visit, form=form, several=several)
        sent = form.get(csrf.FIELD, "") or request.headers.get(csrf.HEADER, "")
        csrf.check(held, sent, request.headers.get(csrf.SITE_HEADER, ""))
        return replace(visit, form=form, several=several)


def _here(visit: Visit) -> str:
    """The page that was asked for; after a form that nobody was signed in for, the page behind it."""
    if visit.request.method == POST:
        return visit.next
    asked = [(name, value) for name, value in visit.request.query_params.multi_items() if name != "done"]
    return visit.request.url.path + (f"?{urlencode(asked)}" if asked else "")


def heading_of(language: str, status: int) -> str:
    """What is the matter, in a few words."""
    return sheets.spoken(language, HEADINGS.get(status, WRONG))


def go(path: str) -> Response:
    """To another page, after a form: going back does not send it again."""
    return RedirectResponse(path, SEE_OTHER, {"Cache-Control": "no-store"})
